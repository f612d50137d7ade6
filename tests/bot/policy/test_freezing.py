"""Freezes from Slack: what the words mean, and who may do what."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ruling import Allow, Deny, ReasonCode
from bot.domain.value import ChannelId, EnvironmentName, GroupName, TeamId
from bot.domain.window import Freeze
from bot.policy.facts import Standing
from bot.policy.freezing import FreezeFacts, Wanted, add, adding, found, lift, naming, same
from tests.fakes.town import person

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DEV, PROD = EnvironmentName("dev"), EnvironmentName("prod")
PLATFORM, DBA = GroupName("platform"), GroupName("dba")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("incident now..2h", Wanted("incident", NOON, NOON + 2 * HOUR, ()), id="now, and a length"),
        pytest.param(
            "x 2026-11-22T00:00Z..2026-11-23T00:00+01:00 prod dev prod",
            Wanted("x", NOON + HOUR * 12, NOON + HOUR * 35, (PROD, DEV)),
            id="two moments, environments once",
        ),
        pytest.param("x NOW..2026-11-22T12:00Z", Wanted("x", NOON, NOON + DAY, ()), id="now to a moment"),
        pytest.param("x 2026-11-22T12:00Z..1d", Wanted("x", NOON + DAY, NOON + 2 * DAY, ()), id="a moment and a length"),
        pytest.param("x 2026-11-21T11:00Z..2h", Wanted("x", NOON, NOON + HOUR, ()), id="what began already begins now"),
        pytest.param('"year end" now..2h', Wanted("year end", NOON, NOON + 2 * HOUR, ()), id="straight quotes"),
        pytest.param("“year  end” now..2h", Wanted("year end", NOON, NOON + 2 * HOUR, ()), id="curly quotes"),
        pytest.param("\N{LEFT SINGLE QUOTATION MARK}a\N{RIGHT SINGLE QUOTATION MARK} now..2h", Wanted("a", NOON, NOON + 2 * HOUR, ()), id="single curly quotes"),
        pytest.param('"a” now…2h', Wanted("a", NOON, NOON + 2 * HOUR, ()), id="what a telephone makes of it"),
    ],
)  # fmt: skip
def test_what_is_meant(said: str, expected: Wanted) -> None:
    """Name, beginning, end and environments."""
    assert adding(tuple(said.split()), NOON) == expected


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        pytest.param("", "How is it called?", id="nothing"),
        pytest.param('"year end now..2h', "How is it called?", id="no closing quote"),
        pytest.param('"" now..2h', "How is it called?", id="an empty name"),
        pytest.param('" now..2h', "How is it called?", id="a single quote"),
        pytest.param("x" * 61 + " now..2h", "at most 60 characters", id="a long name"),
        pytest.param("a\u202eb now..2h", "How is it called?", id="a name that turns text about"),
        pytest.param("x", "From when to when?", id="no time"),
        pytest.param("x now", "From when to when?", id="no end"),
        pytest.param("x now..", "is no moment", id="an empty end"),
        pytest.param("x now..later", "“later” is no moment", id="no moment"),
        pytest.param("x soon..2h", "“soon” is no moment", id="no beginning"),
        pytest.param("x now..2026-11-22T00:00", "does not say in which time zone", id="naive end"),
        pytest.param("x 2026-11-22T00:00..2h", "does not say in which time zone", id="naive beginning"),
        pytest.param("x 9999-12-31T00:00Z..366d", "too far away", id="the end of time"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant(said: str, sentence: str) -> None:
    """One sentence about what is wrong."""
    told = adding(tuple(said.split()), NOON)
    assert isinstance(told, str)
    assert sentence in told


@pytest.mark.parametrize(
    ("said", "name", "rest"),
    [
        pytest.param('"a b" c', "a b", ("c",), id="quotes at the words"),
        pytest.param('" a" c', "a", ("c",), id="the first quote alone"),
        pytest.param('"a " c', "a", ("c",), id="the last quote alone"),
        pytest.param('" a " c', "a", ("c",), id="both alone"),
        pytest.param('"" c" d', "", ('c"', "d"), id="nothing between them"),
        pytest.param("a' b", "a'", ("b",), id="a quote at the end is none"),
    ],
)
def test_naming(said: str, name: str, rest: tuple[str, ...]) -> None:
    """A name in quotation marks goes to the next one, wherever that stands."""
    assert naming(tuple(said.split())) == (name, rest)


@given(said=st.lists(st.text(max_size=12), max_size=6))
def test_no_words_break_it(said: list[str]) -> None:
    """Whatever is written, it is a freeze or a sentence."""
    assert adding(tuple(" ".join(said).split()), NOON)
    naming(tuple(said))


def freeze(name: str, begins: timedelta, ends: timedelta, **more: Any) -> Freeze:
    facts = {"name": name, "from_": NOON + begins, "to": NOON + ends, "source": "slack", "by": person("ana")}
    return Freeze(**(facts | more))


def facts(who: Standing, *standing: Freeze) -> FreezeFacts:
    return FreezeFacts(
        now=NOON,
        who=who,
        channel=ChannelId("C0DEPLOYS"),
        channels=frozenset({ChannelId("C0DEPLOYS")}),
        teams=frozenset({TeamId("T0HOME")}),
        freezers={DEV: (PLATFORM,), PROD: (DBA,)},
        standing=standing,
    )


def wanted(begins: timedelta = HOUR, ends: timedelta = 2 * HOUR, *environments: EnvironmentName) -> Wanted:
    return Wanted("new", NOON + begins, NOON + ends, environments)


def codes(ruling: Allow | Deny) -> list[ReasonCode]:
    return [reason.code for reason in ruling.reasons] if isinstance(ruling, Deny) else []


STANDS = [ReasonCode.FREEZE_STANDS]


@pytest.mark.parametrize(
    ("asked", "there", "expected"),
    [
        pytest.param(wanted(), (), [], id="nothing in the way"),
        pytest.param(wanted(-2 * HOUR, -HOUR), (), [ReasonCode.BAD_TIME], id="past"),
        pytest.param(wanted(-HOUR, timedelta()), (), [ReasonCode.BAD_TIME], id="over this very moment"),
        pytest.param(wanted(2 * HOUR, HOUR), (), [ReasonCode.BAD_TIME], id="the end before the beginning"),
        pytest.param(wanted(HOUR, HOUR), (), [ReasonCode.BAD_TIME], id="no time at all"),
        pytest.param(wanted(HOUR, 366 * DAY + HOUR), (), [], id="a year"),
        pytest.param(wanted(HOUR, 366 * DAY + 2 * HOUR), (), [ReasonCode.BAD_TIME], id="longer than a year"),
        pytest.param(wanted(), (freeze("NEW", 9 * HOUR, DAY),), STANDS, id="the same name"),
        pytest.param(wanted(), (freeze("a", HOUR, DAY, source="estate"),), STANDS, id="overlaps with the estate's"),
        pytest.param(wanted(), (freeze("a", 2 * HOUR, DAY),), [], id="right before another"),
        pytest.param(wanted(), (freeze("a", timedelta(), HOUR),), [], id="right after another"),
        pytest.param(wanted(), (freeze("a", HOUR, DAY, source="calendar"),), [], id="a calendar's is no matter"),
        pytest.param(wanted(HOUR, DAY, DEV), (freeze("a", HOUR, DAY, environments=(PROD,)),), [], id="elsewhere"),
        pytest.param(wanted(HOUR, DAY, PROD), (freeze("a", HOUR, DAY, environments=(PROD,)),), STANDS, id="there too"),
        pytest.param(wanted(HOUR, DAY), (freeze("a", HOUR, DAY, environments=(PROD,)),), STANDS, id="everywhere holds there"),
        pytest.param(wanted(HOUR, DAY, EnvironmentName("pord")), (), [ReasonCode.UNKNOWN_ENVIRONMENT], id="no environment"),
    ],
)  # fmt: skip
def test_what_may_stand(
    there: tuple[Freeze, ...], asked: Wanted, expected: list[ReasonCode], make: Callable[..., Standing]
) -> None:
    """A freeze to come, in known environments, beside no other of its name or place."""
    assert codes(add(asked, facts(make("ana", "platform", "dba"), *there))) == expected


@pytest.fixture
def make(standing: Callable[..., Standing]) -> Callable[..., Standing]:
    """Give the maker of standings, under a name that is free here."""
    return standing


@pytest.mark.parametrize(
    ("groups", "environments", "expected"),
    [
        pytest.param(("platform",), (DEV,), [], id="of the right group"),
        pytest.param(("platform",), (DEV, PROD), [ReasonCode.NOT_IN_GROUP], id="of one of two"),
        pytest.param(("platform",), (), [ReasonCode.NOT_IN_GROUP], id="everywhere needs every permission"),
        pytest.param((), (DEV,), [ReasonCode.NOT_IN_GROUP], id="of none"),
    ],
)
def test_who_may_freeze(
    make: Callable[..., Standing],
    groups: tuple[str, ...],
    environments: tuple[EnvironmentName, ...],
    expected: list[ReasonCode],
) -> None:
    """The permission is needed in every environment that is covered, for adding and for lifting."""
    who = make("ben", *groups)
    assert codes(add(wanted(HOUR, DAY, *environments), facts(who))) == expected
    there = freeze("a", HOUR, DAY, environments=environments)
    assert codes(lift("A", facts(who, there))) == expected


def test_what_the_estate_forgot_is_lifted_by_those_who_may_all(make: Callable[..., Standing]) -> None:
    """A freeze of an environment that is gone is nobody's and everybody's."""
    gone = freeze("a", HOUR, DAY, environments=(EnvironmentName("gone"),))
    assert codes(lift("a", facts(make("ben", "platform"), gone))) == [ReasonCode.NOT_IN_GROUP]
    assert codes(lift("a", facts(make("ben", "platform", "dba"), gone))) == []


def test_strangers_and_other_places(make: Callable[..., Standing]) -> None:
    """The account and the channel are looked at, whatever is asked."""
    guest = facts(make("gus", "platform", "dba", guest=True)).model_copy(update={"channel": ChannelId("C0X")})
    both = [ReasonCode.GUEST, ReasonCode.WRONG_CHANNEL]
    assert codes(add(wanted(), guest)) == both
    assert codes(lift("a", guest)) == [*both, ReasonCode.UNKNOWN_FREEZE]


@pytest.mark.parametrize(
    ("name", "there", "sentence"),
    [
        pytest.param("a", (), "none was added from Slack.", id="none at all"),
        pytest.param("yearend", (freeze("year-end", HOUR, DAY),), "did you mean “year-end”?", id="a typo"),
        pytest.param("x", (freeze("year-end", HOUR, DAY),), "known: year-end.", id="another word"),
        pytest.param("yearend", (freeze("year-end", HOUR, DAY, source="estate"),), "none was added from Slack.", id="a typo of what cannot be lifted"),
        pytest.param("a", (freeze("A", HOUR, DAY, source="estate"),), "stands in the estate file", id="the estate's"),
        pytest.param("a", (freeze("a", HOUR, DAY, source="calendar", calendar="ops"),), "in the calendar “ops”", id="a calendar's"),
    ],
)  # fmt: skip
def test_what_cannot_be_lifted(
    make: Callable[..., Standing], name: str, there: tuple[Freeze, ...], sentence: str
) -> None:
    """The nearest right name, or where it comes from."""
    ruling = lift(name, facts(make("ana", "platform", "dba"), *there))
    assert codes(ruling) == [ReasonCode.UNKNOWN_FREEZE]
    assert isinstance(ruling, Deny)
    assert sentence in ruling.reasons[0].text


def test_whoever_asks_for_nothing_needs_no_permission(make: Callable[..., Standing]) -> None:
    """A freeze that is not there is told to everybody, and nobody is refused for it."""
    assert codes(lift("a", facts(make("eve")))) == [ReasonCode.UNKNOWN_FREEZE]


def test_the_reasons_say_which(make: Callable[..., Standing]) -> None:
    """Which freeze is in the way, from where, and in which environments."""
    ruling = add(
        wanted(),
        facts(make("ana", "platform", "dba"), freeze("b", HOUR, DAY, source="estate", environments=(DEV,))),
    )
    assert isinstance(ruling, Deny)
    assert ruling.reasons[0].text == (
        "It would overlap with “b” (in the estate, 2026-11-21 13:00 UTC to 2026-11-22 12:00 UTC) for dev."
    )
    ruling = add(wanted(), facts(make("ana", "platform", "dba"), freeze("New", HOUR, DAY)))
    assert isinstance(ruling, Deny)
    assert ruling.reasons[0].text == (
        "There is a freeze of that name: “New” (from Slack, 2026-11-21 13:00 UTC to 2026-11-22 12:00 UTC)."
    )


def test_the_same_words_twice() -> None:
    """The very same freeze of the same person is there already; another's, or another one, is not the same."""
    there = freeze("New", HOUR, 2 * HOUR)
    assert found("new", (there,)) is there
    assert same(wanted(), person("ana"), (there,))
    assert not same(wanted(), person("ben"), (there,))
    assert not same(wanted(HOUR, DAY), person("ana"), (there,))
    assert not same(wanted(), person("ana"), ())
