"""One alarm over time: a thin line while it is silent, a block while it is on."""

from itertools import pairwise

from matplotlib import dates
from matplotlib.axes import Axes

from bot.domain.chart import Alarm, Chart
from runners.drawing import axis, colours
from runners.drawing.sheet import MARGIN, WIDTH, Sheet

#: Pixels.
_NAME, _HEIGHT = 24, 34


def alarm(sheet: Sheet, chart: Chart, alarm: Alarm) -> Axes:
    """Draw *alarm* under what is there."""
    sheet.y += 36
    known = [state for state in alarm.states if state is not None]
    state = "went off" if any(known) else "was silent" if known else "could not be read"
    words = sheet.fitted(f"alarm {alarm.name}", WIDTH - 2 * MARGIN - 260, _NAME)
    sheet.write(MARGIN, sheet.y, f"{words}  {state}", _NAME, weight="bold")
    sheet.y += _NAME
    axes = sheet.axes(_HEIGHT)
    axis.begin(chart, axes)
    axes.set_ylim(0, 1)
    axes.set_yticks([])
    axis.gaps(chart, axes, [state is not None for state in alarm.states])
    edges = _edges(chart)
    for (start, end), on in zip(edges, alarm.states, strict=True):
        if on:
            axes.axvspan(start, end, 0, 0.9, facecolor=colours.LIMIT, edgecolor="none", zorder=4)
        elif on is not None:
            axes.plot(
                [start, end], [0.25, 0.25], color=colours.TEXT, linewidth=4, zorder=4, solid_capstyle="butt"
            )
    return axes


def _edges(chart: Chart) -> list[tuple[float, float]]:
    """From where to where each look speaks: half-way to its neighbours."""
    first, last = axis.span(chart)
    middles = [dates.date2num(a + (b - a) / 2) for a, b in pairwise(chart.times)]
    return list(pairwise([dates.date2num(first), *middles, dates.date2num(last)]))
