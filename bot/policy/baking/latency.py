"""Latencies, in milliseconds: against a line, and against a baseline seen at the same looks."""

from datetime import datetime
from statistics import median

from bot.domain.estate import WatchSettings
from bot.domain.report import Sample, Side
from bot.policy.baking.chance import tail
from bot.policy.baking.errors import few, seldom
from bot.policy.baking.frame import Frame
from bot.policy.baking.presence import Presence
from bot.policy.baking.question import Question, value
from bot.policy.baking.spending import HALF, Wager

#: So many latencies in a row over the line fail a bake early.
STREAK = 3


class Latency(Question):
    """What is common: the candidate's values, and requests where the source counts them, too."""

    def __init__(self, watch: WatchSettings, frame: Frame) -> None:
        """Begin with nothing seen."""
        self.metric = watch.metric
        self.frame = frame
        self._there = Presence(frame)
        self._values: list[float] = []
        self._counts = False

    def look(self, sample: Sample) -> None:
        """Take in the value."""
        found = value(sample, self.metric)
        totals = found is not None and found.requests_total is not None
        self._there.note(sample.at, there=found is not None, totals=totals)
        if found is None or found.value is None:
            return
        self._counts = self._counts or found.requests is not None
        self.requests += found.requests or 0
        self.errors += found.errors or 0
        self._values.append(found.value)
        self.took(found.value)

    def took(self, latency: float) -> None:
        """Take note of one value, in the order of time."""

    def few(self) -> str:
        """Say what is missing in amount."""
        if not self._values:
            return f"nothing was seen of {self.metric}"
        return few(self.requests, self.frame, f"seen by {self.metric}") if self._counts else ""

    def lack(self, now: datetime) -> str:
        """Seen well enough, with enough traffic."""
        gap = self._there.gap(now)
        return self.few() or (f"{self.metric} was {gap}" if gap else "")


class Slow(Latency):
    """A latency that must not be exceeded: three in a row fail, and at the end the median decides."""

    def __init__(self, watch: WatchSettings, at_most: float, frame: Frame) -> None:
        """Draw the line."""
        super().__init__(watch, frame)
        self._at_most = at_most
        self._streak = 0
        self._failed = ""

    def took(self, latency: float) -> None:
        """Count those in a row; a look that saw nothing heals nothing."""
        self._streak = self._streak + 1 if latency > self._at_most else 0
        if self._streak == STREAK:
            over = f"{self.metric} was over the line {STREAK} times in a row, lastly {latency:g} ms"
            self._failed = f"{over}, at most {self._at_most:g} ms allowed"

    def failed(self, now: datetime) -> str:
        """At once, or at the end."""
        if self._failed or now < self.frame.until or self.few():
            return self._failed
        return self.told() if median(self._values) > self._at_most else ""

    def told(self) -> str:
        """The median and the line."""
        if not self._values:
            return f"{self.metric} was not seen yet"
        middle = f"{self.metric} {median(self._values):g} ms at the median of {len(self._values)}"
        return f"{middle}, at most {self._at_most:g} ms allowed"


class Slower(Latency):
    """A latency that must not be so many times the baseline's.

    Each look at which both were seen is one vote: worse where the candidate took longer than is allowed. How much
    longer counts for nothing, so one wild value is one vote, too. Where both are equally good, at most every second
    look is worse, and the votes are tested against that (exact sign test).
    """

    def __init__(self, watch: WatchSettings, times: float, frame: Frame) -> None:
        """Begin with no votes."""
        super().__init__(watch, frame)
        self._times = times
        self._alpha = watch.alpha
        self._both = Presence(frame)
        self._wager = Wager()
        self._pairs: list[tuple[float, float]] = []
        self._worse = 0

    def look(self, sample: Sample) -> None:
        """Take a vote."""
        super().look(sample)
        ours, theirs = value(sample, self.metric), value(sample, self.metric, Side.BASELINE)
        self._both.note(sample.at, there=bool(ours and theirs))
        if ours is None or theirs is None or ours.value is None or theirs.value is None:
            return
        self._pairs.append((ours.value, theirs.value))
        worse = ours.value > self._times * theirs.value
        self._worse += worse
        self._wager.settle(0.5, int(worse), int(not worse))

    def failed(self, now: datetime) -> str:  # noqa: ARG002 -- the same at any time
        """Early where nobody could be so unlucky."""
        by_chance = self._wager.chance
        return f"{self.told()}{seldom(by_chance)}" if by_chance <= self._alpha * HALF else ""

    def lack(self, now: datetime) -> str:
        """Seen together well enough, and so often that the test can fail at all."""
        if missing := super().lack(now):
            return missing
        if not self._pairs:
            return f"no baseline of {self.metric} was seen to compare with"
        if gap := self._both.gap(now):
            return f"a baseline of {self.metric} was {gap}"
        looks = len(self._pairs)
        if tail(looks, looks, 0.5) > self._alpha * HALF:
            return f"{looks} looks at {self.metric} beside a baseline are too few to compare"
        return ""

    def closing(self, now: datetime) -> str:  # noqa: ARG002 -- the same at any time
        """The sign test on all looks."""
        by_chance = tail(self._worse, len(self._pairs), 0.5)
        return f"{self.told()}{seldom(by_chance)}" if by_chance <= self._alpha * HALF else ""

    def told(self) -> str:
        """Both medians, and the votes."""
        if not self._pairs:
            return f"{self.metric} was not seen beside a baseline yet"
        ours, theirs = (median(side) for side in zip(*self._pairs, strict=True))
        medians = f"{self.metric} {ours:g} ms against {theirs:g} ms at the baseline (medians)"
        votes = f"{self._worse} of {len(self._pairs)} looks over {self._times:g} times the baseline"
        return f"{medians}, {votes}"
