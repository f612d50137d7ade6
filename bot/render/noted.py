"""The answer to whoever says a second time what stands already."""

from bot.domain.message import Message
from bot.domain.run import Run
from bot.render import blocks


def message(run: Run) -> Message:
    """Say that the vote on *run* stands, and that once is enough."""
    said = f"Your vote on run {run.id} stands already; it counts once."
    return blocks.compose(said, [blocks.section(f"☑️ {said}")])
