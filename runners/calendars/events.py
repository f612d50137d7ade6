"""A program of its own: unfolds the events of the iCalendar file on its standard input.

Calendars come from outside. What is broken or hostile in one, a rule that repeats every second for ever, may break
this process, which has little time and memory, and nothing else. So it knows nothing of Interlock.
Arguments: the seconds and bytes it may use, and the span in which an event counts. It prints a JSON list of
[summary, begin, end]; times without a zone stay without one. On failure it prints one line, and its status is 1.
"""

import contextlib
import json
import re
import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import icalendar
import recurring_ical_events

#: More events than this in the span are no calendar of freezes.
MOST = 5000
#: The span is looked at in growing pieces, so that what repeats too often is found out early.
_PIECES = (timedelta(days=1), timedelta(days=5), timedelta(days=30))
_BEGIN = re.compile(rb"^BEGIN:VEVENT\s*$", re.IGNORECASE | re.MULTILINE)
#: An event of which one of these cannot be read is on at a time that nobody knows.
_TIMED = ("DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID")
_NEEDED = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "STATUS"}


class UnreadableError(Exception):
    """One sentence."""


def unfold(content: bytes, since: datetime, until: datetime) -> list[tuple[str, str, str]]:
    """Every time an event is on between *since* and *until*; raises `UnreadableError`, `ValueError` and others."""
    calendars = icalendar.Calendar.from_ical(content, multiple=True)
    if not calendars:
        msg = "there is no calendar in it"
        raise UnreadableError(msg)
    events = sum(len(calendar.walk("VEVENT")) for calendar in calendars)
    if not content.upper().rstrip().endswith(b"END:VCALENDAR") or events != len(_BEGIN.findall(content)):
        # What was cut off may be the freeze that is on.
        msg = "it does not end as a calendar does, so a part of it is missing"
        raise UnreadableError(msg)
    found: dict[tuple[str, str, str], None] = {}
    for calendar in calendars:
        _judge(calendar.walk("VEVENT"))
        _tell_apart(calendar.walk("VEVENT"))
        query = recurring_ical_events.of(calendar)
        for begin, end in _spans(since, until):
            found.update(dict.fromkeys(map(_told, filter(_meant, query.between(begin, end)))))
            if len(found) > MOST:
                msg = f"it has more than {MOST} events"
                raise UnreadableError(msg)
    return sorted(found)


def _judge(events: Iterable[icalendar.Component]) -> None:
    for event in events:
        broken = {name for name, _ in event.errors if name} & _NEEDED
        # A zone that nobody knows is left out in silence, and the event would be hours off.
        broken |= {name for name in _TIMED if name in event and name not in broken and _lost(event[name])}
        if broken or "DTSTART" not in event:
            msg = f"an event's {min(broken, default='DTSTART')} cannot be read"
            raise UnreadableError(msg)
        begin: Any = event["DTSTART"]
        end: Any = event.get("DTEND", begin)
        lasts: Any = event.get("DURATION")
        if _instant(end.dt) < _instant(begin.dt) or (lasts is not None and lasts.dt < timedelta()):
            msg = "an event ends before it begins"
            raise UnreadableError(msg)


def _tell_apart(events: Iterable[icalendar.Component]) -> None:
    """Give events that were copied by hand, with their UID or without any, names of their own: else one of them is lost.

    A later version of an event, which says so by its SEQUENCE, takes the place of the earlier one as ever.
    """
    seen: set[tuple[str, str]] = set()
    for number, event in enumerate(events):
        if "RECURRENCE-ID" in event:
            continue
        name = str(event.get("UID", ""))
        if (version := (name, str(event.get("SEQUENCE", 0)))) in seen:
            event["UID"] = icalendar.vText(f"{name} {number}")
        seen.add(version)


def _instant(written: Any) -> tuple[Any, ...]:
    """Make dates, local times and moments comparable, each with its own kind."""
    moment = isinstance(written, datetime) and written.tzinfo is not None
    return (written.timestamp() if moment else 0, str(written) if not moment else "")


def _lost(written: Any) -> bool:
    if isinstance(written, list):
        return any(map(_lost, written))
    times = [each.dt for each in getattr(written, "dts", (written,))]
    # Of a period only the beginning is looked at.
    firsts = [time[0] if isinstance(time, tuple) else time for time in times]
    return "TZID" in written.params and any(getattr(first, "tzinfo", None) is None for first in firsts)


def _spans(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    for length in _PIECES:
        yield since, min(since + length, until)
        since = min(since + length, until)
    yield since, until


def _meant(event: icalendar.Event) -> bool:
    return str(event.get("STATUS", "")).upper() != "CANCELLED"


def _told(event: icalendar.Event) -> tuple[str, str, str]:
    begin, end = event.start, event.end
    if begin == end and not isinstance(begin, datetime):
        # Some programs write the last day itself where the day after belongs; a day without length was never meant.
        end += timedelta(days=1)
    return str(event.get("SUMMARY", "")), begin.isoformat(), end.isoformat()


def main(seconds: str, memory: str, since: str, until: str) -> int:
    """Read, unfold, print."""
    for limit, most in ((resource.RLIMIT_CPU, int(seconds)), (resource.RLIMIT_AS, int(memory))):
        # Not every system keeps every limit; the time that whoever started us waits bounds it all the same.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    try:
        span = datetime.fromisoformat(since), datetime.fromisoformat(until)
        sys.stdout.write(json.dumps(unfold(sys.stdin.buffer.read(), *span)))
    except Exception as error:  # noqa: BLE001 -- whatever a hostile file can raise means the same
        said = " ".join(str(error).split())
        sys.stderr.write(
            said[:120] if isinstance(error, UnreadableError) else f"{type(error).__name__}: {said[:80]}"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
