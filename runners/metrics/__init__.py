"""Live evidence for a bake: what every source has in common."""

from abc import ABC, abstractmethod
from typing import ClassVar

from bot.domain.errors import InterlockError
from bot.domain.estate import WatchSettings
from bot.domain.report import Evidence
from runners.context import Context, fill, unknown


class Metric(ABC):
    """One source of evidence; a subclass is a kind, and is made anew for each run."""

    #: What the estate may say about this kind.
    Settings: ClassVar[type[WatchSettings]]

    def __init__(self, settings: WatchSettings, context: Context) -> None:
        """Put the outputs of *context* into the *settings*; one that is not there makes evidence missing."""
        self.settings, self._missing = fill(settings, context)
        self.context = context

    async def sample(self, previous: Evidence | None) -> Evidence:
        """Look once; *previous* is the last evidence of this metric in the same bake."""
        if self._missing:
            return self.missing(previous, f"{unknown(self._missing)}.")
        try:
            return await self._sample(previous)
        except InterlockError as error:
            return self.missing(previous, f"{str(error).rstrip('.')}.")

    def missing(self, previous: Evidence | None, why: str) -> Evidence:
        """Say that nothing was seen, and *why*.

        The totals and the place of *previous* are kept, so that what happens meanwhile is counted by the next sample.
        """
        return Evidence(
            metric=self.settings.metric,
            requests_total=previous.requests_total if previous else None,
            errors_total=previous.errors_total if previous else None,
            begun=previous.begun if previous else 0,
            since=previous.since if previous else None,
            upto=previous.upto if previous else None,
            missing=self.context.redact(why),
        )

    @abstractmethod
    async def _sample(self, previous: Evidence | None) -> Evidence:
        """Look once, with all outputs in place; an `InterlockError` says why that could not be done."""
