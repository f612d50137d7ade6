"""A bake: what is seen on both sides, what is still needed, and at the end what it means. One message, edited."""

from collections.abc import Callable, Sequence
from functools import partial

from bot.domain.chart import Unit
from bot.domain.message import Message
from bot.domain.report import BakeReport, Counted, Evidence, Finding, Report, Side
from bot.render import blocks, curve, rung, seen, sparkline, state, text

_MOST_LINES = 10
#: Characters of the names before the columns, and of each column.
_NAME, _COLUMN = 10, 9

_Line = Sequence[float | None]


def message(report: Report) -> Message:
    """The message as it stands now."""
    bake = report.bake
    if bake is None:
        return blocks.compose("The bake has not begun.", [blocks.section("The bake has not begun.")])
    finding = bake.finding
    over = finding is not None and (finding.final or not report.run.open)
    first = _verdict(report, bake, finding) if finding is not None and over else _waiting(report, bake)
    parts = [blocks.section(first)]
    if table := [*_table(report, bake), *_sparklines(report, bake)]:
        parts.append(blocks.section(text.fence("\n".join(table))))
    if notes := [*filter(None, [_share(report, bake)]), *_notes(report, bake)]:
        parts.append(blocks.section("\n".join(notes)))
    name = text.inline(rung.named(report, bake))
    spoken = f"Run {report.run.id}, bake of {name}: {_spoken(report, bake, over=over)}"
    return blocks.compose(spoken, parts)


def _verdict(report: Report, bake: BakeReport, finding: Finding) -> str:
    name = text.inline(rung.named(report, bake))
    return f"{state.VERDICTS[finding.verdict]} *Bake: {finding.verdict.value}*  ·  {name}  ·  {text.inline(finding.reason, 400)}"


def _waiting(report: Report, bake: BakeReport) -> str:
    finding = bake.finding
    total = (bake.until - bake.began_at).total_seconds()
    spent = (report.now - bake.began_at).total_seconds()
    share = text.bar(int(min(spent, total)), int(total)).split(" ")[0]
    left = text.minutes_left(bake.until - report.now)
    extended = "  ·  takes longer, because evidence is missing" if finding and finding.extended else ""
    said = f"\n{text.inline(finding.reason, 400)}" if finding else ""
    name = text.inline(rung.named(report, bake))
    return f"*Baking*  {name}  {share}  {left}{_needed(bake)}{extended}{said}"


def _share(report: Report, bake: BakeReport) -> str:
    """`9.8 % of the requests`: a weight is not a share."""
    if bake.finding is None or bake.finding.share is None:
        return ""
    return f"{rung.side(report, Side.CANDIDATE)} got {bake.finding.share:.1f} % of all requests"


def _needed(bake: BakeReport) -> str:
    requests = bake.finding.requests if bake.finding else 0
    if requests >= bake.min_requests:
        return ""
    return f"  ·  {text.plural(bake.min_requests - requests, 'more request')} needed"


def _table(report: Report, bake: BakeReport) -> list[str]:
    """Requests, errors and rate of both sides, as counted since the bake began."""
    rows = []
    for side in Side:
        counts = seen.counts(bake.samples, seen.RATE, side)
        if any(counts):
            rows.append(_row(rung.side(report, side), seen.total(counts)))
    return (
        [f"{'':{_NAME}}{'requests':>{_COLUMN}}{'errors':>{_COLUMN}}{'rate':>{_COLUMN}}", *rows]
        if rows
        else []
    )


def _row(name: str, total: Counted) -> str:
    rate = f"{total.errors / total.requests:.2%}" if total.requests else "-"
    numbers = (text.number(total.requests), text.number(total.errors), rate)
    return f"{name:{_NAME}}{''.join(f'{number:>{_COLUMN}}' for number in numbers)}"


def _drawn(report: Report, bake: BakeReport) -> list[tuple[str, Callable[[float], str], dict[str, _Line]]]:
    """What is drawn as sparklines: a heading, how its numbers are written, and a line of each side."""
    drawn: list[tuple[str, Callable[[float], str], dict[str, _Line]]] = []
    for metric in seen.metrics(bake.samples)[:_MOST_LINES]:
        if metric == seen.RATE:
            counts = {side: seen.counts(bake.samples, metric, side) for side in Side}
            rates = {side: sparkline.rates(some) for side, some in counts.items()}
            requests = {side: sparkline.requests(some) for side, some in counts.items()}
            drawn.append(("errors per request", partial(curve.shown, unit=Unit.RATIO), _named(report, rates)))
            drawn.append(
                ("requests per look", lambda value: text.number(round(value)), _named(report, requests))
            )
        else:
            values = {side: sparkline.medians(seen.values(bake.samples, metric, side)) for side in Side}
            drawn.append((metric, partial(curve.shown, unit=Unit.MILLISECONDS), _named(report, values)))
    return drawn


def _named(report: Report, lines: dict[Side, tuple[float | None, ...]]) -> dict[str, _Line]:
    """The lines under the names of their sides; a baseline that was never seen is none."""
    return {
        rung.side(report, side): line
        for side, line in lines.items()
        if side is Side.CANDIDATE or any(value is not None for value in line)
    }


def _sparklines(report: Report, bake: BakeReport) -> list[str]:
    rows = []
    for heading, shown, lines in _drawn(report, bake):
        top = sparkline.top(*lines.values())
        rows.append(
            f"{text.shorten(text.one_line(heading), 40)}, █ is {shown(top)}"
            if top > 0
            else f"{text.shorten(text.one_line(heading), 40)}"
        )
        rows += [f"{name:{_NAME}}{sparkline.line(line, top)}" for name, line in lines.items()]
    return rows


def _notes(report: Report, bake: BakeReport) -> list[str]:
    """What the newest look did not see, the alarms, and when that was."""
    if not bake.samples:
        return []
    newest = bake.samples[-1]
    told = [line for one in newest.evidence if (line := _note(report, one))]
    lines = told[:_MOST_LINES]
    if (more := len(told) - len(lines)) > 0:
        lines.append(f"… and {text.number(more)} more")
    return [*lines, f"Sample {text.number(newest.index + 1)} at {text.clock(newest.at)}"]


def _note(report: Report, one: Evidence) -> str:
    name = text.code(one.metric, 60)
    if one.side is Side.BASELINE:
        name = f"{name} of {rung.side(report, one.side)}"
    if one.missing:
        return f"• {name}: no evidence, {text.inline(one.missing, 150)}"
    if one.metric.startswith(seen.ALARM) and one.value is not None:
        return f"• {name}: {'🔴 on' if one.value > 0 else 'off'}"
    return ""


def _spoken(report: Report, bake: BakeReport, *, over: bool) -> str:
    words = "; ".join(
        f"{heading} of {sparkline.words(name, line, shown)}"
        for heading, shown, lines in _drawn(report, bake)
        for name, line in lines.items()
    )
    heard = f" {text.inline(words[:1].upper() + words[1:], 900)}." if words else ""
    if bake.finding is not None and over:
        return f"{bake.finding.verdict.value}. {text.sentence(text.inline(bake.finding.reason, 400))}{heard}"
    return f"{text.minutes_left(bake.until - report.now)}{_needed(bake).replace('  ·  ', ', ')}.{heard}"
