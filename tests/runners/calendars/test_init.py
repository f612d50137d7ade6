"""Calendars as the law asks for them: kept for a while, renewed when due, refused when nobody can say."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.domain.errors import LookupFailed
from bot.domain.estate import Estate
from bot.domain.window import FreezeEntry
from runners.calendars import EstateCalendars, broken_files
from tests.fakes.clock import FakeClock
from tests.fakes.town import ESTATE
from tests.runners.calendars.test_events import calendar

GOOD = calendar("DTSTART:20261224T000000Z\nDTEND:20261227T000000Z")
MORE = calendar("DTSTART:20261224T000000Z\nDTEND:20261227T000000Z", "DTSTART:20261228T000000Z\nDURATION:PT1H")
BROKEN = calendar("DTSTART:nonsense")
MINUTE = 60


def estate(folder: Path, *places: str) -> Estate:
    entries = tuple(
        FreezeEntry(name=f"calendar {index}", calendar=place) for index, place in enumerate(places)
    )
    return ESTATE.model_copy(update={"freezes": entries, "folder": folder})


async def names(calendars: EstateCalendars) -> list[str]:
    return [freeze.name for freeze in await calendars.freezes()]


async def test_no_calendars() -> None:
    """An estate without any has no freezes in them."""
    assert await EstateCalendars(ESTATE, FakeClock()).freezes() == ()


@pytest.mark.parametrize("replaced", [False, True], ids=["written anew", "replaced"])
async def test_a_file_that_changes_counts_at_once(tmp_path: Path, replaced: bool) -> None:
    """Whoever freezes by the file need not wait until a copy of it is old."""
    file, other = tmp_path / "x.ics", tmp_path / "y.ics"
    file.write_bytes(GOOD)
    calendars = EstateCalendars(estate(tmp_path, "x.ics"), FakeClock())
    assert await names(calendars) == ["0"]
    (other if replaced else file).write_bytes(MORE)
    if replaced:
        other.replace(file)
    assert await names(calendars) == ["0", "1"]


async def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    """For a quarter of an hour a copy of it is good enough: no process is started for each question."""
    file = tmp_path / "x.ics"
    file.write_bytes(GOOD)
    written = file.stat()
    clock = FakeClock()
    calendars = EstateCalendars(estate(tmp_path, "x.ics"), clock)
    assert await names(calendars) == ["0"]
    # As nobody can write a file: with another content, and no trace of it.
    file.write_bytes(GOOD.replace(b"SUMMARY:0", b"SUMMARY:1"))
    os.utime(file, ns=(written.st_atime_ns, written.st_mtime_ns))
    await clock.advance(15 * MINUTE - 1)
    assert await names(calendars) == ["0"]
    await clock.advance(1)
    assert await names(calendars) == ["1"]


async def test_what_cannot_be_renewed_serves_for_an_hour(tmp_path: Path) -> None:
    """After an hour a copy is refused; once it can be read again all is well."""
    file = tmp_path / "x.ics"
    file.write_bytes(GOOD)
    clock = FakeClock()
    calendars = EstateCalendars(estate(tmp_path, "x.ics"), clock)
    await calendars.freezes()
    file.write_bytes(BROKEN)
    await clock.advance(60 * MINUTE)
    assert await names(calendars) == ["0"]
    await clock.advance(1)
    with pytest.raises(LookupFailed, match=r"The calendar “calendar 0” cannot be read: an event's DTSTART"):
        await calendars.freezes()
    file.write_bytes(GOOD)
    with pytest.raises(LookupFailed):
        await calendars.freezes()
    await clock.advance(MINUTE)
    assert await names(calendars) == ["0"]


async def test_every_calendar_that_fails_is_named(tmp_path: Path) -> None:
    """One that can be read does not hide those that cannot."""
    (tmp_path / "x.ics").write_bytes(GOOD)
    (tmp_path / "z.ics").write_bytes(b"x" * (2 * 1024 * 1024 + 1))
    calendars = EstateCalendars(estate(tmp_path, "x.ics", "y.ics", "z.ics", "\0"), FakeClock())
    with pytest.raises(LookupFailed) as told:
        await calendars.freezes()
    assert str(told.value) == (
        "The calendar “calendar 1” cannot be read: no such file or directory. "
        "The calendar “calendar 2” cannot be read: it is larger than 2 MiB. "
        "The calendar “calendar 3” cannot be read: the name is no path."
    )


async def test_an_address(serve: Any, tmp_path: Path) -> None:
    """Asked once, however many want to know; the address itself, which may be a secret, is in no sentence."""
    asked, status = [], 200

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(body=GOOD, status=status)

    clock = FakeClock()
    url = f"{await serve(answer)}/secret-path"
    calendars = EstateCalendars(estate(tmp_path, url), clock)
    found = await asyncio.gather(*(names(calendars) for _ in range(5)))
    assert (found, len(asked)) == ([["0"]] * 5, 1)
    status = 404
    await clock.advance(61 * MINUTE)
    with pytest.raises(LookupFailed, match="status 404") as told:
        await calendars.freezes()
    assert "secret-path" not in str(told.value)


async def test_a_server_that_is_away_and_one_that_never_ends(serve: Any, tmp_path: Path) -> None:
    """No answer is no calendar, and neither are more bytes than anybody reads."""

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 100_000)

    places = ("http://127.0.0.1:9/x", "http://169.254.169.254/x", f"{await serve(endless)}/x")
    with pytest.raises(LookupFailed) as told:
        await EstateCalendars(estate(tmp_path, *places), FakeClock()).freezes()
    assert "could not connect" in str(told.value)
    assert "which is never asked" in str(told.value)
    assert "larger than 2 MiB" in str(told.value)


async def test_around_another_moment(tmp_path: Path) -> None:
    """Whoever asks about another year sees the events of that year."""
    (tmp_path / "x.ics").write_bytes(GOOD)
    clock = FakeClock()
    later = clock.now().replace(year=2031)
    assert await EstateCalendars(estate(tmp_path, "x.ics"), clock, around=later).freezes() == ()


async def test_broken_files(tmp_path: Path) -> None:
    """Files are looked at with their place in the estate; addresses are not asked."""
    (tmp_path / "x.ics").write_bytes(GOOD)
    (tmp_path / "y.ics").write_bytes(BROKEN)
    found = await broken_files(estate(tmp_path, "x.ics", "https://example.com/x", "y.ics"), FakeClock())
    assert [steps for steps, _ in found] == [("freezes", 2, "calendar")]
