"""Locks: who is kept out, who may keep others out and for how long, and when the holder is reminded."""

import re
from datetime import datetime, timedelta

from bot.domain.duration import as_duration
from bot.domain.lock import Lock
from bot.domain.person import Person
from bot.domain.request import Lock as Request
from bot.domain.request import Unlock
from bot.domain.ruling import Reason, ReasonCode
from bot.domain.run import Run
from bot.domain.value import EnvironmentName
from bot.policy import permissions, words
from bot.policy.facts import RequestFacts

#: How long a lock lasts of which nobody said how long.
USUAL = timedelta(hours=8)
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=14)
#: So long before its end the holder is reminded; of a short lock when half of it is left.
NAG = timedelta(minutes=15)
#: Characters of a reason.
MOST_REASON = 500

_DURATION = re.compile(
    r"[+-]?[0-9]+(\.[0-9]+)?(ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)?",
    re.IGNORECASE,
)
_SHOWN = 200


def asked(said: tuple[str, ...]) -> Request | str:
    """Understand `ENV [DURATION] REASON…`; else one sentence about what is wrong."""
    if not said:
        return "Which environment, and why?"
    environment, rest = said[0], said[1:]
    length = USUAL
    if rest and rest[0].startswith("--"):
        return (
            f"There is no option {words.plain(rest[0])}: write how long and why, like 2h moving the database."
        )
    if rest and _DURATION.fullmatch(rest[0]):
        read = _length(rest[0])
        if isinstance(read, str):
            return read
        length, rest = read, rest[1:]
    reason = " ".join(rest)
    if not reason:
        return f"Why? Whoever is kept out of {words.plain(environment)} wants to know the reason."
    if len(reason) > MOST_REASON:
        return f"The reason has {len(reason)} characters; at most {MOST_REASON} are kept."
    return Request(environment=EnvironmentName(environment), length=length, reason=reason)


def _length(word: str) -> timedelta | str:
    try:
        length = as_duration(word)
    except ValueError:
        length = None
    if length is not None and SHORTEST <= length <= LONGEST:
        return length
    return f"“{words.plain(word)}” is no time for a lock: write a number and a unit from 1m to 14d, like 90m, 8h or 2d."


def keeps_out(lock: Lock | None, who: Person, *, emergency: bool) -> bool:
    """Whether *lock*, which counts, keeps runs of *who* out; an emergency goes past every lock."""
    return lock is not None and lock.by != who and not emergency


def of_others(lock: Lock | None, who: Person, *, emergency: bool) -> tuple[Reason, ...]:
    """Why a run of *who* may not begin or go on under *lock*; empty where it may."""
    if lock is None or not keeps_out(lock, who, emergency=emergency):
        return ()
    until = words.written(lock.until)
    text = f"{lock.environment} is locked by {lock.by.user} until {until}: {_cut(lock.reason)}"
    return (Reason(code=ReasonCode.LOCKED, text=text),)


def before_apply(lock: Lock | None, run: Run) -> tuple[Reason, ...]:
    """Why *lock*, which counts now, keeps *run* from being applied; empty where it does not."""
    return of_others(lock, run.by, emergency=run.passes)


def take(request: Request, facts: RequestFacts) -> tuple[Reason, ...]:
    """Why whoever asks may not lock the environment; empty where they may, also from somebody else."""
    return permissions.group(facts.who, facts.requesters, f"lock {request.environment}")


def release(request: Unlock, facts: RequestFacts) -> tuple[Reason, ...]:
    """Why whoever asks may not end the lock; empty where they may. One's own may always be given back."""
    if facts.lock is None:
        text = f"{request.environment} is not locked."
        return (Reason(code=ReasonCode.NOT_LOCKED, text=text),)
    if facts.lock.by == facts.who.person:
        return ()
    return permissions.group(
        facts.who, facts.requesters, f"end somebody else's lock of {request.environment}"
    )


def ends_soon(lock: Lock) -> datetime:
    """When the holder is reminded that *lock* will end."""
    return lock.until - min(NAG, (lock.until - lock.at) / 2)


def _cut(reason: str) -> str:
    shown = "".join(letter if letter.isprintable() else "?" for letter in reason[:_SHOWN])
    return f"{shown}…" if len(reason) > _SHOWN else shown
