from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import cron
from bot.policy.due import due, next_due

BERLIN = ZoneInfo("Europe/Berlin")


def at(written: str) -> datetime:
    """Read a moment of UTC."""
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "first", "last", "moments"),
    [
        pytest.param("0 2 * * *", "2026-11-20T01:00", "2026-11-21T01:00", ["2026-11-20T01:00", "2026-11-21T01:00"], id="both ends"),
        pytest.param("0 2 * * *", "2026-11-20T01:01", "2026-11-21T00:59", [], id="just between"),
        pytest.param("30 23 * * sun", "2026-11-16T00:00", "2026-11-23T00:00", ["2026-11-22T22:30"], id="a weekday of the zone"),
        pytest.param("30 2 * * *", "2026-03-29T00:00", "2026-03-29T12:00", ["2026-03-29T01:00"], id="a time that the clocks skip"),
        pytest.param("30 2 * * *", "2026-10-25T00:00", "2026-10-25T12:00", ["2026-10-25T00:30"], id="a time that they show twice"),
        pytest.param("*/20 8 * * *", "2026-11-20T07:00", "2026-11-20T08:00", ["2026-11-20T07:00", "2026-11-20T07:20", "2026-11-20T07:40"], id="several in an hour"),
    ],
)  # fmt: skip
def test_due(line: str, first: str, last: str, moments: list[str]) -> None:
    """Moments are those of the zone, in order."""
    assert list(due(cron.read(line), BERLIN, at(first), at(last))) == [at(one) for one in moments]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("0 * * * *", "2026-11-20T02:00", id="not the moment itself"),
        pytest.param("0 2 last * *", "2026-11-30T01:00", id="this month"),
        pytest.param("0 2 1 7 *", "2027-07-01T00:00", id="next year"),
        pytest.param("0 2 29 2 *", None, id="in years"),
    ],
)
def test_next_due(line: str, expected: str | None) -> None:
    """The next one, where it is less than a year away."""
    found = next_due(cron.read(line), BERLIN, at("2026-11-20T01:00"))
    assert found == (at(expected) if expected else None)


def test_no_moment_is_told_of_twice() -> None:
    """Two local times that the clocks make one are due once."""
    moments = list(due(cron.read("*/10 * * * *"), BERLIN, at("2026-03-29T00:00"), at("2026-03-29T03:00")))
    assert len(moments) == len(set(moments)) == 19
    assert moments[1] - moments[0] == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("after", "found"),
    [
        pytest.param("2027-02-28T01:00", True, id="366 days"),
        pytest.param("2027-02-27T01:00", False, id="a day more"),
    ],
)
def test_how_far_anybody_looks(after: str, found: bool) -> None:
    """A leap year is not too long, a day more is."""
    coming = next_due(cron.read("0 2 29 2 *"), BERLIN, at(after))
    assert coming == (at("2028-02-29T01:00") if found else None)
