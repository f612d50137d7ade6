"""When a job is due."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.cron import Line
from bot.domain.window import placed

_DAY = timedelta(days=1)
#: What is not due within so long is not told of.
_FAR = timedelta(days=366)


def due(line: Line, zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """Every moment from *first* to *last*, both included, at which *line* is due in *zone*, in order (UTC)."""
    # A day early, because a local time that is skipped may be placed on the day after.
    for day in line.days(first.astimezone(zone).date() - _DAY, last.astimezone(zone).date()):
        # Two local times may be one moment, where the clocks skip an hour.
        moments = {placed(datetime.combine(day, time(*divmod(minute, 60))), zone) for minute in line.minutes}
        yield from (moment for moment in sorted(moments) if first <= moment <= last)


def next_due(line: Line, zone: ZoneInfo, after: datetime) -> datetime | None:
    """The first moment after *after*; `None` where that is more than a year away."""
    return next((moment for moment in due(line, zone, after, after + _FAR) if moment > after), None)
