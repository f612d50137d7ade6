"""The checks after a change: one message, one line for each."""

from bot.domain.message import Message
from bot.domain.report import CheckReport, Report, Verdict
from bot.render import blocks, text

_MARKS = {Verdict.PASS: "✔", Verdict.FAIL: "✖", Verdict.UNKNOWN: "?", None: "▸"}
_MOST_SHOWN = 40


def message(report: Report) -> Message:
    """The message as it stands now."""
    # What is not well comes first, so that no cut can hide it.
    checks = sorted(report.checks, key=lambda check: (check.verdict is Verdict.PASS, check.index))
    lines = [_line(check) for check in checks[:_MOST_SHOWN]]
    shown = [*_paragraphs(lines)]
    if len(checks) > _MOST_SHOWN:
        shown.append(blocks.context(f"… and {text.number(len(checks) - _MOST_SHOWN)} more checks."))
    return blocks.compose(_spoken(report), [blocks.section(f"*Verify*  {_summary(report)}"), *shown])


def _line(check: CheckReport) -> str:
    title = text.inline(check.title or check.kind, 200)
    spent = f"({text.plural(check.attempts, 'attempt')}, {text.duration(check.seconds)})"
    # A check that passed needs no explanation.
    seen = f": {text.inline(check.detail, 200)}" if check.detail and check.verdict is not Verdict.PASS else ""
    word = " unknown" if check.verdict is Verdict.UNKNOWN else ""
    return f"{_MARKS[check.verdict]} {title} {spent}{word}{seen}"


def _paragraphs(lines: list[str]) -> list[blocks.Block]:
    """Sections of at most five lines, so that none is too long."""
    return [blocks.section("\n".join(lines[at : at + 5])) for at in range(0, len(lines), 5)]


def _summary(report: Report) -> str:
    passed = sum(check.verdict is Verdict.PASS for check in report.checks)
    failed = sum(check.verdict is Verdict.FAIL for check in report.checks)
    unknown = sum(check.verdict is Verdict.UNKNOWN for check in report.checks)
    trying = sum(check.verdict is None for check in report.checks)
    pairs = [(passed, "passed"), (failed, "failed"), (unknown, "unknown"), (trying, "being tried")]
    return ", ".join(f"{text.number(amount)} {word}" for amount, word in pairs if amount) or "no checks yet"


def _spoken(report: Report) -> str:
    return f"Run {report.run.id}, verify: {_summary(report)}."
