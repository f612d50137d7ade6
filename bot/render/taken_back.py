"""A vote whose emoji was taken away while nobody heard it."""

from bot.domain.message import Message
from bot.domain.report import Report
from bot.domain.vote import Vote
from bot.render import blocks, state, text


def message(report: Report, vote: Vote) -> Message:
    """Say whose it was, and that it counts no more."""
    run = report.run
    rest = "is not on the plan any more, and nobody heard it go. That vote counts no more."
    shown = f"✋ The :{text.inline(vote.via, 63)}: of {text.mention(vote.voter)} {rest}"
    spoken = f"Run {run.id}: an emoji {rest}"
    return blocks.compose(spoken, [blocks.section(f"{shown}\n{state.what(run)}")])
