"""Windows and freezes as values, and moments as people write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.ruling import Reason, ReasonCode
from bot.domain.value import EnvironmentName
from bot.domain.window import Freeze, FreezeEntry, Timetable, instant, named, placed, zone_fault

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "timezone", "earliest", "latest"),
    [
        pytest.param("2026-11-26T00:00", "America/New_York", "2026-11-26T05:00Z", "2026-11-26T05:00Z", id="local"),
        pytest.param("2026-11-26", "UTC", "2026-11-26T00:00Z", "2026-11-26T00:00Z", id="a day is its midnight"),
        pytest.param("2026-11-26T00:00-05:00", None, "2026-11-26T05:00Z", "2026-11-26T05:00Z", id="with a distance"),
        pytest.param("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30Z", "2026-10-25T01:30Z", id="shown twice"),
        pytest.param("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T00:30Z", "2026-03-29T01:30Z", id="skipped"),
    ],
)  # fmt: skip
def test_a_moment(written: str, timezone: str | None, earliest: str, latest: str) -> None:
    """A time that the clocks skip or show twice has two readings, which make a freeze as long as it can be."""
    assert instant(written, timezone, latest=False) == datetime.fromisoformat(earliest)
    assert instant(written, timezone, latest=True) == datetime.fromisoformat(latest)


@pytest.mark.parametrize(
    ("written", "timezone", "sentence"),
    [
        pytest.param("2026-11-26T00:00", None, "does not say in which time zone", id="naive"),
        pytest.param("2026-11-26T00:00Z", "UTC", "write one of the two", id="both"),
        pytest.param("tomorrow", "UTC", "is no moment", id="a word"),
        pytest.param("0001-01-01T00:00", "Asia/Tokyo", "too far away", id="before there were dates"),
        pytest.param("9999-12-31T23:59-12:00", None, "too far away", id="after there will be dates"),
    ],
)
def test_no_moment(written: str, timezone: str | None, sentence: str) -> None:
    """The end of a sentence about what is wrong."""
    with pytest.raises(ValueError, match=sentence):
        instant(written, timezone, latest=False)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Europe/Berlin", False), ("UTC", False), ("Europe/Berln", True), ("", True), ("Europe", True),
        ("../etc/passwd", True), ("right/Europe/Berlin", True), ("localtime", True), ("x" * 5000, True), ("a\0b", True),
    ],
)  # fmt: skip
def test_zones(name: str, *, fault: bool) -> None:
    """A zone is a name that means the same on every machine."""
    assert zone_fault(name) is fault


@given(words=st.text(max_size=200))
def test_names(words: str) -> None:
    """Whatever a calendar holds, a name is one short line that can be seen, and stays what it is."""
    name = named(words)
    assert len(name) <= 60
    assert name.isprintable()
    assert named(name) == name


@given(
    minute=st.integers(0, 7 * 366 * 1440),
    zone=st.sampled_from(
        ["Australia/Lord_Howe", "Africa/Cairo", "Asia/Beirut", "America/Havana", "Pacific/Apia"]
    ),
)
def test_a_local_time_has_one_place(minute: int, zone: str) -> None:
    """Where the clocks show it, they show it there first; where they do not, they jump over it there."""
    there, wall = ZoneInfo(zone), datetime(2024, 1, 1) + timedelta(minutes=minute)  # noqa: DTZ001 -- a clock on the wall
    at = placed(wall, there)
    shown = at.astimezone(there).replace(tzinfo=None)
    before = (at - timedelta(seconds=1)).astimezone(there).replace(tzinfo=None)
    assert shown >= wall
    assert shown == wall or before < wall
    assert placed(wall + timedelta(minutes=1), there) >= at


def test_what_the_clocks_skipped_in_samoa() -> None:
    """A whole day that never was is the first instant of the next one."""
    wall = datetime(2011, 12, 30, 15, 0)  # noqa: DTZ001 -- a clock on the wall
    assert placed(wall, ZoneInfo("Pacific/Apia")) == datetime(2011, 12, 30, 10, 0, tzinfo=UTC)


def test_a_freeze() -> None:
    """The first instant belongs to it, the last does not; no environment means all."""
    entry = FreezeEntry.model_validate(
        {"name": "Black  Friday", "from": "2026-11-26T00:00", "to": "2026-11-27T00:00", "timezone": "UTC"}
    )
    freeze = entry.freeze()
    assert freeze is not None
    assert (freeze.name, freeze.source) == ("Black Friday", "estate")
    states = [freeze.on(freeze.from_), freeze.on(freeze.to), freeze.covers(EnvironmentName("any"))]
    assert states == [True, False, True]
    assert FreezeEntry(name="x", calendar="x.ics").freeze() is None
    assert not freeze.model_copy(update={"environments": (EnvironmentName("a"),)}).covers(
        EnvironmentName("b")
    )


def test_a_timetable_gives_its_reasons() -> None:
    """What is closed says why, and what is open has nothing to say."""
    with pytest.raises(ValidationError):
        Timetable(at=NOON, open=False)
    with pytest.raises(ValidationError):
        Timetable(at=NOON, open=True, reasons=(Reason(code=ReasonCode.FROZEN, text="x"),))
    with pytest.raises(ValidationError):
        Freeze(name="x", from_=datetime(2026, 1, 1), to=NOON, source="slack")  # noqa: DTZ001 -- that is the point
