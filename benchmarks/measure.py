"""One thing that was measured, beside what it is compared with, and the goal it has."""

from collections.abc import Sequence
from statistics import median
from typing import Literal

from bot.domain.value import Value


class Measure(Value):
    """A median, what it is compared with, and whether that is good enough."""

    #: What was measured, on which database.
    what: str
    #: The median.
    value: float
    unit: str
    #: Everything the median was taken of, in the order in which it was seen.
    samples: tuple[float, ...]
    #: What was measured in the same minutes on the same machine, and its median; empty and `None` where nothing was.
    beside: str = ""
    baseline: float | None = None
    #: How many times the baseline.
    ratio: float | None = None
    #: At most this is good; `None` where the number is told for its own sake.
    goal: float | None = None
    goal_is_for: Literal["value", "ratio"] = "value"
    #: What one must know to read the number.
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; `None` where there is none."""
        judged = self.value if self.goal_is_for == "value" else self.ratio
        return None if self.goal is None or judged is None else judged <= self.goal


def measure(
    what: str, unit: str, samples: Sequence[float], *, beside: str = "", base: Sequence[float] = ()
) -> Measure:
    """Take the medians of *samples* and of *base*, which was measured beside them, and divide them."""
    value, baseline = median(samples), median(base) if base else None
    return Measure(
        what=what,
        value=value,
        unit=unit,
        samples=tuple(samples),
        beside=beside,
        baseline=baseline,
        ratio=value / baseline if baseline else None,
    )


def aim(found: Measure, goal: float, *, at: Literal["value", "ratio"] = "value", note: str = "") -> Measure:
    """*found* with a goal."""
    return found.model_copy(update={"goal": goal, "goal_is_for": at, "note": note or found.note})


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that *share* of all samples do not exceed."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]
