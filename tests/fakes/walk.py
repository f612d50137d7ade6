"""An independent account of when a window is open: a walk through time, minute by minute, with no arithmetic."""

from collections.abc import Callable
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


def _fires(line: str) -> Callable[[datetime], bool]:
    minute, hour, day, month, weekday = line.split()
    minutes, hours = _values(minute, 0, 59, ()), _values(hour, 0, 23, ())
    months, weekdays = _values(month, 1, 12, tuple(_MONTHS)), _values(weekday, 0, 6, tuple(_DAYS))
    days = None if day == "last" else _values(day, 1, 31, ())

    def fires(wall: datetime) -> bool:
        return (
            wall.minute in minutes
            and wall.hour in hours
            and (wall.day in days if days else (wall + timedelta(days=1)).day == 1)
            and wall.month in months
            and wall.weekday() in weekdays
        )

    return fires


def walked(window: Window, begin: datetime, end: datetime) -> list[bool]:
    """For each minute from *begin* to *end* whether *window* is open then.

    The walk looks at a clock on the wall. Whenever it has jumped ahead, what would have opened on the way opens now;
    whenever it shows a time that it has shown before, nothing opens.
    """
    there = ZoneInfo(window.timezone)
    now = begin - window.lasts - timedelta(hours=3)
    latest = (now - MINUTE).astimezone(there).replace(tzinfo=None)
    fires, until, states = _fires(window.opens), now, []
    while now < end:
        wall = now.astimezone(there).replace(tzinfo=None)
        while latest < wall:
            latest += MINUTE
            if fires(latest):
                until = now + window.lasts
        if now >= begin:
            states.append(now < until)
        now += MINUTE
    return states
