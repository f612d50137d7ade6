"""Short private words about a vote."""

from bot.domain.message import Message
from bot.domain.run import Run
from bot.render import blocks


def message(run: Run) -> Message:
    """Say that the vote on *run* stands, and that once is enough."""
    return _line("☑️", f"Your vote on run {run.id} stands already; it counts once.")


def not_asked(run: Run) -> Message:
    """Say that the form on which to approve *run* by hand did not come."""
    said = f"Slack did not show the form for run {run.id}, so no vote was cast. Press Approve again."
    return _line("⚠️", said)


def _line(dot: str, said: str) -> Message:
    return blocks.compose(said, [blocks.section(f"{dot} {said}")])
