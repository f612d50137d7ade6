"""The process that unfolds a calendar: what comes of it, and what a hostile calendar can do to it."""

import time
from datetime import UTC, datetime

import pytest

from bot.domain.errors import LookupFailed
from bot.domain.value import EnvironmentName
from bot.domain.window import FreezeEntry
from runners.calendars import unfolding
from runners.calendars.unfolding import unfold
from tests.runners.calendars.test_events import SINCE, UNTIL, calendar

ENTRY = FreezeEntry(name="ops", calendar="x.ics", environments=(EnvironmentName("prod"),))


async def test_events_become_freezes() -> None:
    """Named by their summary, of the calendar's environments; what lasts no time is none."""
    content = calendar(
        "SUMMARY:<!channel>\\n*Year*\\, end " + "x" * 80 + "\nDTSTART:20261224T000000Z\nDTEND:20261227T000000Z",
        "DTSTART:20261224T000000Z",
        "SUMMARY:\nDTSTART:20261228T000000Z\nDURATION:PT1H",
    ).replace(b"SUMMARY:0\r\n", b"").replace(b"SUMMARY:2\r\n", b"")  # fmt: skip
    one, other = await unfold(content, ENTRY, SINCE, UNTIL)
    if one.name == "ops":
        one, other = other, one
    assert one.name.startswith("<!channel> *Year*, end xxx")
    assert len(one.name) == 60
    assert (one.source, one.calendar, one.environments) == ("calendar", "ops", ("prod",))
    assert (one.from_, one.to) == (datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 12, 27, tzinfo=UTC))
    assert other.name == "ops"


@pytest.mark.parametrize(
    ("timezone", "begins", "ends"),
    [
        pytest.param(None, "2026-12-24T00:00Z", "2026-12-25T00:00Z", id="UTC unless somebody says so"),
        pytest.param("America/New_York", "2026-12-24T05:00Z", "2026-12-25T05:00Z", id="the calendar's zone"),
    ],
)
async def test_whole_days(timezone: str | None, begins: str, ends: str) -> None:
    """A day begins where the calendar's people are."""
    entry = ENTRY.model_copy(update={"timezone": timezone})
    (freeze,) = await unfold(calendar("DTSTART;VALUE=DATE:20261224"), entry, SINCE, UNTIL)
    assert (freeze.from_, freeze.to) == (datetime.fromisoformat(begins), datetime.fromisoformat(ends))


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        pytest.param("DTSTART:19700101T000000Z\nRRULE:FREQ=SECONDLY", "takes too long", id="every second since 1970"),
        pytest.param("DTSTART:20261301T000000Z", "an event's DTSTART cannot be read", id="broken"),
    ],
)  # fmt: skip
async def test_a_hostile_calendar(monkeypatch: pytest.MonkeyPatch, event: str, sentence: str) -> None:
    """It gets little time, and the answer is that it cannot be read."""
    monkeypatch.setattr(unfolding, "SECONDS", 1)
    began = time.monotonic()
    with pytest.raises(LookupFailed, match=sentence):
        await unfold(calendar(event), ENTRY, SINCE, UNTIL)
    assert time.monotonic() - began < 10


def test_what_is_too_far_away_to_be_said() -> None:
    """A day before there were dates is not guessed at."""
    with pytest.raises(LookupFailed, match="an event's time is too far away"):
        unfolding._instant("0001-01-01", "Asia/Tokyo", latest=False)
