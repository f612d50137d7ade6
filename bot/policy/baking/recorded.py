"""The error rate against what an earlier bake counted: a weak baseline, as other times have other troubles."""

from datetime import datetime

from bot.domain.estate import WatchSettings
from bot.domain.report import Counted, Sample
from bot.policy.baking.against import Against, exceeds
from bot.policy.baking.chance import worse
from bot.policy.baking.errors import Errors, few
from bot.policy.baking.frame import Frame
from bot.policy.baking.question import counts
from bot.policy.baking.spending import HALF, Budget

_WHERE = "in an earlier bake (a weak baseline)"


class Recorded(Against):
    """Compares with the baseline of the same time where that is enough, else with the recorded one."""

    # Both may fail a bake early, so they share.
    share = HALF / 2

    def __init__(self, watch: WatchSettings, times: float, frame: Frame, last: Counted) -> None:
        """Keep what was counted last."""
        super().__init__(watch, times, frame)
        self._last = Counted(requests=last.requests, errors=min(last.errors, last.requests))
        self._budget = Budget(frame)

    def look(self, sample: Sample) -> None:
        """Have something to spend where there is something new to test."""
        super().look(sample)
        if self.requests >= self.frame.least and counts(sample, self.metric) is not None:
            self._budget.enter(sample.at)

    def failed(self, now: datetime) -> str:
        """Early against either."""
        said = super().failed(now)
        seen = self.candidate
        if said or not self._alone() or not exceeds(seen, self._last, self.times):
            return said
        by_chance = worse(seen, self._last)
        spent = self.alpha * self.share * self._budget.part
        return self.sentence(seen, self._last, by_chance, _WHERE) if by_chance <= spent else ""

    def lack(self, now: datetime) -> str:
        """Enough of either; what was recorded can lack nothing but requests."""
        if not super().lack(now):
            return ""
        return Errors.lack(self, now) or few(
            self._last.requests, self.frame, f"recorded of {self.metric} in an earlier bake"
        )

    def closing(self, now: datetime) -> str:
        """Against the better one that there is."""
        if not super().lack(now):
            return super().closing(now)
        return self.verdict(self.candidate, self._last, _WHERE)

    def told(self) -> str:
        """What it would be compared with as it stands."""
        return self.sentence(self.candidate, self._last, where=_WHERE) if self._alone() else super().told()

    def _alone(self) -> bool:
        return self.pair()[1].requests < self.frame.needed
