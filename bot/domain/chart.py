"""The picture of a bake, before anybody has drawn it: only what is to be seen, and already as words and numbers."""

from enum import StrEnum

from pydantic import AwareDatetime, NonNegativeInt

from bot.domain.colour import Colour
from bot.domain.report import Verdict
from bot.domain.value import RunId, Value


class Unit(StrEnum):
    """What a panel's axis counts."""

    #: 0.05 is 5 %.
    RATIO = "ratio"
    MILLISECONDS = "ms"


class Role(StrEnum):
    """What a curve is there for."""

    #: What was changed, and is on trial.
    CANDIDATE = "candidate"
    #: What it is compared with.
    BASELINE = "baseline"
    #: How bad it may be in comparison.
    LIMIT = "limit"


class Curve(Value):
    """One line, with a value at each of the chart's times; `None` where nothing was seen."""

    role: Role
    label: str
    #: Whose traffic it is; `None` where there are no colours.
    colour: Colour | None = None
    values: tuple[float | None, ...]
    #: Single looks, where the line is made of all looks so far; empty where it is not.
    looks: tuple[float | None, ...] = ()


class Panel(Value):
    """One metric over time."""

    heading: str
    unit: Unit
    curves: tuple[Curve, ...]
    #: The line that must not be crossed, where the estate draws one.
    at_most: float | None = None
    #: Where the axis ends; what lies beyond is only hinted at.
    top: float


class Alarm(Value):
    """When an alarm was on; `None` where nobody could tell."""

    name: str
    states: tuple[bool | None, ...]


class Rung(Value):
    """A move of traffic, after which counting began anew."""

    at: AwareDatetime
    #: The place of the first look after it among the chart's times.
    first: NonNegativeInt
    #: What the candidate got from then on: `25 %`.
    label: str


class Chart(Value):
    """A bake from its first look to its verdict, with the bakes of the service's earlier moves."""

    run: RunId
    title: str
    verdict: Verdict
    #: Why that is the verdict, in a sentence.
    reason: str
    #: When was looked, going up; of many looks those that follow one another are drawn as one.
    times: tuple[AwareDatetime, ...]
    panels: tuple[Panel, ...]
    alarms: tuple[Alarm, ...] = ()
    rungs: tuple[Rung, ...] = ()
    #: The picture in words, for those who cannot see it.
    alternative: str
