"""A reminder, once, for those whose votes are still needed."""

from bot.domain.message import Message
from bot.domain.report import Report
from bot.render import blocks, state, tally, text


def message(report: Report) -> Message:
    """Name the groups whose votes are missing; nobody of them is called."""
    run = report.run
    told = tally.tally(report)
    needed = text.plural(told.lacking, "more vote") if told.lacking else "a confirmation"
    parts = [f"🔔 {state.what(run)}  ·  run {run.id} still needs *{needed}*"]
    if told.missing or told.unconfirmed:
        parts.append(f"from {tally.wanted(report)}")
    elif groups := tally.groups(report):
        parts.append(f"of {groups}")
    if run.expires_at is not None:
        parts.append(f"until {text.day(run.expires_at)}")
    spoken = f"{text.inline(run.environment, 63)}: run {run.id} still needs {needed}."
    return blocks.compose(spoken, [blocks.section(f"{' '.join(parts)}.")])
