"""Draft until the branch comes."""

from pydantic import AwareDatetime

from bot.domain.ruling import Reason
from bot.domain.value import Value


class Timetable(Value):
    """Whether something may run at a moment."""

    at: AwareDatetime
    open: bool
    reasons: tuple[Reason, ...] = ()
    next_open: AwareDatetime | None = None
    closes: AwareDatetime | None = None
    window: str = ""
    freezes: tuple[str, ...] = ()


class Freeze(Value):
    """Draft."""

    name: str
