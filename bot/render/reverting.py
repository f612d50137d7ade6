"""Going back from a deploy: the button that asks for it, and the news that somebody did."""

from bot.domain.message import Message
from bot.domain.report import Report
from bot.render import blocks, state, text


def button(report: Report) -> list[blocks.Block]:
    """The button *Roll back*, where the run can be taken back."""
    run, good = report.run, report.back_to
    if good is None or good.commit is None:
        return []
    sure = blocks.confirm(
        "Roll back?",
        (
            f"Interlock plans commit {good.commit[:12]} of run {good.id} and applies it at once, past windows, freezes "
            "and locks. A plan that is high-risk or destroys data asks for votes first."
        ),
        "Roll back",
        "Leave it",
    )
    value = f"{run.environment} {run.id}"
    return [blocks.actions("rollback", blocks.button("Roll back", "say_rollback", value, "danger", sure))]


def message(report: Report, link: str) -> Message:
    """Tell that somebody takes a run back; *link* is the thread's address, empty where it is not known."""
    run = report.run
    title = f"{text.inline(run.environment, 63)} goes back: run {run.id} takes run {run.reverts} back"
    lines = [f"↩️ *{title}*", f"*Where:* {state.what(run)}  ·  run {run.id} by {text.mention(run.by)}"]
    if place := text.link(link, "The run's thread"):
        lines.append(place)
    lines.append(f"Somebody else looks at it afterwards: {text.code('/interlock review')}")
    return blocks.compose(f"{title}.", [blocks.section("\n".join(lines))])
