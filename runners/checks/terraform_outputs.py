"""The outputs that others rely on exist and hold something."""

from typing import Annotated

from pydantic import Field, PositiveInt

from bot.domain.estate import CheckSettings
from bot.domain.report import Verdict
from runners.checks import Check


class TerraformOutputs(Check):
    """Asks whether these outputs are there, and not empty."""

    class Settings(CheckSettings):
        """The names, and one attempt: the outputs of a finished apply do not change."""

        names: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
        attempts: PositiveInt = 1

    settings: Settings

    def _about(self) -> str:
        return ", ".join(self.settings.names)

    async def _ask(self) -> tuple[Verdict, str]:
        outputs = self.context.outputs
        wrong = [
            f"`{name}` {'is empty' if name in outputs else 'is not there'}"
            for name in self.settings.names
            if outputs.get(name) in (None, "", [], {}, ())
        ]
        if wrong:
            return Verdict.FAIL, f"{', '.join(wrong)}; sensitive outputs are never read."
        return Verdict.PASS, f"{', '.join(self.settings.names)} set."
