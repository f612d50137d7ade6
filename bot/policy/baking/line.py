"""The error rate against a line that is drawn in the estate."""

from datetime import datetime

from bot.domain.estate import WatchSettings
from bot.domain.report import Sample
from bot.policy.baking.chance import tail
from bot.policy.baking.errors import Errors, shown
from bot.policy.baking.frame import Frame
from bot.policy.baking.question import counts
from bot.policy.baking.spending import Budget


class Line(Errors):
    """A rate that must not be exceeded; at the end the plain rate decides."""

    def __init__(self, watch: WatchSettings, at_most: float, frame: Frame) -> None:
        """Draw the line."""
        super().__init__(watch, frame)
        self._at_most = at_most
        self._budget = Budget(frame)

    def look(self, sample: Sample) -> None:
        """Count, and have something to spend only where there is something new to test."""
        super().look(sample)
        if self.requests >= self.frame.least and counts(sample, self.metric) is not None:
            self._budget.enter(sample.at)

    def failed(self, now: datetime) -> str:
        """Early only where chance is no explanation (exact binomial test)."""
        seen = self.candidate
        if not seen.requests or seen.errors / seen.requests <= self._at_most:
            return ""
        if now >= self.frame.until and not self.few():
            return self.told()
        by_chance = tail(seen.errors, seen.requests, self._at_most)
        return self.told() if by_chance <= self.alpha * self._budget.part else ""

    def told(self) -> str:
        """The counts and the line."""
        return f"{shown(self.candidate)}, at most {self._at_most:.2%} allowed"
