"""The old colour after a switch: kept, and looked after, so that going back stays possible."""

from enum import StrEnum

from pydantic import AwareDatetime, NonNegativeInt

from bot.domain.colour import Colour
from bot.domain.person import Person
from bot.domain.report import CheckReport, Verdict
from bot.domain.value import ChannelId, EnvironmentName, RunId, Value


class LeaseEnd(StrEnum):
    """Why an old colour is kept no more."""

    #: Its time was over.
    OVER = "over"
    #: Somebody gave it up.
    RETIRED = "retired"
    #: It was gone back to.
    BACK = "gone back to"
    #: A newer switch moved the same services.
    REPLACED = "replaced"


class Lease(Value):
    """Until when the old colour of a switch is kept to go back to; nothing destroys it when that time is over."""

    #: The switch that left it behind.
    run: RunId
    environment: EnvironmentName
    #: Where the run was announced.
    channel: ChannelId
    #: What is kept.
    colour: Colour
    #: Names of the services that were switched, and that no newer switch has moved since.
    services: tuple[str, ...]
    began_at: AwareDatetime
    until: AwareDatetime
    #: What its checks said at the last look; empty before the first, and where the estate has none.
    checks: tuple[CheckReport, ...] = ()
    looked_at: AwareDatetime | None = None
    #: So many times they turned, from good to bad or back; it begins as good.
    turns: NonNegativeInt = 0
    #: What they said when they turned last, and what was bad then, redacted.
    turned: Verdict = Verdict.PASS
    why: str = ""
    #: The key of the words that kept it longer last.
    asked: str = ""
    #: When somebody gave it up, or it was gone back to, or its time was over.
    ended_at: AwareDatetime | None = None
    end: LeaseEnd | None = None
    #: Who gave it up, or asked for the run that ended it; `None` where its time was over.
    ended_by: Person | None = None
    #: The run that went back to it, or moved its services on.
    after: RunId | None = None
    #: Its end is told, and nothing more is to be said of it.
    settled: bool = False

    @property
    def verdict(self) -> Verdict:
        """What its checks say together, as far as the last look tells: the worst of them."""
        said = {check.verdict for check in self.checks}
        if Verdict.FAIL in said:
            return Verdict.FAIL
        return Verdict.PASS if said <= {Verdict.PASS} else Verdict.UNKNOWN

    @property
    def sound(self) -> bool:
        """Whether nothing speaks against going back, as far as the last look tells."""
        return self.verdict is Verdict.PASS
