"""Questions put to the world after a change: what every check has in common."""

from abc import ABC, abstractmethod
from typing import ClassVar

from bot.domain.errors import InterlockError
from bot.domain.estate import CheckSettings
from bot.domain.report import Verdict
from runners.context import Context, fill, unknown


class Check(ABC):
    """One question; a subclass is a kind, and is made anew for each run."""

    #: What the estate may say about this kind.
    Settings: ClassVar[type[CheckSettings]]

    def __init__(self, settings: CheckSettings, context: Context) -> None:
        """Put the outputs of *context* into the *settings*; one that is not there makes the verdict UNKNOWN."""
        self.settings, self._missing = fill(settings, context)
        self.context = context

    @property
    def title(self) -> str:
        """Short, redacted: the kind and what it is asked about."""
        return self.context.redact(f"{self.settings.kind} {self._about()}")[:150]

    async def ask(self) -> tuple[Verdict, str]:
        """Try once: the verdict and what was seen, redacted. Whatever could not be asked is UNKNOWN."""
        if self._missing:
            return Verdict.UNKNOWN, f"{unknown(self._missing)}."
        try:
            verdict, seen = await self._ask()
        except InterlockError as error:
            verdict, seen = Verdict.UNKNOWN, f"{str(error).rstrip('.')}."
        return verdict, self.context.redact(seen)

    @abstractmethod
    def _about(self) -> str:
        """Name what is looked at, in a few words without secrets."""

    @abstractmethod
    async def _ask(self) -> tuple[Verdict, str]:
        """Try once, with all outputs in place; an `InterlockError` says why that could not be done."""
