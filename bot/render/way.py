"""The answers to whoever holds a switch, lets it go on, or skips what it waits for."""

from bot.domain.message import Message
from bot.domain.person import Person
from bot.domain.request import Emergency
from bot.domain.run import Run
from bot.render import blocks, state, text


def held(run: Run, *, first: bool) -> Message:
    """Say that it stays."""
    if not first:
        return _told(run, "⏸️", f"Run {run.id} is held already.")
    how = text.code(f"/interlock resume {run.id}")
    return _told(
        run, "⏸️", f"Run {run.id} makes no further move until {how}. What it has moved is watched on."
    )


def resumed(run: Run, *, first: bool) -> Message:
    """Say that it goes on."""
    said = f"Run {run.id} goes on." if first else f"Nothing holds run {run.id} any more."
    return _told(run, "▶️", said)


def skipped(run: Run, by: Person, emergency: Emergency) -> Message:
    """Say aloud that evidence is not waited for."""
    ticket, reason = text.code(emergency.ticket, 70), text.inline(emergency.reason, 600)
    said = f"lets run {run.id} go on without evidence of its last step: {ticket} {reason}"
    return _told(run, "🚨", f"{text.mention(by)} {said}", f"{text.inline(by.user)} {said}")


def _told(run: Run, sign: str, said: str, spoken: str = "") -> Message:
    """What is heard calls nobody a second time."""
    heard = (spoken or said).replace("`", "")
    return blocks.compose(heard, [blocks.section(f"{sign} {said}\n{state.what(run)}")])
