"""The calendars that the estate names: read, unfolded, and kept for a while.

A copy is used for a quarter of an hour, of a file as long as nobody writes it anew. Where it cannot be renewed it serves until it is an hour old; after that
the look-up fails, because a freeze may be on that nobody can see.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.errors import LookupFailed
from bot.domain.estate import Estate
from bot.domain.window import Freeze, FreezeEntry
from bot.estate.times import LARGEST
from bot.ports import Clock
from runners import reach
from runners.calendars.unfolding import unfold

log = logging.getLogger(__name__)

FRESH, OLDEST = timedelta(minutes=15), timedelta(hours=1)
#: After a failure nothing is tried again for so long.
_PAUSE = timedelta(minutes=1)
#: How long an answer is waited for.
_PATIENCE = timedelta(seconds=10)
_ADDRESS = ("http://", "https://")
#: Events between so long ago and so far ahead are looked at.
_BEHIND, _AHEAD = timedelta(days=1), timedelta(days=731)


async def broken_files(estate: Estate, clock: Clock) -> list[tuple[tuple[str, int, str], str]]:
    """Where in *estate* a calendar file stands that cannot be unfolded, and why; addresses are not asked."""
    wrong: list[tuple[tuple[str, int, str], str]] = []
    for index, entry in enumerate(estate.freezes):
        if entry.calendar is not None and not entry.calendar.lower().startswith(_ADDRESS):
            try:
                await _Calendar(entry, estate, clock, None).freezes()
            except LookupFailed as error:
                wrong.append((("freezes", index, "calendar"), str(error)))
    return wrong


#: When a file was written and how large it is, and which file it is; `None` of an address, and where there is none.
_Version = tuple[int, int, int] | None


class _Copy(NamedTuple):
    at: datetime
    freezes: tuple[Freeze, ...]
    version: _Version


class EstateCalendars:
    """Implements `bot.ports.Calendars`."""

    def __init__(self, estate: Estate, clock: Clock, *, around: datetime | None = None) -> None:
        """Read the calendars of *estate*; with *around*, what is on around that moment instead of now."""
        self._calendars = tuple(
            _Calendar(entry, estate, clock, around) for entry in estate.freezes if entry.calendar is not None
        )

    async def freezes(self) -> tuple[Freeze, ...]:
        """Those of all calendars of the estate; raises `LookupFailed` where one of them cannot be read."""
        found = await asyncio.gather(*(each.freezes() for each in self._calendars), return_exceptions=True)
        told = [each for each in found if isinstance(each, BaseException)]
        if failed := [each for each in told if not isinstance(each, LookupFailed)]:
            raise failed[0]
        if told:
            raise LookupFailed(" ".join(map(str, told)))
        return tuple(freeze for each in found if not isinstance(each, BaseException) for freeze in each)


class _Calendar:
    """One calendar, and the last copy of it."""

    def __init__(self, entry: FreezeEntry, estate: Estate, clock: Clock, around: datetime | None) -> None:
        self._entry = entry
        self._place = entry.calendar or ""
        self._folder = estate.folder
        self._clock = clock
        self._around = around
        self._copy: _Copy | None = None
        self._failed: tuple[datetime, str] | None = None
        #: Many ask at the same time; one of them reads.
        self._turn = asyncio.Lock()

    async def freezes(self) -> tuple[Freeze, ...]:
        async with self._turn:
            now, version = self._clock.now(), await asyncio.to_thread(self._version)
            if self._copy and now - self._copy.at < FRESH and version == self._copy.version:
                return self._copy.freezes
            if self._failed is None or now - self._failed[0] >= _PAUSE:
                await self._renew(now, version)
            if self._copy and now - self._copy.at <= OLDEST:
                return self._copy.freezes
            why = self._failed[1] if self._failed else "it is too old"
            msg = f"The calendar “{self._entry.name}” cannot be read: {why}."
            raise LookupFailed(msg)

    async def _renew(self, now: datetime, version: _Version) -> None:
        middle = self._around or now
        try:
            found = await unfold(await self._read(), self._entry, middle - _BEHIND, middle + _AHEAD)
        except LookupFailed as error:
            self._failed = (now, str(error).rstrip("."))
            log.warning("calendar.failed", extra={"calendar": self._entry.name, "error": str(error)})
        else:
            self._copy, self._failed = _Copy(now, found, version), None

    def _version(self) -> _Version:
        if self._place.lower().startswith(_ADDRESS):
            return None
        try:
            found = (self._folder / self._place).stat()
        except (OSError, ValueError):
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    async def _read(self) -> bytes:
        """The calendar's bytes; raises `LookupFailed` with the cause."""
        if not self._place.lower().startswith(_ADDRESS):
            return await asyncio.to_thread(self._file)
        answer = await reach.get(self._place, _PATIENCE, largest=LARGEST)
        if isinstance(answer, reach.Silence):
            raise LookupFailed(answer.why)
        if answer.status != 200:
            msg = f"its server answers with status {answer.status}"
            raise LookupFailed(msg)
        return _whole(answer.body, whole=answer.whole)

    def _file(self) -> bytes:
        try:
            with (self._folder / self._place).open("rb") as file:
                content = file.read(LARGEST + 1)
        except (OSError, ValueError) as error:
            why = (error.strerror if isinstance(error, OSError) else None) or "the name is no path"
            raise LookupFailed(why.lower()) from error
        return _whole(content, whole=len(content) <= LARGEST)


def _whole(content: bytes, *, whole: bool) -> bytes:
    if not whole:
        msg = f"it is larger than {LARGEST // 1024 // 1024} MiB"
        raise LookupFailed(msg)
    return content
