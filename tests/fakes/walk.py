"""An independent account of when a window is open: a walk through time, minute by minute, with no arithmetic."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.window import Window

MINUTE = timedelta(minutes=1)
_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


@lru_cache(maxsize=64)
def edges(zone: str, first: int, last: int) -> tuple[datetime, ...]:
    """Every instant from year *first* to before *last* at which the clocks of *zone* change, to the minute."""
    there, found = ZoneInfo(zone), []
    now, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last, 1, 1, tzinfo=UTC)
    while now < end:
        after = now + timedelta(hours=6)
        if now.astimezone(there).utcoffset() != after.astimezone(there).utcoffset():
            inside = now
            while inside.astimezone(there).utcoffset() == now.astimezone(there).utcoffset():
                inside += MINUTE
            found.append(inside)
        now = after
    return tuple(found)


@lru_cache(maxsize=4096)
def _values(field: str, least: int, most: int, names: tuple[str, ...]) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        if span == "*":
            begin, end = least, most
        elif span.isalpha():
            begin = end = names.index(span) + least
        elif first in names:
            begin, end = names.index(first) + least, names.index(last) + least
        else:
            begin = int(first)
            end = int(last) if dash else (most if step else begin)
        found.update(range(begin, end + 1, int(step or 1)))
    return frozenset(found)


def _fires(line: str, wall: datetime) -> bool:
    minute, hour, day, month, weekday = line.split()
    if day == "last":
        on_day = (wall + timedelta(days=1)).month != wall.month
    else:
        on_day = wall.day in _values(day, 1, 31, ())
    return (
        wall.minute in _values(minute, 0, 59, ())
        and wall.hour in _values(hour, 0, 23, ())
        and on_day
        and wall.month in _values(month, 1, 12, tuple(_MONTHS))
        and wall.weekday() in _values(weekday, 0, 6, tuple(_DAYS))
    )


def walked(window: Window, begin: datetime, end: datetime) -> list[bool]:
    """For each minute from *begin* to *end* whether *window* is open then.

    The walk looks at a clock on the wall. Whenever it has jumped ahead, what would have opened on the way opens now;
    whenever it shows a time that it has shown before, nothing opens.
    """
    there = ZoneInfo(window.timezone)
    now = begin - window.lasts - timedelta(days=2)
    latest = (now - MINUTE).astimezone(there).replace(tzinfo=None)
    until, states = now, []
    while now < end:
        wall = now.astimezone(there).replace(tzinfo=None)
        while latest < wall:
            latest += MINUTE
            if _fires(window.opens, latest):
                until = now + window.lasts
        if now >= begin:
            states.append(now < until)
        now += MINUTE
    return states
