"""The form on which an environment's name is written by hand before a vote counts."""

from bot.domain.message import Dialog
from bot.domain.plan import Counts
from bot.domain.run import Run
from bot.render import blocks, counts, state, text

#: The name of the form, of its one field, and of what is written there.
NAME, FIELD, WORD = "confirm", "environment", "name"
#: Losses shown; all of them stand on the card.
_MOST_LOSSES = 15


def dialog(run: Run, counted: Counts, losses: tuple[str, ...], carried: str) -> Dialog:
    """Ask for the name of *run*'s environment, under what would be lost; *carried* comes back with it."""
    name = text.inline(run.environment, 63)
    parts = [
        blocks.section(
            f"You approve {state.what(run)}  ·  run {run.id}\n{counts.line(counted)}"
            f"{f'  ·  *{run.change_class.value}*' if run.change_class else ''}"
        )
    ]
    if losses:
        shown = [f"• {text.inline(loss, 180)}" for loss in losses[:_MOST_LOSSES]]
        if len(losses) > _MOST_LOSSES:
            shown.append(f"• … and {text.number(len(losses) - _MOST_LOSSES)} more: read the card")
        parts.append(blocks.section("\n".join(["⛔ *What would be lost for good*", *shown])))
    parts.append(
        blocks.field(
            FIELD, WORD, f"Write {name} to approve", "The environment's name, letter by letter.", most=100
        )
    )
    return Dialog(
        name=NAME,
        title=text.shorten(f"Approve for {run.environment}", 24),
        submit="Approve",
        blocks=tuple(parts),
        carried=carried,
    )


def wrong(environment: str) -> str:
    """Say, below the field, what would be right."""
    return f"Write exactly: {environment}"
