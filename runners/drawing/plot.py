"""One metric over time: its curves, the lines that must not be crossed, and what each of them is called."""

from collections.abc import Iterator

from matplotlib import dates, ticker
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from bot.domain.chart import Chart, Curve, Panel, Role, Unit
from bot.render.curve import shown
from runners.drawing import axis, colours
from runners.drawing.sheet import LEFT, MARGIN, RIGHT, WIDTH, Sheet

#: What something is called, and how it is drawn; `None` is hatched.
_Entry = tuple[str, Line2D | None]

_STROKES = {Role.CANDIDATE: (0, ()), Role.BASELINE: (0, (2.6, 1.3)), Role.LIMIT: (0, (0.8, 1.2))}
_MARKS = {Role.CANDIDATE: "o", Role.BASELINE: "s", Role.LIMIT: ""}
_THICKNESS = {Role.CANDIDATE: 5.0, Role.BASELINE: 4.0, Role.LIMIT: 4.0}
#: The stroke of the line that must not be crossed.
_DASHDOT = (0, (5, 1.4, 1, 1.4))
_MARK = 9
#: Of more looks than this a cloud would be seen, and nothing else.
_MOST_LOOKS = 60
#: Pixels: of a panel that is alone, and of one that is not.
_ALONE, _STACKED = 330, 220
_HEADING, _LEGEND = 26, 24


def plot(sheet: Sheet, chart: Chart, panel: Panel) -> Axes:
    """Draw *panel* under what is there."""
    entries = [_entry(curve, panel.unit) for curve in panel.curves]
    if panel.at_most is not None:
        entries.append(
            (f"at most {_limit(panel)}", Line2D([], [], color=colours.LIMIT, linestyle=_DASHDOT, linewidth=4))
        )
    if any(panel.curves[0].looks) and 1 < len(chart.times) <= _MOST_LOOKS:
        entries.append(("a look with errors", _dots(colours.of(panel.curves[0]))))
    seen = [value is not None for value in panel.curves[0].values]
    if not all(seen):
        entries.append(("no evidence", None))
    sheet.y += 30 if panel is not chart.panels[0] else 16
    _legend(sheet, panel.heading, entries)
    if panel is chart.panels[0]:
        axis.moves(sheet, chart)
    height = _ALONE if len(chart.panels) == 1 else _STACKED
    axes = sheet.axes(height)
    axis.begin(chart, axes)
    _scale(axes, panel)
    axis.gaps(chart, axes, seen)
    if not any(seen):
        words = "no request was seen" if panel.unit is Unit.RATIO else "no evidence"
        middle = sheet.y - height / 2
        sheet.badge(
            (LEFT + WIDTH - RIGHT - sheet.width(words, 30, "bold")) / 2, middle, words, 30, colours.QUIET
        )
    if panel.at_most is not None:
        axes.axhline(
            panel.at_most, color=colours.LIMIT, linestyle=_DASHDOT, linewidth=4, zorder=3, clip_on=False
        )
    _looks(axes, chart, panel)
    for curve in reversed(panel.curves):
        _curve(axes, chart, panel, curve)
    return axes


def _scale(axes: Axes, panel: Panel) -> None:
    axes.set_ylim(0, panel.top)
    axes.yaxis.set_major_locator(ticker.MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    if panel.unit is Unit.RATIO:
        axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{100 * value:.4g}%"))
    else:
        axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: _milliseconds(value)))
    axes.grid(visible=True, axis="y", color=colours.GRID, linewidth=2)
    axes.set_axisbelow(True)


def _curve(axes: Axes, chart: Chart, panel: Panel, curve: Curve) -> None:
    colour = colours.of(curve)
    for part in _stretches(chart, curve):
        axes.plot(
            [at for at, _ in part],
            [value for _, value in part],
            color=colour,
            linestyle=_STROKES[curve.role],
            linewidth=_THICKNESS[curve.role],
            marker=_MARKS[curve.role],
            markersize=_MARK,
            # So far apart, as a part of the axes' diagonal, that marks never run into one another.
            markevery=0.08 if len(part) > 2 else None,
            solid_capstyle="round",
            zorder=5 if curve.role is Role.CANDIDATE else 4,
            # A line of zeros stands on the axis, and is seen whole.
            clip_on=max(value for _, value in part) > panel.top,
        )


def _looks(axes: Axes, chart: Chart, panel: Panel) -> None:
    """Dots for single looks; arrows at the upper edge for those beyond it."""
    curve = panel.curves[0]
    seen = [(dates.date2num(at), look) for at, look in zip(chart.times, curve.looks, strict=False) if look]
    if not 1 < len(chart.times) <= _MOST_LOOKS:
        return
    inside = [point for point in seen if point[1] <= panel.top]
    beyond = [at for at, look in seen if look > panel.top]
    dots = _dots(colours.of(curve))
    dots.set_data([at for at, _ in inside], [look for _, look in inside])
    arrows = Line2D(
        beyond, [panel.top] * len(beyond), color=colours.of(curve), linestyle="", marker="^", markersize=10
    )
    for line in (dots, arrows):
        line.set(zorder=4, clip_on=False)
        axes.add_line(line)


def _stretches(chart: Chart, curve: Curve) -> Iterator[list[tuple[float, float]]]:
    """Points that are joined by a line: neither a gap nor a move lies between them."""
    starts = {rung.first for rung in chart.rungs}
    part: list[tuple[float, float]] = []
    for index, (at, value) in enumerate(zip(chart.times, curve.values, strict=True)):
        if part and (value is None or index in starts):
            yield part
            part = []
        if value is not None:
            part.append((dates.date2num(at), value))
    if part:
        yield part


def _entry(curve: Curve, unit: Unit) -> _Entry:
    """A curve's name, with where it ended."""
    last = next((value for value in reversed(curve.values) if value is not None), None)
    ended = "" if last is None or curve.role is Role.LIMIT else f" {shown(last, unit)}"
    return f"{curve.label}{ended}", Line2D(
        [],
        [],
        color=colours.of(curve),
        linestyle=_STROKES[curve.role],
        linewidth=_THICKNESS[curve.role],
        marker=_MARKS[curve.role],
        markersize=_MARK,
        markevery=[1],
    )


def _dots(colour: str) -> Line2D:
    return Line2D(
        [], [], color=colour, linestyle="", marker="o", markersize=6, fillstyle="none", markeredgewidth=1.8
    )


def _legend(sheet: Sheet, heading: str, entries: list[_Entry]) -> None:
    """The heading and, one after the other, what is drawn, on as many lines as it takes."""
    x, step = float(MARGIN), _LEGEND * 1.45
    sheet.y += step / 2
    sheet.write(x, sheet.y, heading, _HEADING, weight="bold")
    x += sheet.width(heading, _HEADING, "bold") + 40
    for label, line in entries:
        stroke = 24 if line is not None and line.get_linestyle() == "None" else 62
        words = sheet.fitted(label, WIDTH - 2 * MARGIN - stroke - 12, _LEGEND)
        width = stroke + 12 + sheet.width(words, _LEGEND)
        if x > MARGIN and x + width > WIDTH - MARGIN:
            x = float(MARGIN)
            sheet.y += step
        if line is None:
            sheet.hatched(x, sheet.y, stroke, _LEGEND)
        else:
            sheet.stroke(x + 4, sheet.y, stroke - 4, line)
        sheet.write(x + stroke + 12, sheet.y, words, _LEGEND)
        x += width + 34
    sheet.y += step / 2 + 10


def _limit(panel: Panel) -> str:
    at_most = panel.at_most or 0.0
    return f"{100 * at_most:.3g}%" if panel.unit is Unit.RATIO else shown(at_most, Unit.MILLISECONDS)


def _milliseconds(value: float) -> str:
    return f"{value:,.4g}" if value < 10_000 else f"{value / 1000:,.4g} s"
