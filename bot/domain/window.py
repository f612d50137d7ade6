"""When something may run: windows that open, freezes that keep everything shut, and what both come to."""

from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, ConfigDict, Field, model_validator

from bot.domain.duration import Duration
from bot.domain.person import Person
from bot.domain.ruling import Reason
from bot.domain.value import EnvironmentName, Value

#: Characters of a freeze's name that are kept; calendars hold whole paragraphs.
LONGEST_NAME = 60
#: Names that the zone files answer to and that mean something else on another machine, or count leap seconds.
_ELSEWHERE = ("localtime", "posixrules", "Factory", "posix/", "right/")


class Window(Value):
    """A time that comes again and again, in which changes may run."""

    #: A cron line of five fields, in local time: minute, hour, day, month, weekday.
    opens: str
    #: How long it stays open, in elapsed time.
    lasts: Duration
    #: `Europe/Berlin`.
    timezone: str


class Opening(NamedTuple):
    """One time that a window is open; the first instant belongs to it, the last one does not."""

    opens_at: datetime
    closes_at: datetime


class Freeze(Value):
    """A time in which nothing runs but emergencies and rollbacks."""

    name: str
    #: `from` is a word of the language, so the field is written with an underscore.
    from_: AwareDatetime
    #: The first instant that is free again.
    to: AwareDatetime
    #: Empty: all.
    environments: tuple[EnvironmentName, ...] = ()
    source: Literal["estate", "slack", "calendar"]
    #: Who asked for it in Slack.
    by: Person | None = None
    #: The calendar that it stands in, as the estate names it.
    calendar: str = ""

    def covers(self, environment: EnvironmentName) -> bool:
        """Whether it is about *environment*."""
        return not self.environments or environment in self.environments

    def on(self, at: datetime) -> bool:
        """Whether it is on at that moment."""
        return self.from_ <= at < self.to


class FreezeEntry(Value):
    """A freeze, or a calendar of freezes, as the estate file has it."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    name: str = Field(min_length=1)
    #: A local time of `timezone`, or one with its own distance from UTC.
    from_: str | None = Field(default=None, alias="from")
    to: str | None = None
    #: An iCalendar file, relative to the estate's folder, or its https address; each event is a freeze.
    calendar: str | None = None
    #: For local times; of a calendar, for its whole days and for times that name no zone.
    timezone: str | None = None
    environments: tuple[EnvironmentName, ...] = ()

    def freeze(self) -> Freeze | None:
        """Make the freeze itself, `None` of a calendar; raises `ValueError`."""
        if self.from_ is None or self.to is None:
            return None
        return Freeze(
            name=named(self.name),
            from_=instant(self.from_, self.timezone, latest=False),
            to=instant(self.to, self.timezone, latest=True),
            environments=self.environments,
            source="estate",
        )


class Timetable(Value):
    """Whether changes of one class may run in one environment at one moment, and when next."""

    at: AwareDatetime
    open: bool
    #: Why it is closed; empty when open.
    reasons: tuple[Reason, ...] = ()
    #: The next moment at which it is open; `None` where it is open, never opens again, or nobody can say.
    next_open: AwareDatetime | None = None
    #: The first moment at which it is not open any more; `None` where it is closed, or never closes.
    closes: AwareDatetime | None = None
    #: Names of the windows that make it open, `always`, or nothing where it is closed.
    window: str = ""
    #: Names of the freezes that are on, for emergencies to name.
    freezes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_a_reason(self) -> Self:
        if self.open == bool(self.reasons):
            msg = "what is open has no reasons, and what is closed has one"
            raise ValueError(msg)
        return self


def named(words: str) -> str:
    """A freeze's name from somebody's *words*: one line, nothing unseen, not too long."""
    shown = "".join(letter if letter.isprintable() else " " for letter in words)
    line = " ".join(shown.split())
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…"


def zone_fault(name: str) -> bool:
    """Whether *name* is no time zone that means the same everywhere."""
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return True
    return name.startswith(_ELSEWHERE)


def instant(written: str, timezone: str | None, *, latest: bool) -> datetime:
    """Read a moment, with its own distance from UTC or in *timezone*; raises `ValueError` with a sentence.

    A local time that the clocks skip or show twice has two readings; *latest* says which is meant.
    """
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        msg = "is no moment: write it like 2026-11-26T08:00."
        raise ValueError(msg) from None
    if read.tzinfo is None and timezone is None:
        msg = "does not say in which time zone: add `timezone`, or end it with Z or a distance like +01:00."
        raise ValueError(msg)
    if read.tzinfo is not None and timezone is not None:
        msg = "has its own distance from UTC beside `timezone`: write one of the two."
        raise ValueError(msg)
    try:
        if timezone is None:
            return read.astimezone(UTC)
        local = ZoneInfo(timezone)
        readings = [read.replace(tzinfo=local, fold=fold).astimezone(UTC) for fold in (0, 1)]
    except OverflowError:
        msg = "is too far away."
        raise ValueError(msg) from None
    return max(readings) if latest else min(readings)


def placed(wall: datetime, zone: ZoneInfo) -> datetime:
    """Put a local time on the time line, in UTC.

    One that the clocks skip is the first instant after the gap; one that they show twice is the first of the two.
    """
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
        return first
    # The later reading of a skipped time is the one that goes by the old distance, and so lies after the gap.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    old = before.astimezone(zone).utcoffset()
    low, high = 0, int((first - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)
