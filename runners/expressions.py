"""The expressions of EventBridge Scheduler: how often a schedule must have been invoked, and how often it may have."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot import cron
from bot.domain.window import placed
from bot.policy.due import due, next_due

_RATE = re.compile(r"rate\(\s*([0-9]{1,9})\s+(minute|hour|day)s?\s*\)")
_AT = re.compile(r"at\(\s*([0-9T:-]{19})\s*\)")
_CRON = re.compile(r"cron\((.*)\)")
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
#: Weekdays by number, as AWS counts them.
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
#: So long an invocation may be under way until CloudWatch has it.
_SETTLED = timedelta(minutes=5)


class Due(NamedTuple):
    """What a schedule's expression asks for in some time."""

    #: So many invocations at least are over and counted.
    least: int
    #: So many at most may have begun.
    most: int
    #: The next one, as far as that can be known.
    coming: datetime | None


def expected(expression: str, timezone: str, flexible: timedelta, since: datetime, now: datetime) -> Due:
    """Count for *expression* from *since* to *now*; each invocation may be *flexible* late.

    Raises `ValueError` where the expression says something that is not read here.
    """
    slack = flexible + _SETTLED
    if found := _RATE.fullmatch(expression):
        every = int(found[1]) * _UNITS[found[2]]
        # Nobody tells when its beat began.
        return Due(max(0, (now - since - slack) // every), (now - since) // every + 1, None)
    if found := _AT.fullmatch(expression):
        moment = placed(datetime.fromisoformat(found[1]), ZoneInfo(timezone))
        within = since <= moment <= now
        return Due(int(within and moment + slack <= now), int(within), moment if moment > now else None)
    if found := _CRON.fullmatch(expression):
        line, zone = cron.read(_line(found[1])), ZoneInfo(timezone)
        # One that was due before may be invoked only now.
        may = list(due(line, zone, since - flexible, now))
        must = [moment for moment in may if moment >= since and moment + slack <= now]
        return Due(len(must), len(may), next_due(line, zone, now))
    msg = f"`{expression[:60]}` cannot be read"
    raise ValueError(msg)


def _line(written: str) -> str:
    """Write AWS's six fields as a cron line of five; raises `ValueError`."""
    fields = written.lower().split()
    if len(fields) != 6 or fields[5] not in {"*", "?"}:
        msg = f"`cron({written[:60]})` cannot be read: only lines for every year can"
        raise ValueError(msg)
    minute, hour, day, month, weekday, _ = ("*" if field == "?" else field for field in fields)
    if day == "l":
        day = "last"
    weekday = re.sub(r"(?<![/#0-9])[1-7](?![#l0-9])", lambda found: _WEEKDAYS[int(found[0]) - 1], weekday)
    if re.fullmatch(r"sun-(\w+)", weekday):
        weekday = f"sun,mon-{weekday[4:]}" if weekday != "sun-sun" else "sun"
    return f"{minute} {hour} {day} {month} {weekday}"


def aware(moment: datetime) -> datetime:
    """The same moment in UTC, as AWS's own client gives it in the machine's zone."""
    return moment.astimezone(UTC)
