"""Short private words about a vote."""

from bot.domain.message import Message
from bot.domain.run import Run
from bot.render import blocks, text


def message(run: Run) -> Message:
    """Say that the vote on *run* stands, and that once is enough."""
    return _line("☑️", f"Your vote on run {run.id} stands already; it counts once.")


def not_asked(run: Run) -> Message:
    """Say that the form on which to approve *run* by hand did not come."""
    said = f"Slack did not show the form for run {run.id}, so no vote was cast. Press Approve again."
    return _line("⚠️", said)


def too_late(run: Run) -> Message:
    """Say that a vote which is taken away once its plan is executed stops nothing, and what does."""
    said = f"Your vote on run {run.id} stays: what was approved is being done already."
    return _line("⚠️", f"{said} {text.code(f'/interlock cancel {run.id}')} stops it.")


def _line(dot: str, said: str) -> Message:
    return blocks.compose(said.replace("`", ""), [blocks.section(f"{dot} {said}")])
