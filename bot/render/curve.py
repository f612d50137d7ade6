"""One metric of a bake as a panel: the candidate, what it is compared with, and the lines that must not be crossed."""

from collections.abc import Sequence
from itertools import accumulate
from statistics import median

from bot.domain.chart import Curve, Panel, Role, Unit
from bot.domain.colour import Colour
from bot.domain.estate import WatchSettings
from bot.domain.report import Counted, Sample, Side
from bot.render import seen, text

#: The looks of one bake, those that are drawn as one together.
Bins = Sequence[Sequence[Sample]]

_ROLES = {Side.CANDIDATE: Role.CANDIDATE, Side.BASELINE: Role.BASELINE}


def panel(
    bakes: Sequence[Bins],
    metric: str,
    watch: WatchSettings | None,
    labels: dict[Side, str],
    colour: Colour | None,
    recorded: float | None = None,
) -> Panel:
    """Draw up *metric* over all *bakes*; counting begins anew with each of them.

    *recorded* stands in for the baseline of the last one, where nothing is seen of it any more.
    """
    rate = metric == seen.RATE
    curves = []
    for side in Side:
        drawn = _counted(bakes, metric, side) if rate else _valued(bakes, metric, side)
        if rate and side is Side.BASELINE and recorded is not None:
            drawn = (_stood_in(drawn[0], len(bakes[-1]), recorded), drawn[1])
        if side is Side.CANDIDATE or any(value is not None for value in drawn[0]):
            whose = colour if side is Side.CANDIDATE or colour is None else colour.other
            curves.append(
                Curve(role=_ROLES[side], label=labels[side], colour=whose, values=drawn[0], looks=drawn[1])
            )
    ratio = watch.worse_than_baseline if watch else None
    if ratio is not None and len(curves) > 1:
        limit = tuple(None if value is None else value * ratio for value in curves[1].values)
        curves.append(Curve(role=Role.LIMIT, label=f"{ratio:g} times {labels[Side.BASELINE]}", values=limit))
    at_most = watch.at_most if watch else None
    unit = Unit.RATIO if rate else Unit.MILLISECONDS
    return Panel(
        heading="error rate so far" if rate else f"{text.one_line(metric).replace('_', ' ')} in ms",
        unit=unit,
        curves=tuple(curves),
        at_most=at_most,
        top=_top(curves, at_most, unit),
    )


def shown(value: float, unit: Unit) -> str:
    """`0.40%`, `183 ms`."""
    return f"{value:.2%}" if unit is Unit.RATIO else f"{text.number(round(value))} ms"


def _counted(
    bakes: Sequence[Bins], metric: str, side: Side
) -> tuple[tuple[float | None, ...], tuple[float | None, ...]]:
    """The rate over all looks so far, by which it is judged, and that of each look."""
    so_far: list[float | None] = []
    looks: list[float | None] = []
    for bins in bakes:
        pooled = [_pooled(some, metric, side) for some in bins]
        requests = accumulate(one.requests if one else 0 for one in pooled)
        errors = accumulate(one.errors if one else 0 for one in pooled)
        for one, asked, failed in zip(pooled, requests, errors, strict=True):
            so_far.append(failed / asked if one and asked else None)
            looks.append(one.errors / one.requests if one and one.requests else None)
    return tuple(so_far), tuple(looks)


def _pooled(some: Sequence[Sample], metric: str, side: Side) -> Counted | None:
    known = [one for one in seen.counts(some, metric, side) if one is not None]
    return seen.total(known) if known else None


def _stood_in(values: tuple[float | None, ...], last: int, recorded: float) -> tuple[float | None, ...]:
    """The values, of which the *last* ones are what was recorded, unless something was seen."""
    if any(value is not None for value in values[-last:]):
        return values
    return (*values[:-last], *(recorded,) * last)


def _valued(
    bakes: Sequence[Bins], metric: str, side: Side
) -> tuple[tuple[float | None, ...], tuple[float | None, ...]]:
    columns = [
        [one for one in seen.values(some, metric, side) if one is not None] for bins in bakes for some in bins
    ]
    return tuple(median(some) if some else None for some in columns), ()


def _top(curves: Sequence[Curve], at_most: float | None, unit: Unit) -> float:
    """Where the axis ends: above every line, but one bad look among the first flattens nothing."""
    values = sorted(value for curve in curves for value in curve.values if value is not None)
    lasts = [last for curve in curves if (last := _last(curve)) is not None]
    usual = values[: -(-len(values) * 19 // 20)]
    highest = max([*usual[-1:], *lasts, at_most or 0.0], default=0.0)
    if unit is Unit.RATIO:
        return min(1.05, max(0.005, 1.25 * highest))
    return 1.25 * highest or 1.0


def _last(curve: Curve) -> float | None:
    return next((value for value in reversed(curve.values) if value is not None), None)
