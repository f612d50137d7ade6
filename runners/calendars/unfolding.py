"""Has a calendar unfolded by a process of its own, which may not take long, nor much memory, nor any secret."""

import asyncio
import os
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.domain.errors import LookupFailed
from bot.domain.window import Freeze, FreezeEntry, instant, named

#: What the process may use; real calendars need a tenth of a second and fifty megabytes.
SECONDS, _MEMORY = 5, 1 << 30
_PROGRAM = Path(__file__).with_name("events.py")
#: Names in our environment without which Python does not find its libraries.
_PASSED = ("PATH", "HOME", "LANG", "PYTHONPATH")
_EVENTS = TypeAdapter(list[tuple[str, str, str]])


async def unfold(content: bytes, entry: FreezeEntry, since: datetime, until: datetime) -> tuple[Freeze, ...]:
    """Every freeze in the calendar *content* between *since* and *until*; raises `LookupFailed` with the cause."""
    made = (_freeze(entry, *event) for event in await _events(content, since, until))
    return tuple(freeze for freeze in made if freeze.from_ < freeze.to)


def _freeze(entry: FreezeEntry, summary: str, begins: str, ends: str) -> Freeze:
    return Freeze(
        name=named(summary) or named(entry.name),
        from_=_instant(begins, entry.timezone, latest=False),
        to=_instant(ends, entry.timezone, latest=True),
        environments=entry.environments,
        source="calendar",
        calendar=entry.name,
    )


def _instant(written: str, timezone: str | None, *, latest: bool) -> datetime:
    """Whole days, and times that name no zone, are those of the calendar's *timezone*, else of UTC."""
    naive = datetime.fromisoformat(written).tzinfo is None
    try:
        return instant(written, (timezone or "UTC") if naive else None, latest=latest)
    except ValueError as error:
        msg = f"an event's time {error}"
        raise LookupFailed(msg) from error


async def _events(content: bytes, since: datetime, until: datetime) -> list[tuple[str, str, str]]:
    arguments = (str(SECONDS), str(_MEMORY), since.isoformat(), until.isoformat())
    process = await asyncio.create_subprocess_exec(
        # -P: what lies beside the program is not what it imports.
        *(sys.executable, "-P", str(_PROGRAM), *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: os.environ[name] for name in _PASSED if name in os.environ},
    )
    try:
        async with asyncio.timeout(SECONDS * 3):
            told, wrong = await process.communicate(content)
    except TimeoutError:
        told, wrong = b"", b""
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if process.returncode == 1:
        raise LookupFailed(_cause(wrong))
    try:
        return _EVENTS.validate_json(told)
    except ValidationError:
        msg = "it takes too long to unfold, or too much memory"
        raise LookupFailed(msg) from None


def _cause(wrong: bytes) -> str:
    """What the process said of the calendar, without what nobody can see."""
    said = wrong.decode("utf-8", "replace")[:200]
    return "".join(letter if letter.isprintable() else " " for letter in said).strip() or "it is broken"
