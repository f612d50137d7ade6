"""The error rate against that of a baseline which was seen at the same time: the other colour."""

from datetime import datetime

from bot.domain.estate import WatchSettings
from bot.domain.report import Counted, Evidence, Sample, Side
from bot.policy.baking.chance import worse
from bot.policy.baking.errors import Errors, few, seldom, shown, totals
from bot.policy.baking.frame import Frame
from bot.policy.baking.presence import Presence
from bot.policy.baking.question import counts
from bot.policy.baking.spending import HALF, Wager

_NOTHING = (0, 0)


class Against(Errors):
    """A rate that must not be so many times the baseline's.

    Only looks at which both sides were seen are compared, so that both lived through the same.
    """

    #: What part of alpha pays for failing early.
    share = HALF

    def __init__(self, watch: WatchSettings, times: float, frame: Frame) -> None:
        """Begin with equal chances."""
        super().__init__(watch, frame)
        self.times = times
        self._both = Presence(frame)
        self._wager = Wager()
        self._ours = self._theirs = _NOTHING
        #: Seen of one side while the other was not.
        self._waiting = _NOTHING, _NOTHING

    def look(self, sample: Sample) -> None:
        """Count both sides, and bet on the look."""
        super().look(sample)
        ours, theirs = counts(sample, self.metric), counts(sample, self.metric, Side.BASELINE)
        one, other = _pair(ours), _pair(theirs)
        # Two totals are not written at the same time; that the candidate's stands still is said already.
        came = bool(other[0]) and (bool(one[0]) or totals(ours))
        both = ours is not None and theirs is not None
        self._both.note(sample.at, there=both, totals=totals(ours) and totals(theirs), came=came)
        if ours is None or theirs is None:
            self._waiting = (_plus(self._waiting[0], one), _plus(self._waiting[1], other))
            return
        # Where one side's totals went on in a gap, they tell of it now: then it counts for the other side, too.
        one = _plus(one, self._waiting[0]) if totals(theirs) else one
        other = _plus(other, self._waiting[1]) if totals(ours) else other
        self._waiting = _NOTHING, _NOTHING
        self._ours, self._theirs = _plus(self._ours, one), _plus(self._theirs, other)
        if requests := one[0] + other[0]:
            # Where one side had all the requests, all the errors are its own as well: nothing is won or lost.
            self._wager.settle(one[0] / requests, min(one), min(other))

    def pair(self) -> tuple[Counted, Counted]:
        """Candidate and baseline, as far as they were seen together."""
        ours, theirs = self._ours, self._theirs
        return (
            Counted(requests=ours[0], errors=min(ours)),
            Counted(requests=theirs[0], errors=min(theirs)),
        )

    def failed(self, now: datetime) -> str:  # noqa: ARG002 -- the same at any time
        """Early where nobody could be so lucky."""
        ours, theirs = self.pair()
        if ours.requests < self.frame.least or not exceeds(ours, theirs, self.times):
            return ""
        by_chance = self._wager.chance
        return self.sentence(ours, theirs, by_chance) if by_chance <= self.alpha * self.share else ""

    def lack(self, now: datetime) -> str:
        """Enough requests on both sides, seen together, and well enough."""
        if missing := super().lack(now):
            return missing
        ours, theirs = self.pair()
        if not theirs.requests:
            return f"no baseline of {self.metric} was seen to compare with"
        gap = self._both.gap(now)
        return (
            few(ours.requests, self.frame, f"seen by {self.metric} beside a baseline")
            or few(theirs.requests, self.frame, f"seen by {self.metric} at the baseline")
            or (f"a baseline of {self.metric} was {gap}" if gap else "")
        )

    def closing(self, now: datetime) -> str:  # noqa: ARG002 -- the same at any time
        """Fisher's exact test on everything that was seen of both."""
        return self.verdict(*self.pair())

    def verdict(self, ours: Counted, theirs: Counted, where: str = "at the baseline") -> str:
        """Compare for the last time."""
        if not exceeds(ours, theirs, self.times):
            return ""
        by_chance = worse(ours, theirs)
        return self.sentence(ours, theirs, by_chance, where) if by_chance <= self.alpha * HALF else ""

    def sentence(
        self, ours: Counted, theirs: Counted, by_chance: float = 1.0, where: str = "at the baseline"
    ) -> str:
        """Both rates, what is allowed, and how often chance does that, where it seldom does."""
        allowed = f"at most {self.times:g} times the rate allowed"
        return f"{shown(ours)} against {shown(theirs)} {where}, {allowed}{seldom(by_chance)}"

    def told(self) -> str:
        """Both rates, as far as they were seen together."""
        return self.sentence(*self.pair())


def exceeds(ours: Counted, theirs: Counted, times: float) -> bool:
    """Whether the candidate's rate is so many times the baseline's; where that had no error, half a one is assumed."""
    return ours.errors > 0 and (
        ours.errors * theirs.requests >= times * max(theirs.errors, 0.5) * ours.requests
    )


def _pair(found: Evidence | None) -> tuple[int, int]:
    return _NOTHING if found is None else (found.requests or 0, found.errors or 0)


def _plus(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]
