"""The old colour after a switch: kept, and looked after, so that going back stays possible."""

from pydantic import AwareDatetime

from bot.domain.colour import Colour
from bot.domain.person import Person
from bot.domain.report import CheckReport, Verdict
from bot.domain.value import ChannelId, EnvironmentName, RunId, Value


class Lease(Value):
    """Until when the old colour of a switch is kept to go back to; nothing destroys it when that time is over."""

    #: The switch that left it behind.
    run: RunId
    environment: EnvironmentName
    #: Where the run was announced.
    channel: ChannelId
    #: What is kept.
    colour: Colour
    #: Names of the services that were switched.
    services: tuple[str, ...]
    began_at: AwareDatetime
    until: AwareDatetime
    #: What its checks said at the last look; empty before the first, and where the estate has none.
    checks: tuple[CheckReport, ...] = ()
    looked_at: AwareDatetime | None = None
    #: When somebody gave it up, or it was gone back to, or its time was over.
    ended_at: AwareDatetime | None = None
    #: Who gave it up or went back; `None` where its time was over.
    ended_by: Person | None = None
    #: The run that went back to it, where one did.
    back: RunId | None = None
    #: Its end is told, and nothing more is to be said of it.
    settled: bool = False

    @property
    def sound(self) -> bool:
        """Whether nothing speaks against going back, as far as the last look tells."""
        return all(check.verdict is Verdict.PASS for check in self.checks)
