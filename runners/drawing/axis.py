"""Time goes from left to right, in UTC, and is the same for all that stands under one another."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from matplotlib import dates, ticker
from matplotlib.axes import Axes

from bot.domain.chart import Chart
from runners.drawing import colours
from runners.drawing.sheet import LEFT, MARGIN, RIGHT, WIDTH, Sheet, points

#: Pixels.
TICKS = 24
_ROOM = timedelta(seconds=30)


def span(chart: Chart) -> tuple[datetime, datetime]:
    """From when to when the chart goes; a single look gets room on both sides."""
    first, last = min(chart.times), max(chart.times)
    if chart.rungs:
        first = min(first, chart.rungs[0].at)
    if first == last:
        return first - _ROOM, last + _ROOM
    edge = (last - first) / 50
    return first - edge, last + edge


def begin(chart: Chart, axes: Axes) -> None:
    """Give *axes* the chart's time, its moves, and no frame."""
    first, last = span(chart)
    axes.set_xlim(dates.date2num(first), dates.date2num(last))
    axes.xaxis.set_major_locator(
        dates.AutoDateLocator(tz=UTC, minticks=3, maxticks=5, interval_multiples=True)
    )
    axes.tick_params(colors=colours.QUIET, labelsize=points(TICKS), length=6, width=2, labelbottom=False)
    for name, spine in axes.spines.items():
        spine.set(color=colours.QUIET, linewidth=2, visible=name == "bottom")
    for rung in chart.rungs:
        axes.axvline(
            dates.date2num(rung.at), color=colours.QUIET, linewidth=2, linestyle=(0, (1.2, 2.4)), zorder=2
        )


def moves(sheet: Sheet, chart: Chart) -> None:
    """Write over the axes that follow what each move gave, where it finds room."""
    if not chart.rungs:
        return
    begins = [float(WIDTH), float(WIDTH)]
    written: list[tuple[float, int, str]] = []
    # The newest is what the chart is about, so it is written first.
    for rung in reversed(chart.rungs):
        half = sheet.width(rung.label, TICKS, "bold") / 2
        x = min(WIDTH - MARGIN - half, _place(chart, rung.at))
        row = next((row for row, begin in enumerate(begins) if x + half < begin - 10), None)
        if row is not None:
            begins[row] = x - half
            written.append((x, row, rung.label))
    rows = 1 + max((row for _, row, _ in written), default=0)
    for x, row, label in written:
        y = sheet.y + (rows - row - 0.5) * TICKS * 1.25
        sheet.write(x, y, label, TICKS, weight="bold", align="center")
    sheet.y += rows * TICKS * 1.25 + 4


def gaps(chart: Chart, axes: Axes, seen: Sequence[bool]) -> None:
    """Hatch the times at which nothing was *seen*."""
    for start, end in _missing(chart, seen):
        axes.axvspan(
            dates.date2num(start),
            dates.date2num(end),
            facecolor="none",
            edgecolor=colours.HATCH,
            hatch="//",
            linewidth=0,
        )


def time(sheet: Sheet, chart: Chart, drawn: Sequence[Axes]) -> None:
    """Write the time under the last of *drawn*."""
    first, last = span(chart)
    length = last - first
    if length < timedelta(minutes=4):
        form = "%H:%M:%S"
    elif length < timedelta(hours=20):
        form = "%H:%M"
    else:
        form = "%d %b %H:%M" if length < timedelta(days=4) else "%d %b"
    axes = drawn[-1]
    few = 4 if len(form) > 6 else 5
    locator = dates.AutoDateLocator(tz=UTC, minticks=min(3, few - 2), maxticks=few, interval_multiples=True)
    # A label stands around its tick, and must not run over the edge.
    half = sheet.width(last.strftime(form), TICKS) / 2 + MARGIN / 2
    inside = [
        at
        for at in locator.tick_values(first, last)
        if half < _place(chart, dates.num2date(at)) < WIDTH - half
    ]
    axes.xaxis.set_major_locator(ticker.FixedLocator(inside))
    axes.xaxis.set_major_formatter(dates.DateFormatter(form, tz=UTC))
    axes.tick_params(axis="x", labelbottom=True, pad=8)
    sheet.y += TICKS * 2.5
    days = f"{first:%d %b %Y}" if first.date() == last.date() else f"{first:%d %b} to {last:%d %b %Y}"
    sheet.write(MARGIN, sheet.y, f"run {chart.run}", TICKS, colour=colours.QUIET)
    sheet.write(WIDTH - RIGHT, sheet.y, f"UTC, {days}", TICKS, colour=colours.QUIET, align="right")


def _missing(chart: Chart, seen: Sequence[bool]) -> Iterator[tuple[datetime, datetime]]:
    """Stretches without evidence, from half-way before the first look to half-way after the last."""
    first, last = span(chart)
    times = chart.times
    for index, sighted in enumerate(seen):
        if not sighted:
            before = times[index - 1] + (times[index] - times[index - 1]) / 2 if index else first
            after = times[index] + (times[index + 1] - times[index]) / 2 if index + 1 < len(times) else last
            yield before, after


def _place(chart: Chart, at: datetime) -> float:
    """How far from the left edge a moment is."""
    first, last = span(chart)
    return LEFT + (at - first) / (last - first) * (WIDTH - LEFT - RIGHT)
