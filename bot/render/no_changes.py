"""A plan that changes nothing."""

from bot.domain.message import Message
from bot.domain.report import Report
from bot.render import advice, blocks, state, text


def message(report: Report) -> Message:
    """Nothing to do, and what was looked at."""
    run = report.run
    drift = len(report.plan.drift) if report.plan else 0
    lines = [f"⚪ *Nothing to do.* {state.what(run)} is what is there already."]
    if drift:
        changed = text.plural(drift, "object has", "objects have")
        lines.append(f"{changed} changed outside since the last apply, and the code does not mind.")
    if next_step := advice.step(report):
        lines.append(next_step)
    spoken = f"{text.inline(run.environment, 63)}: nothing to do for {state.spoken_release(run)}."
    return blocks.compose(spoken, [blocks.section("\n".join(lines))])
