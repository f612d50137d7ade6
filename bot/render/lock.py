"""Locks: the message in the channel, edited as it ends; the words to its holder; and the line wherever it matters."""

from datetime import datetime

from bot.domain.lock import Lock
from bot.domain.message import Message
from bot.render import blocks, text

_REASON = 300


def line(lock: Lock) -> str:
    """`locked by @ana until 14:00: reason`, as markup."""
    until = text.day(lock.until)
    return f"locked by {text.mention(lock.by)} until {until}: {text.inline(lock.reason, _REASON)}"


def message(lock: Lock, now: datetime) -> Message:
    """The lock's one message, as it stands at *now*."""
    name = text.inline(lock.environment, 63)
    reason = text.inline(lock.reason, _REASON)
    if lock.counts(now):
        how = f"`/interlock unlock {name}` ends it"
        said = f"🔒 *{name}* is locked by {text.mention(lock.by)} until {text.day(lock.until)}: {reason}\nOnly their runs begin there, and emergencies; {how}."
        return blocks.compose(f"{name} is locked: {reason}", [blocks.section(said)])
    return blocks.compose(
        f"{name} is not locked any more.",
        [
            blocks.section(
                f"🔓 *{name}* was locked by {text.mention(lock.by)}: {reason}\nThe lock {_end(lock)}."
            )
        ],
    )


def ends_soon(lock: Lock) -> Message:
    """Tell the holder, while something can still be done about it."""
    name = text.inline(lock.environment, 63)
    again = text.code(f"/interlock lock {lock.environment} 2h REASON", 200)
    said = (
        f"⏳ {text.mention(lock.by)}, your lock of *{name}* ends {text.day(lock.until)}. "
        f"{again} renews it; {text.code(f'/interlock unlock {lock.environment}')} lets others in now."
    )
    return blocks.compose(f"The lock of {name} ends soon.", [blocks.section(said)])


def ended(lock: Lock) -> Message:
    """Tell the holder that it is over, where it was not themselves who ended it."""
    name = text.inline(lock.environment, 63)
    said = f"🔓 {text.mention(lock.by)}, your lock of *{name}* {_end(lock)}."
    return blocks.compose(f"The lock of {name} has ended.", [blocks.section(said)])


def taken(lock: Lock, former: Lock | None) -> Message:
    """The private answer to whoever locked."""
    name = text.inline(lock.environment, 63)
    taken_over = former is not None and former.by != lock.by
    whose = f" {text.mention(former.by)}, whose lock it was, is told." if former and taken_over else ""
    said = f"{name} is locked for you"
    how = f"Others cannot start runs there; {text.code(f'/interlock unlock {lock.environment}')} ends it."
    return blocks.compose(
        f"{said}.", [blocks.section(f"🔒 {said} until {text.day(lock.until)}.{whose} {how}")]
    )


def released(lock: Lock) -> Message:
    """The private answer to whoever unlocked."""
    name = text.inline(lock.environment, 63)
    own = lock.ended_by == lock.by
    whose = "" if own else f" {text.mention(lock.by)}, whose lock it was, is told."
    said = f"{name} is not locked any more."
    return blocks.compose(said, [blocks.section(f"🔓 {said}{whose}")])


def _end(lock: Lock) -> str:
    """How a lock ended, as the end of a sentence."""
    if lock.ended_by is None or lock.ended_at is None:
        return f"ran out {text.day(lock.until)}"
    who = "its holder" if lock.ended_by == lock.by else text.mention(lock.ended_by)
    when = text.day(lock.ended_at)
    if lock.taken_over:
        return f"was taken over by {who} {when}: {text.sentence(text.inline(lock.taken_over, _REASON)).rstrip('.')}"
    return f"was ended by {who} {when}"
