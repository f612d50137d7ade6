"""A bake: what is seen, what is still needed, and at the end what it means. One message, edited."""

from bot.domain.message import Message
from bot.domain.report import BakeReport, Evidence, Finding, Report, Verdict
from bot.render import blocks, text

_DOTS = {Verdict.PASS: "🟢", Verdict.FAIL: "🔴", Verdict.UNKNOWN: "🟠"}
_MOST_METRICS = 10


def message(report: Report) -> Message:
    """The message as it stands now."""
    bake = report.bake
    if bake is None:
        return blocks.compose("The bake has not begun.", [blocks.section("The bake has not begun.")])
    finding = bake.finding
    over = finding is not None and (finding.final or not report.run.open)
    first = _verdict(finding) if finding is not None and over else _waiting(report, bake)
    lines = [first, *_evidence(bake)]
    spoken = f"Run {report.run.id}, bake: {_spoken(report, bake, over=over)}"
    return blocks.compose(spoken, [blocks.section("\n".join(lines))])


def _verdict(finding: Finding) -> str:
    return f"{_DOTS[finding.verdict]} *Bake: {finding.verdict.value}*  ·  {text.inline(finding.reason, 400)}"


def _waiting(report: Report, bake: BakeReport) -> str:
    finding = bake.finding
    total = (bake.until - bake.began_at).total_seconds()
    spent = (report.now - bake.began_at).total_seconds()
    share = text.bar(int(min(spent, total)), int(total)).split(" ")[0]
    left = text.minutes_left(bake.until - report.now)
    said = f"\n{text.inline(finding.reason, 400)}" if finding else ""
    return f"*Baking*  {share}  {left}{_needed(bake)}{said}"


def _needed(bake: BakeReport) -> str:
    seen = bake.finding.requests if bake.finding else 0
    if seen >= bake.min_requests:
        return ""
    return f"  ·  {text.number(bake.min_requests - seen)} more requests needed"


def _evidence(bake: BakeReport) -> list[str]:
    lines = []
    if bake.finding and bake.finding.requests:
        rate = bake.finding.errors / bake.finding.requests
        seen = text.plural(bake.finding.requests, "request")
        lines.append(f"Seen so far: {seen}, {text.plural(bake.finding.errors, 'error')} ({rate:.2%})")
    if bake.samples:
        newest = bake.samples[-1]
        lines += [_line(evidence) for evidence in newest.evidence[:_MOST_METRICS]]
        if (more := len(newest.evidence) - _MOST_METRICS) > 0:
            lines.append(f"… and {text.plural(more, 'more metric')}")
        lines.append(f"Sample {text.number(newest.index + 1)} at {text.clock(newest.at)}")
    return lines


def _line(evidence: Evidence) -> str:
    name = text.code(evidence.metric, 60)
    if evidence.missing:
        return f"• {name}: no evidence, {text.inline(evidence.missing, 150)}"
    parts = []
    if evidence.value is not None:
        parts.append(f"{evidence.value:,.4g}{' ms' if evidence.metric.startswith('latency') else ''}")
    if evidence.requests is not None:
        parts.append(text.plural(evidence.requests, "new request"))
    if evidence.errors is not None:
        parts.append(text.plural(evidence.errors, "error"))
    return f"• {name}: {', '.join(parts) or 'nothing new'}"


def _spoken(report: Report, bake: BakeReport, *, over: bool) -> str:
    if bake.finding is not None and over:
        return f"{bake.finding.verdict.value}. {text.inline(bake.finding.reason, 400)}"
    return f"{text.minutes_left(bake.until - report.now)}{_needed(bake).replace('  ·  ', ', ')}."
