"""The picture that is put into the thread at the end of a bake, in words and numbers."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC

from bot.domain.chart import Alarm, Chart, Panel, Role, Rung
from bot.domain.estate import BakeSettings, WatchSettings
from bot.domain.message import MOST_ALTERNATIVE, Message, Picture
from bot.domain.report import BakeReport, Report, Sample, Side
from bot.render import blocks, curve, rung, seen, state, text

#: Points of a line; more of them are narrower than a pixel.
MOST_POINTS = 200
_MOST_ALARMS = 4
_MOST_REASON = 300


def over(report: Report, bake: BakeReport) -> bool:
    """Whether nothing that may still come changes *bake*."""
    if bake.finding is None or not bake.samples:
        return False
    return bake.finding.final or bake is not report.bake or not report.run.open


def of(report: Report, settings: BakeSettings | None, before: BakeReport | None = None) -> Chart | None:
    """Draw up the chart of `report.bake`, with the lines of *settings*; `None` where nothing was seen to draw.

    *before* is the bake that a deploy is compared with.
    """
    bake = report.bake
    if bake is None or bake.finding is None or not bake.samples:
        return None
    shown = _ladder(report, bake)
    bins = _bins(shown)
    samples = [sample for each in shown for sample in each.samples]
    watches: dict[str, WatchSettings] = (
        {watch.metric: watch for watch in settings.watch[::-1]} if settings else {}
    )
    labels = {side: rung.side(report, side) for side in Side}
    if before is not None:
        labels[Side.BASELINE] = "last good bake"
    recorded = (
        _recorded(shown, before) if any(watch.worse_than_baseline for watch in watches.values()) else None
    )
    colour = report.run.switch.colour if report.run.switch else None
    panels = tuple(
        curve.panel(bins, metric, watches.get(metric), labels, colour, recorded)
        for metric in seen.metrics(samples)
    )
    alarms = tuple(_alarm(bins, name) for name in seen.alarms(samples)[:_MOST_ALARMS])
    if not panels and not alarms:
        return None
    finding = bake.finding
    reason = text.sentence(text.one_line(finding.reason))
    chart = Chart(
        run=report.run.id,
        title=f"Bake of {text.one_line(rung.named(report, bake))}",
        verdict=finding.verdict,
        reason=text.shorten(
            f"{reason} It took longer: evidence was missing." if finding.extended else reason, _MOST_REASON
        ),
        times=tuple(some[-1].at for each in bins for some in each),
        panels=panels,
        alarms=alarms,
        rungs=tuple(_rungs(report, shown, bins)),
        alternative="",
    )
    return chart.model_copy(update={"alternative": _alternative(chart, bake)})


def scrubbed(chart: Chart, scrub: Callable[[str], str]) -> Chart:
    """The chart with every word put through *scrub*: once it is drawn, nothing can be taken out of it any more."""
    return chart.model_copy(
        update={
            "title": scrub(chart.title),
            "reason": scrub(chart.reason),
            "alternative": scrub(chart.alternative),
            "alarms": tuple(each.model_copy(update={"name": scrub(each.name)}) for each in chart.alarms),
        }
    )


def message(report: Report, chart: Chart, png: bytes) -> Message:
    """Say how the bake of `report.bake` ended, with the picture *png* of *chart*."""
    place = report.bake.rung if report.bake else 0
    said = f"{state.VERDICTS[chart.verdict]} *{text.inline(chart.title)}: {chart.verdict.value}*"
    picture = Picture(
        name=f"bake-{report.run.id}-{place}.png",
        title=f"{chart.title}: {chart.verdict.value}",
        content=chart.alternative,
        png=png,
    )
    spoken = f"Run {report.run.id}: {text.inline(chart.title)}: {chart.verdict.value}."
    return blocks.compose(spoken, [blocks.section(said)], attachments=(picture,))


def _ladder(report: Report, bake: BakeReport) -> list[BakeReport]:
    """The bake, after those of the same service's earlier moves."""
    own = rung.move(report, bake)
    if own is None:
        return [bake]
    moved = [(each, rung.move(report, each)) for each in report.bakes if each.rung < bake.rung]
    earlier = [each for each, move in moved if move and move.service == own.service and each.samples]
    return [*sorted(earlier, key=lambda each: each.rung), bake]


def _recorded(ladder: Sequence[BakeReport], before: BakeReport | None) -> float | None:
    """The rate that stands in for a baseline: of the old colour after earlier moves, or of an earlier deploy."""
    if before is not None:
        counts = seen.counts(before.samples, seen.RATE, Side.CANDIDATE)
    else:
        earlier = [sample for bake in ladder[:-1] for sample in bake.samples]
        counts = seen.counts(earlier, seen.RATE, Side.BASELINE)
    total = seen.total(counts)
    return total.errors / total.requests if total.requests else None


def _bins(bakes: Sequence[BakeReport]) -> list[list[tuple[Sample, ...]]]:
    """Group the looks of each bake, so that all of them together are few enough to be drawn."""
    size = -(-sum(len(bake.samples) for bake in bakes) // MOST_POINTS)
    # Of a bake that was gone through again after a crash no look is earlier than the one before it.
    return [
        [bake.samples[start : start + size] for start in range(0, len(bake.samples), size)] for bake in bakes
    ]


def _alarm(bins: Sequence[Sequence[Sequence[Sample]]], name: str) -> Alarm:
    states = []
    for some in (some for each in bins for some in each):
        known = [value for value in seen.values(some, name, Side.CANDIDATE) if value is not None]
        states.append(any(value > 0 for value in known) if known else None)
    return Alarm(name=text.one_line(name.removeprefix(seen.ALARM)), states=tuple(states))


def _rungs(report: Report, bakes: Sequence[BakeReport], bins: Sequence[Sequence[object]]) -> Iterator[Rung]:
    first = 0
    for bake, some in zip(bakes, bins, strict=True):
        if moved := rung.move(report, bake):
            yield Rung(at=bake.began_at, first=first, label=rung.part(report, moved))
        first += len(some)


def _alternative(chart: Chart, bake: BakeReport) -> str:
    first, last = (at.astimezone(UTC) for at in (bake.began_at, chart.times[-1]))
    until = f"{last:%H:%M}" if last.date() == first.date() else f"{last:%d %b %H:%M}"
    parts = [
        f"Chart. Run {chart.run}: {chart.title}: {chart.verdict.value}. {text.shorten(chart.reason, _MOST_REASON)}",
        f"From {first:%d %b %Y %H:%M} to {until} UTC, {text.plural(len(bake.samples), 'look')}.",
        *(_said(panel) for panel in chart.panels),
        *(f"Alarm {text.shorten(alarm.name, 60)}: {_rang(alarm)}." for alarm in chart.alarms),
    ]
    if chart.rungs:
        parts.append(f"Moves: {', '.join(each.label for each in chart.rungs)}.")
    return text.shorten(" ".join(parts), MOST_ALTERNATIVE)


def _said(panel: Panel) -> str:
    parts = []
    for each in panel.curves:
        known = [value for value in each.values if value is not None]
        if each.role is Role.LIMIT:
            continue
        if not known:
            parts.append(f"{each.label} was not seen")
            continue
        ends = f"{each.label} ended at {curve.shown(known[-1], panel.unit)}, highest {curve.shown(max(known), panel.unit)}"
        gaps = len(each.values) - len(known)
        parts.append(f"{ends}, no evidence at {gaps} of {len(each.values)} points" if gaps else ends)
    if panel.at_most is not None:
        parts.append(f"at most {curve.shown(panel.at_most, panel.unit)} allowed")
    parts += [f"at most {each.label} allowed" for each in panel.curves if each.role is Role.LIMIT]
    return f"{panel.heading.capitalize()}: {'; '.join(parts)}."


def _rang(alarm: Alarm) -> str:
    if any(alarm.states):
        return "it went off"
    return "nobody could tell" if all(state is None for state in alarm.states) else "it stayed silent"
