"""CloudWatch's alarms are not on."""

from typing import Annotated

from pydantic import Field

from bot.domain.estate import CheckSettings
from bot.domain.report import Verdict
from runners import alarms
from runners.arn import Region
from runners.checks import Check

_SAYS = {"OK": Verdict.PASS, "ALARM": Verdict.FAIL}


class Alarm(Check):
    """Asks for the state of each; one that does not know enough is not known."""

    class Settings(CheckSettings):
        """Which ones, and where."""

        names: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=255)], ...], Field(min_length=1)]
        region: Region | None = None

    settings: Settings

    def _about(self) -> str:
        return ", ".join(self.settings.names)

    async def _ask(self) -> tuple[Verdict, str]:
        found = await alarms.states(self.context.aws, self.settings.names, self.settings.region)
        told = {name: found.get(name) for name in self.settings.names}
        verdicts = {_SAYS.get(one.state, Verdict.UNKNOWN) if one else Verdict.FAIL for one in told.values()}
        worst = next(v for v in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS) if v in verdicts)
        seen = [
            f"{name} is {one.state}" if one else f"there is no alarm {name}"
            for name, one in told.items()
            if worst is Verdict.PASS or one is None or one.state != "OK"
        ]
        return worst, f"{'; '.join(seen)}."
