"""Cron lines, with APScheduler's `CronTrigger` as the calculator and its traps closed.

Five fields: minute, hour, day of the month, month, weekday; `*`, numbers, ranges, steps and lists; months and
weekdays by name; `last` for the last day of a month. A day and a weekday together must both fit. Weekdays by number
are refused, because programs differ over which day they mean, and so is whatever `CronTrigger` would leave unread.
Only local dates and times come out of here: which instants they are is for others to say, since the trigger itself
fires in spring at times that do not exist, and in autumn twice.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from apscheduler.triggers.cron import CronTrigger

_FIELDS = ("minute", "hour", "day", "month", "weekday")
_RANGES = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12)}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMES = {"month": _MONTHS, "weekday": _DAYS}
_NUMBERS = re.compile(r"(\*|([0-9]{1,4})(?:-([0-9]{1,4}))?)(?:/([0-9]{1,4}))?")
_WORDS = re.compile(r"([a-z]+)(?:-([a-z]+))?")
#: After so many years the days of the week fall on the same dates again.
_CYCLE = (date(2000, 1, 1), date(2399, 12, 31))
_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * sun",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}


class Line(NamedTuple):
    """A cron line that was understood."""

    #: Minutes since midnight at which it fires, on the days on which it does.
    minutes: tuple[int, ...]
    #: The fields that say on which days.
    on: str

    def days(self, first: date, last: date) -> Iterator[date]:
        """The days on which it fires, from *first* to *last*."""
        for fired in _fires(f"0 0 {self.on}", first, last):
            yield fired.date()


@lru_cache(maxsize=256)
def read(line: str) -> Line:
    """Understand *line*; raises `ValueError` with the end of a sentence about it."""
    fields = line.lower().split()
    if len(fields) != len(_FIELDS):
        raise ValueError(_count_fault(line, len(fields)))
    for name, field in zip(_FIELDS, fields, strict=True):
        for part in field.split(","):
            if fault := _fault(name, part):
                raise ValueError(fault)
    noon = _CYCLE[0]
    fired = tuple(_fires(f"{fields[0]} {fields[1]} * * *", noon, noon))
    understood = Line(tuple(at.hour * 60 + at.minute for at in fired), " ".join(fields[2:]))
    if not fired or next(understood.days(*_CYCLE), None) is None:
        msg = f"`{line[:60]}` never fires: there is no such day."
        raise ValueError(msg)
    return understood


def _fires(line: str, first: date, last: date) -> Iterator[datetime]:
    """When *line* fires, as local times in the guise of UTC, which skips and repeats nothing."""
    trigger = CronTrigger.from_crontab(line, timezone=UTC)
    trigger.end_date = datetime.combine(last, time(23, 59, 59), UTC)
    fired = trigger.get_next_fire_time(None, datetime.combine(first, time(), UTC))
    while fired is not None:
        yield fired
        fired = trigger.get_next_fire_time(None, fired + timedelta(minutes=1))


def _count_fault(line: str, count: int) -> str:
    if written := _NICKNAMES.get(line.strip().lower()):
        return f"`{line.strip()}` is a nickname: write `{written}`."
    return (
        f"`{line[:60]}` has {count} fields, but a cron line has five: minute, hour, day, month and weekday, "
        "like `0 2 * * sun`."
    )


def _fault(name: str, part: str) -> str:
    """Say what is wrong with one part of the field *name*; empty where nothing is."""
    if part == "*" or (name == "day" and part == "last"):
        return ""
    if name in _NAMES and (found := _WORDS.fullmatch(part)):
        return _name_fault(name, part, [word for word in found.groups() if word])
    found = _NUMBERS.fullmatch(part)
    if found is None:
        return f"`{part[:40]}` is no {name}: {_right(name)}."
    return _weekday_fault(part, found) if name == "weekday" else _number_fault(name, part, found)


def _number_fault(name: str, part: str, found: re.Match[str]) -> str:
    least, most = _RANGES[name]
    first, last, step = (int(number) if number else None for number in found.groups()[1:])
    for number in (first, last):
        if number is not None and not least <= number <= most:
            return f"`{number}` is no {name}: {_right(name)}."
    if first is not None and last is not None and first > last:
        return f"`{part}` runs backwards: write `{_range(first, most)},{_range(least, last)}`."
    span = (most if last is None else last) - (least if first is None else first)
    if step is not None and not 1 <= step <= span:
        return f"the step of `{part}` must be between 1 and {span}." if span else f"`{part}` needs no step."
    return ""


def _name_fault(name: str, part: str, words: list[str]) -> str:
    known = _NAMES[name]
    for word in words:
        if word not in known:
            return f"`{word[:40]}` is no {name}: {_right(name)}."
    if len(words) == 2 and known.index(words[0]) > known.index(words[1]):
        return f"`{part}` runs backwards: write `{_named(known, *words)}`."
    return ""


def _weekday_fault(part: str, found: re.Match[str]) -> str:
    numbers = [int(number) for number in found.groups()[1:3] if number]
    if found[4] or not numbers or max(numbers) > 7:
        return f"`{part}` is no weekday: {_right('weekday')}."
    meant = _named(_DAYS, *(_DAYS[(number - 1) % 7] for number in numbers))
    return f"`{part}` is a weekday by number, which programs read differently: write `{meant}`."


def _named(known: tuple[str, ...], first: str, last: str = "") -> str:
    """Write a range of names so that it does not run backwards."""
    if not last or known.index(first) <= known.index(last):
        return _range(first, last or first)
    return f"{_range(first, known[-1])},{_range(known[0], last)}"


def _range(first: object, last: object) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _right(name: str) -> str:
    if name == "weekday":
        return "write names, like `mon-fri` or `sat,sun`"
    least, most = _RANGES[name]
    also = {"month": ", or names like `jan`", "day": ", or `last`"}.get(name, "")
    return f"write numbers from {least} to {most}{also}"
