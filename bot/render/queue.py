"""Where a run stands in a queue: in its own message, and as the private answer to whoever asked for it."""

from bot.domain.message import Message
from bot.domain.report import Report
from bot.domain.run import StepName
from bot.render import blocks, lock, state, text

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def ordinal(place: int) -> str:
    """`third`, `12th`, `21st`."""
    if 1 <= place <= len(_ORDINALS):
        return _ORDINALS[place - 1]
    ending = "th" if place % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def place(report: Report) -> str:
    """`, place 2` behind the word for its state; empty where it waits in no queue."""
    return f", place {report.place}" if report.place is not None else ""


def waits_for(report: Report) -> str:
    """What a queued run waits for, and the lock that concerns any open run."""
    kept = f"🔒 {lock.line(report.lock)}" if report.lock else ""
    if report.holder is None:
        return kept
    # Not how far that one is: its own message says so, and this one is not edited whenever it moves.
    behind = f"behind run {report.holder.id}"
    return f"{behind}\n{kept}" if kept else behind


def _only_waits(report: Report) -> bool:
    return report.holder is not None and report.holder.stage in {StepName.APPROVE, StepName.WINDOW}


def joined(report: Report) -> Message:
    """Answer a `/deploy` whose run has to wait."""
    run = report.run
    where = f"{ordinal(report.place or 1)} in the queue for {text.inline(run.environment, 63)}"
    said = f"Run {run.id} is {where}"
    behind = ""
    if report.holder is not None:
        now = state.of(report.holder)
        said = f"{said}, behind run {report.holder.id}"
        behind = (
            f" ({state.release(report.holder)} by {text.mention(report.holder.by)}, {now.dot} {now.word})"
        )
    how = f"It begins by itself when its turn comes; {text.code(f'/interlock cancel {run.id}')} takes it out."
    if run.wish.emergency is not None and run.switch is None and _only_waits(report):
        # It goes past windows, freezes and locks; nothing but this one stands in its way, maybe for days.
        how = f"{how} To go before all of them, cancel it and ask again with {text.code('--supersede')}: it takes the place of a run that only waits."
    return blocks.compose(f"{said}.", [blocks.section(f"⏸️ {said}{behind}. {how}")])
