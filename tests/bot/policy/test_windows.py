"""Windows and freezes, against a walk through time that knows nothing of how they are computed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.estate import RuleName
from bot.domain.request import Emergency, Wish
from bot.domain.ruling import ReasonCode
from bot.domain.value import EnvironmentName
from bot.domain.window import Freeze, Timetable, Window
from bot.policy.windows import WindowFacts, shut, timetable
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
    assert at(moment(after), {"w": window(opens, lasts, zone)}).next_open == moment(expected)


def test_an_opening_that_ends_now_is_over() -> None:
    """The closing instant does not belong to it; the instant before does."""
    closes_at = moment("2026-11-22T06:00Z")
    over, last = (at(now, {"w": window()}) for now in (closes_at, closes_at - MINUTE))
    assert (over.closes, over.next_open) == (None, moment("2026-11-29T02:00Z"))
    assert last.closes == closes_at


def test_one_gap_is_one_opening() -> None:
    """Several openings that the clocks skip are one; each opening of a fold happens once."""
    assert _openings(window("0,15,30,45 2 * * *", MINUTE, "Europe/Berlin"), "2026-03-29T00:30Z", 2) == [
        moment("2026-03-29T01:00Z"),
        moment("2026-03-30T00:00Z"),
    ]
    assert _openings(window("0,30 2 * * *", MINUTE, "Europe/Berlin"), "2026-10-24T23:30Z", 3) == [
        moment("2026-10-25T00:00Z"), moment("2026-10-25T00:30Z"), moment("2026-10-26T01:00Z"),
    ]  # fmt: skip


def _openings(opened: Window, after: str, count: int) -> list[datetime | None]:
    found, now = list[datetime | None](), moment(after)
    for _ in range(count):
        opens_at = at(now, {"w": opened}).next_open
        assert opens_at is not None
        found.append(opens_at)
        now = at(opens_at, {"w": opened}).closes or opens_at
    return found


def test_a_window_lasts_its_duration_in_elapsed_time() -> None:
    """Four hours over a change of the clocks are four hours."""
    for day in ("2026-03-28T22:00Z", "2026-10-24T22:00Z"):
        opened = {"w": window("0 1 * * *", 4 * HOUR, "Europe/Berlin")}
        opens_at = at(moment(day), opened).next_open
        assert opens_at is not None
        assert at(opens_at, opened).closes == opens_at + 4 * HOUR


@pytest.mark.parametrize("zone", ZONES)
def test_every_edge_against_a_walk(zone: str) -> None:
    """Minute by minute over changes of the clocks: open exactly when the walk says so, and next when it says so."""
    for index, edge in enumerate(edges(zone, 2024, 2031)):
        # Each edge with other windows; all of them with all are a campaign, not a test.
        opens, lasts = _LINES[index % len(_LINES)]
        _compare(Window(opens=opens, lasts=lasts, timezone=zone), edge, 4 * HOUR)


_LINES = [
    ("30 2 * * *", HOUR), ("*/20 1-3 * * *", 10 * MINUTE), ("0 0 * * *", 25 * HOUR), ("15 0 * * sat,sun", 90 * MINUTE),
    ("30 23 * * *", 3 * HOUR), ("0 1,2,3 * * *", HOUR), ("45 1 * * sun", 4 * HOUR), ("0 0 * * sun", DAY),
    ("* * * * *", MINUTE), ("59 23 * * sat", MINUTE), ("0 0 last * *", 2 * DAY), ("10 2 1-14 mar,nov sun", HOUR),
]  # fmt: skip


def _compare(opened: Window, edge: datetime, around: timedelta) -> None:
    """Ask at the edge, at the first and last minute of every opening near it, and a minute after."""
    begin, count = edge - around, 2 * around // MINUTE
    truth = walked(opened, begin, edge + around + 6 * HOUR)
    changes = [index for index in range(1, len(truth)) if truth[index] is not truth[index - 1]]
    moments = {0, count // 2 - 1, count // 2, *(index + one for index in changes for one in (-1, 0, 1))}
    for offset in sorted(each for each in moments if each < count):
        now = begin + offset * MINUTE
        found = at(now, {"w": opened})
        assert found.open == truth[offset], (opened, now)
        change = next((index for index in changes if index > offset), None)
        if change is not None:
            assert (found.closes if found.open else found.next_open) == begin + change * MINUTE, (opened, now)


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
        pytest.param({"a": window("0 0 * * *", DAY, "Europe/Berlin")}, "2027-10-31T22:00Z", id="a day that has 25 hours"),
        pytest.param({"a": window("0 0 1 1 *", 366 * DAY)}, None, id="a year after the other"),
        pytest.param("always", None, id="always"),
    ],
)  # fmt: skip
def test_when_it_closes(through: Any, closes: str | None) -> None:
    """It closes when nothing is open any more."""
    found = at(moment("2026-11-22T02:30Z"), through)
    assert (found.open, found.closes) == (True, moment(closes) if closes else None)
    assert found.next_open is None
    assert found.reasons == ()


@pytest.mark.parametrize(
    ("freezes", "found"),
    [
        pytest.param((), "2026-11-22T02:00Z", id="none"),
        pytest.param((("02:00", "02:30"),), "2026-11-22T02:30Z", id="open when it ends"),
        pytest.param((("01:00", "02:30"), ("02:30", "03:00")), "2026-11-22T03:00Z", id="one after the other"),
        pytest.param(
            (("01:00", "04:00"), ("02:00", "03:00")), "2026-11-22T04:00Z", id="one inside the other"
        ),
        pytest.param((("01:00", "06:00"),), "2026-11-29T02:00Z", id="over the whole opening"),
        pytest.param((("03:00", "06:00"),), "2026-11-22T02:00Z", id="later"),
    ],
)
def test_a_freeze_goes_before_a_window(freezes: tuple[tuple[str, str], ...], found: str) -> None:
    """The next moment is one at which a window is open and no freeze is on."""
    made = [
        freeze(f"f{index}", moment(f"2026-11-22T{begins}Z"), moment(f"2026-11-22T{ends}Z"))
        for index, (begins, ends) in enumerate(freezes)
    ]
    assert at(NOON, {"w": window()}, *made).next_open == moment(found)


def test_a_freeze_to_come_closes() -> None:
    """What is always open closes when a freeze begins, and opens when it ends."""
    ahead = freeze("ahead", NOON + HOUR, NOON + 2 * HOUR)
    assert at(NOON, "always", ahead).closes == NOON + HOUR
    during = at(NOON + HOUR, "always", ahead)
    assert (during.open, during.next_open, during.freezes) == (False, NOON + 2 * HOUR, ("ahead",))
    assert [reason.code for reason in during.reasons] == [ReasonCode.FROZEN]
    assert at(NOON + 2 * HOUR, "always", ahead).closes is None


def test_a_freeze_of_another_environment_does_nothing() -> None:
    """A freeze covers the environments that it names, or all."""
    other = freeze("other", NOON - HOUR, NOON + HOUR, environments=(EnvironmentName("dev"),))
    assert at(NOON, "always", other).open
    assert not at(NOON, "always", freeze("all", NOON - HOUR, NOON + HOUR)).open


def test_an_emergency_goes_past_freezes_and_names_them() -> None:
    """Its own windows still hold; a calendar that nobody can read does not keep it back."""
    on = freeze("Black Friday", NOON - HOUR, NOON + HOUR)
    found = at(NOON, "always", on, rule=RuleName.EMERGENCY, unknown=("The calendar x cannot be read.",))
    assert (found.open, found.closes, found.freezes) == (
        True,
        None,
        ("Black Friday", "unknown: The calendar x cannot be read"),
    )
    assert found.next_open is None
    ahead = freeze("ahead", NOON + HOUR, NOON + 2 * HOUR)
    assert at(NOON, "always", ahead, rule=RuleName.EMERGENCY).closes is None
    shut_too = at(NOON, {"w": window()}, on, rule=RuleName.EMERGENCY)
    assert [reason.code for reason in shut_too.reasons] == [ReasonCode.WINDOW_CLOSED]
    assert "closed for emergencies until 2026-11-22 02:00 UTC" in shut_too.reasons[0].text
    unread = at(NOON, {"w": window()}, rule=RuleName.EMERGENCY, unknown=("The calendar x cannot be read.",))
    assert unread.next_open == moment("2026-11-22T02:00Z")


def test_what_is_closed_has_no_end() -> None:
    """When it closes is told only while it is open, be it that no window is or that a freeze is on."""
    assert at(NOON, {"w": window()}).closes is None
    on = freeze("on", NOON - HOUR, NOON + HOUR)
    assert at(NOON, {"w": window("0 9 * * sat", DAY)}, on).closes is None


def test_what_cannot_be_looked_up_is_closed() -> None:
    """A freeze may be on that nobody can see, so nobody can say when it is open."""
    found = at(NOON, "always", unknown=("The calendar holidays cannot be read: no answer.",))
    assert (found.open, found.next_open, found.closes, found.window) == (False, None, None, "")
    # Nothing goes past it, so that nothing has to say so.
    assert found.freezes == ()
    assert [reason.code for reason in found.reasons] == [ReasonCode.LOOKUP_FAILED]
    assert "holidays" in found.reasons[0].text
    later = at(NOON, {"w": window()}, unknown=("The calendar holidays cannot be read: no answer.",))
    assert later.next_open is None
    assert [reason.code for reason in later.reasons] == [ReasonCode.LOOKUP_FAILED, ReasonCode.WINDOW_CLOSED]
    assert "until" not in later.reasons[1].text


@pytest.mark.parametrize(
    ("rule", "code"),
    [(RuleName.HIGH_RISK, ReasonCode.NO_RULE), (RuleName.EMERGENCY, ReasonCode.NO_EMERGENCY)],
)
def test_no_rule_is_closed(rule: RuleName, code: ReasonCode) -> None:
    """What the estate says nothing about may not happen; freezes are named all the same."""
    found = at(NOON, None, freeze("on", NOON, NOON + HOUR), rule=rule)
    assert ([reason.code for reason in found.reasons], found.freezes) == ([code], ("on",))


def test_all_reasons_at_once() -> None:
    """Closed windows and each freeze, with where it comes from."""
    found = at(
        NOON,
        {"night": window(), "day": window("0 9 * * sun")},
        freeze("a\n*b*", NOON, NOON + HOUR),
        freeze("c", NOON - HOUR, NOON + HOUR, source="estate"),
        freeze("d", NOON - HOUR, NOON + DAY, source="calendar", calendar="holidays"),
    )
    assert [reason.text for reason in found.reasons] == [
        "prod is closed for standard changes until 2026-11-22 12:00 UTC, outside of night, day.",
        "The freeze “a *b*” (from Slack) is on until 2026-11-21 13:00 UTC.",
        "The freeze “c” (of the estate) is on until 2026-11-21 13:00 UTC.",
        "The freeze “d” (of the calendar holidays) is on until 2026-11-22 12:00 UTC.",
    ]


def test_what_is_too_far_away_never_opens() -> None:
    """The next leap day that is a Monday is eighteen years away, and a freeze may last longer than anybody waits."""
    assert at(NOON, {"w": window("0 0 29 2 mon")}).next_open is None
    forever = freeze("for ever", NOON, NOON + 5000 * DAY)
    assert at(NOON, "always", forever).next_open is None
    found = at(NOON, {"w": window("0 0 29 2 mon")})
    assert found.reasons[0].text == "prod is closed for standard changes, outside of w."


def test_the_windows_that_make_it_open() -> None:
    """All that are open are named, in the order of the rule."""
    through = {"b": window("0 11 * * *"), "a": window("0 12 * * sat"), "c": window("0 13 * * *")}
    assert at(NOON, through).window == "b, a"
    assert at(NOON).window == "always"


_CLOSED = at(NOON, {"w": window()})
_TABLES = {RuleName.STANDARD: _CLOSED, RuleName.SIGNIFICANT: _CLOSED, RuleName.HIGH_RISK: at(NOON, {"w": window("0 3 * * tue")})}  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "tables", "codes"),
    [
        pytest.param(Wish(), _TABLES, [ReasonCode.WINDOW_CLOSED] * 3, id="closed for all"),
        pytest.param(Wish(), {**_TABLES, RuleName.STANDARD: at(NOON)}, [], id="open for one"),
        pytest.param(Wish(), {**_TABLES, RuleName.STANDARD: at(NOON, {"w": window("0 0 29 2 mon")})}, [ReasonCode.WINDOW_CLOSED] * 4, id="never open for one"),
        pytest.param(Wish(), {**_TABLES, RuleName.EMERGENCY: at(NOON)}, [ReasonCode.WINDOW_CLOSED] * 3, id="open for emergencies only"),
        pytest.param(Wish(), {}, [], id="nothing known"),
        pytest.param(Wish(when_open=True), _TABLES, [], id="it will wait"),
        pytest.param(Wish(emergency=Emergency(ticket="INC-1", reason="x")), _TABLES, [], id="an emergency"),
        pytest.param(Wish(at=NOON + HOUR), _TABLES, [], id="later"),
        pytest.param(Wish(at=NOON), _TABLES, [ReasonCode.BAD_TIME], id="now is not to come"),
        pytest.param(Wish(at=NOON + timedelta(seconds=1)), _TABLES, [], id="just ahead"),
        pytest.param(Wish(at=NOON - HOUR), _TABLES, [ReasonCode.BAD_TIME], id="past"),
        pytest.param(Wish(at=NOON + 30 * DAY), _TABLES, [], id="thirty days"),
        pytest.param(Wish(at=NOON + 30 * DAY + MINUTE), _TABLES, [ReasonCode.BAD_TIME], id="too far ahead"),
        pytest.param(Wish(), {RuleName.STANDARD: at(NOON, unknown=("x.",))}, [ReasonCode.LOOKUP_FAILED], id="nobody can say"),
    ],
)  # fmt: skip
def test_at_the_door(wish: Wish, tables: Mapping[RuleName, Timetable], codes: list[ReasonCode]) -> None:
    """Nothing begins that could not run now, unless it is to wait."""
    assert [reason.code for reason in shut(wish, tables, NOON, PROD)] == codes


def test_the_door_says_when_and_how() -> None:
    """The earliest opening of all classes, and the words to wait for it."""
    assert shut(Wish(), _TABLES, NOON, PROD)[-1].text == (
        "prod is next open at 2026-11-22 02:00 UTC: with --when-open it is approved now and runs then."
    )
    assert shut(Wish(at=NOON), _TABLES, None, PROD)[0].text == "2026-11-21 12:00 UTC is not to come any more."


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param(NOON, "2026-11-21 12:00 UTC is not to come any more.", id="this very moment"),
        pytest.param(NOON - MINUTE, "2026-11-21 11:59 UTC is not to come any more.", id="past"),
        pytest.param(NOON + 31 * DAY, "2026-12-22 12:00 UTC is more than 30 days ahead.", id="too far ahead"),
    ],
)
def test_a_moment_that_cannot_be_meant(asked: datetime, said: str) -> None:
    """The sentence says on which side it is wrong."""
    assert [reason.text for reason in shut(Wish(at=asked), _TABLES, NOON, PROD)] == [said]


_ANY_LINE = st.builds(
    " ".join,
    st.tuples(
        st.sampled_from(["0", "30", "*/20", "59", "1,2"]), st.sampled_from(["*", "2", "1-3", "0,23", "*/6"]),
        st.sampled_from(["*", "*", "1-7", "last", "*/3"]), st.sampled_from(["*", "*", "mar-oct"]),
        st.sampled_from(["*", "*", "sun", "mon-fri"]),
    ),
)  # fmt: skip
_ANY_WINDOW = st.builds(
    Window,
    opens=_ANY_LINE,
    lasts=st.sampled_from([MINUTE, 20 * MINUTE, HOUR, 7 * HOUR, DAY, 3 * DAY]),
    timezone=st.sampled_from(ZONES),
)
_ANY_TIME = st.integers(0, 7 * 366 * 1440).map(
    lambda minute: datetime(2024, 1, 1, tzinfo=UTC) + minute * MINUTE
)


@st.composite
def _circumstances(draw: st.DrawFn) -> tuple[datetime, Any, list[Freeze]]:
    now = draw(_ANY_TIME)
    through = draw(st.just("always") | st.dictionaries(st.sampled_from("abc"), _ANY_WINDOW, min_size=1))
    made = []
    for name in draw(st.lists(st.sampled_from("xyz"), max_size=4)):
        begins = now + draw(st.integers(-3000, 20000)) * MINUTE
        made.append(freeze(name, begins, begins + draw(st.integers(1, 9000)) * MINUTE))
    return now, through, made


@settings(max_examples=150, deadline=None)
@given(given_=_circumstances())
def test_what_holds_for_all_windows_and_freezes(given_: tuple[datetime, Any, list[Freeze]]) -> None:
    """Open means an opening and no freeze; the next moment is the first; the end is the first that is not."""
    now, through, made = given_
    found = at(now, through, *made)
    inside = through == "always" or any(walked(each, now, now + MINUTE)[0] for each in through.values())
    assert found.open == (inside and not any(each.on(now) for each in made))
    if found.next_open is not None:
        assert found.next_open > now
        assert at(found.next_open, through, *made).open
        assert not at(found.next_open - MINUTE, through, *made).open
    if found.closes is not None:
        assert found.closes > now
        assert not at(found.closes, through, *made).open
        assert at(found.closes - MINUTE, through, *made).open


@settings(max_examples=100, deadline=None)
@given(given_=_circumstances(), begins=st.integers(-9000, 9000), lasts=st.integers(1, 90000))
def test_a_freeze_never_opens_anything(
    given_: tuple[datetime, Any, list[Freeze]], begins: int, lasts: int
) -> None:
    """One freeze more: what was closed stays closed, and nothing opens earlier or closes later."""
    now, through, made = given_
    before = at(now, through, *made)
    more = freeze("more", now + begins * MINUTE, now + (begins + lasts) * MINUTE)
    after = at(now, through, *made, more)
    assert before.open or not after.open
    assert set(before.reasons) <= set(after.reasons) or before.next_open != after.next_open
    if not before.open and after.next_open is not None:
        assert before.next_open is not None
        assert before.next_open <= after.next_open
    if after.open and before.closes is not None:
        assert after.closes is not None
        assert after.closes <= before.closes


def test_it_answers_at_once() -> None:
    """A thousand freezes over a window that opens every minute are walked in a moment."""
    made = [
        freeze(f"f{index}", NOON + index * HOUR, NOON + (index + 1) * HOUR - MINUTE) for index in range(1000)
    ]
    assert at(NOON, {"w": window("* * * * *", MINUTE)}, *made).next_open == NOON + 59 * MINUTE
    weekly = [freeze(f"f{n}", NOON + n * 7 * DAY - DAY, NOON + n * 7 * DAY + 2 * DAY) for n in range(500)]
    assert at(NOON, {"w": window()}, *weekly).next_open == moment("2036-06-22T02:00Z")
