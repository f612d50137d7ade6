"""When a run that has its votes may go on: now, later, or not at all."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import AwareDatetime

from bot.domain.request import Wish
from bot.domain.ruling import Allow, Deny
from bot.domain.value import Value
from bot.domain.window import Timetable


class Wait(Value):
    """It may go on later."""

    #: When it is looked again (aware).
    until: AwareDatetime


def rule(wish: Wish, timetable: Timetable, locked: datetime | None = None) -> Allow | Wait | Deny:
    """Judge at the moment of *timetable*; whoever waits asks again with a timetable of that moment.

    *locked* says from when on somebody keeps the run out no more, and it may run: one that waits anyhow waits for
    that, too.
    """
    if wish.at is not None and timetable.at < wish.at:
        return Wait(until=max(wish.at, locked or wish.at))
    if timetable.open and locked is not None and waits(wish):
        return Wait(until=locked)
    if timetable.open:
        return Allow()
    if wish.when_open and timetable.next_open is not None:
        return Wait(until=max(timetable.next_open, locked or timetable.next_open))
    return Deny(reasons=timetable.reasons)


def waits(wish: Wish) -> bool:
    """Whether a run is wanted at another time than as soon as it has its votes."""
    return wish.when_open or wish.at is not None


def begins(wish: Wish, timetable: Timetable) -> datetime | None:
    """When a run that has its votes at the moment of *timetable* begins; `None` where it never does.

    For a run with a moment of its own the timetable must be of that moment.
    """
    match rule(wish, timetable):
        case Allow():
            return timetable.at
        case Wait(until=until):
            return until
        case Deny():
            return None


def label(wish: Wish, windows: Literal["always"] | tuple[str, ...]) -> str:
    """Say when a run is to begin, in words that stay the same until somebody changes that."""
    names = windows if windows == "always" else ", ".join(windows) or "never"
    if wish.at is not None:
        return f"{names}, at {wish.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"{names}, when it opens" if wish.when_open else names
