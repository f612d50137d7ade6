"""Windows and freezes, against a walk through time that knows nothing of how they are computed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.estate import RuleName
from bot.domain.request import Emergency, Wish
from bot.domain.ruling import ReasonCode
from bot.domain.value import EnvironmentName
from bot.domain.window import Freeze, Opening, Timetable, Window
from bot.policy import windows
from bot.policy.windows import WindowFacts, fits, openings, shut, timetable
from tests.fakes.walk import edges, walked

PROD = EnvironmentName("prod")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: Gaps and folds of an hour and of half of one, at night, at midnight, and in the other half of the year.
ZONES = (
    "Europe/Berlin", "Europe/London", "America/New_York", "America/St_Johns", "America/Santiago", "America/Havana",
    "Australia/Lord_Howe", "Asia/Beirut", "Africa/Cairo", "Africa/Casablanca", "Asia/Jerusalem", "Pacific/Auckland",
    "America/Scoresbysund", "UTC",
)  # fmt: skip


def window(opens: str = "0 2 * * sun", lasts: timedelta = 4 * HOUR, timezone: str = "UTC") -> Window:
    return Window(opens=opens, lasts=lasts, timezone=timezone)


def freeze(name: str, begins: datetime, ends: datetime, **more: Any) -> Freeze:
    return Freeze(**{"name": name, "from_": begins, "to": ends, "source": "slack", **more})


def at(
    moment: datetime,
    through: Literal["always"] | Mapping[str, Window] | None = "always",
    *freezes: Freeze,
    rule: RuleName = RuleName.STANDARD,
    unknown: tuple[str, ...] = (),
) -> Timetable:
    facts = WindowFacts(
        environment=PROD, rule=rule, at=moment, windows=through, freezes=freezes, unknown=unknown
    )
    return timetable(facts)


def moment(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)


@pytest.mark.parametrize(
    ("opens", "lasts", "zone", "after", "expected"),
    [
        pytest.param(
            "30 2 * * *", HOUR, "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-29T01:00Z", id="inside the spring gap"
        ),
        pytest.param(
            "30 2 * * *", HOUR, "Europe/Berlin", "2026-10-24T23:00Z", "2026-10-25T00:30Z", id="the first of the two"
        ),
        pytest.param(
            "15 2 * * *", HOUR, "Australia/Lord_Howe", "2026-10-03T12:00Z", "2026-10-03T15:30Z", id="a gap of half an hour"
        ),
        pytest.param(
            "0 0 * * *", HOUR, "America/Havana", "2026-03-08T04:00Z", "2026-03-08T05:00Z", id="a gap at midnight"
        ),
        pytest.param(
            "30 0 * * *", HOUR, "Asia/Beirut", "2026-03-28T21:00Z", "2026-03-28T22:00Z", id="half past a skipped midnight"
        ),
        pytest.param(
            "30 23 * * sat", HOUR, "America/Santiago", "2026-04-04T12:00Z", "2026-04-05T02:30Z", id="before a midnight that comes twice"
        ),
        pytest.param("0 2 29 2 *", HOUR, "UTC", "2096-03-01T00:00Z", "2104-02-29T02:00Z", id="eight years away"),
    ],
)  # fmt: skip
def test_an_opening(opens: str, lasts: timedelta, zone: str, after: str, expected: str) -> None:
    """The next opening is at exactly this instant."""
    assert next(openings(window(opens, lasts, zone), moment(after))).opens_at == moment(expected)


def test_one_gap_is_one_opening() -> None:
    """Several openings that the clocks skip are one; each opening of a fold happens once."""
    found = openings(window("0,15,30,45 2 * * *", MINUTE, "Europe/Berlin"), moment("2026-03-29T00:30Z"))
    assert [each.opens_at for each in islice(found, 2)] == [
        moment("2026-03-29T01:00Z"),
        moment("2026-03-30T00:00Z"),
    ]
    found = openings(window("0,30 2 * * *", MINUTE, "Europe/Berlin"), moment("2026-10-24T23:30Z"))
    assert [each.opens_at for each in islice(found, 3)] == [
        moment("2026-10-25T00:00Z"), moment("2026-10-25T00:30Z"), moment("2026-10-26T01:00Z"),
    ]  # fmt: skip


def test_a_window_lasts_its_duration_in_elapsed_time() -> None:
    """Four hours over a change of the clocks are four hours."""
    for day in ("2026-03-28T22:00Z", "2026-10-24T22:00Z"):
        opening = next(openings(window("0 1 * * *", 4 * HOUR, "Europe/Berlin"), moment(day)))
        assert opening.closes_at - opening.opens_at == 4 * HOUR


@pytest.mark.parametrize("zone", ZONES)
def test_every_edge_against_a_walk(zone: str) -> None:
    """Minute by minute over changes of the clocks: open exactly when the walk says so, and next when it says so."""
    for index, edge in enumerate(edges(zone, 2024, 2031)):
        # Each edge with other windows; all of them with all are a campaign, not a test.
        opens, lasts = _LINES[index % len(_LINES)]
        _compare(Window(opens=opens, lasts=lasts, timezone=zone), edge, around=timedelta(hours=7), step=7)


_LINES = [
    ("30 2 * * *", HOUR), ("*/20 1-3 * * *", 10 * MINUTE), ("0 0 * * *", 25 * HOUR), ("15 0 * * sat,sun", 90 * MINUTE),
    ("30 23 * * *", 3 * HOUR), ("0 1,2,3 * * *", HOUR), ("45 1 * * sun", 4 * HOUR), ("0 0 * * sun", DAY),
    ("* * * * *", MINUTE), ("59 23 * * sat", MINUTE), ("0 0 last * *", 2 * DAY), ("10 2 1-14 mar,nov sun", HOUR),
]  # fmt: skip


def _compare(opened: Window, edge: datetime, *, around: timedelta, step: int) -> None:
    begin, end = edge - around, edge + around
    truth = walked(opened, begin, end + 9 * DAY)
    for offset in range(0, int((end - begin) / MINUTE), step):
        now = begin + offset * MINUTE
        found = at(now, {"w": opened})
        following = truth[offset:]
        assert found.open == following[0], (opened, now)
        change = next((i for i, state in enumerate(following) if state is not following[0]), None)
        if change is not None:
            assert (found.closes if found.open else found.next_open) == now + change * MINUTE, (opened, now)


def test_the_opening_minute_belongs_to_it_and_the_closing_instant_does_not() -> None:
    """Closed a second before, open at the opening, open a second before the end, closed at the end."""
    opens_at, closes_at = moment("2026-11-22T02:00Z"), moment("2026-11-22T06:00Z")
    second = timedelta(seconds=1)
    states = [
        at(when, {"w": window()}).open
        for when in (opens_at - second, opens_at, closes_at - second, closes_at)
    ]
    assert states == [False, True, True, False]


@pytest.mark.parametrize(
    ("through", "closes"),
    [
        pytest.param({"a": window()}, "2026-11-22T06:00Z", id="one"),
        pytest.param({"a": window(), "b": window("0 6 * * *", HOUR)}, "2026-11-22T07:00Z", id="back to back"),
        pytest.param({"a": window(), "b": window("1 6 * * *", HOUR)}, "2026-11-22T06:00Z", id="a minute between"),
        pytest.param({"a": window(), "b": window("0 3 * * *", HOUR)}, "2026-11-22T06:00Z", id="one inside the other"),
        pytest.param({"a": window("0 */2 * * *", 3 * HOUR)}, None, id="overlapping itself for ever"),
        pytest.param({"a": window("* * * * *", MINUTE)}, None, id="every minute"),
        pytest.param({"a": window("0 0 * * *", DAY, "Europe/Berlin")}, "2027-10-30T23:00Z", id="a day that has 25 hours"),
        pytest.param({"a": window("0 0 1 1 *", 366 * DAY)}, None, id="a year after the other"),
        pytest.param("always", None, id="always"),
    ],
)  # fmt: skip
def test_when_it_closes(through: Any, closes: str | None) -> None:
    """It closes when nothing is open any more."""
    found = at(moment("2026-11-22T02:30Z"), through)
    if closes and "2027-10-30" in closes:
        # 2026-10-25 has passed; the next day of 25 hours is a little less than FOREVER away.
        closes = "2027-10-31T22:00Z"
    assert (found.open, found.closes) == (True, moment(closes) if closes else None)
    assert found.next_open is None
    assert found.reasons == ()
