from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lock import Lock
from bot.domain.request import Emergency, Unlock, Wish
from bot.domain.request import Lock as Request
from bot.domain.ruling import ReasonCode
from bot.domain.run import Run
from bot.domain.value import ChannelId, EnvironmentName, GroupName, TeamId
from bot.policy import decide, locks
from bot.policy.facts import RequestFacts, Standing
from tests.bot.policy.conftest import NOON, make_standing, person

PROD = EnvironmentName("prod")
HOUR = timedelta(hours=1)
EMERGENCY = Wish(emergency=Emergency(ticket="INC-1", reason="fire"))


def lock(by: str = "ana", **changes: Any) -> Lock:
    """Make a lock of an hour."""
    facts: dict[str, Any] = {
        "id": 7,
        "environment": PROD,
        "by": person(by),
        "reason": "moving the database",
        "at": NOON,
        "until": NOON + HOUR,
    }
    return Lock(**(facts | changes))


def facts(who: Standing, **changes: Any) -> RequestFacts:
    """Make facts in which those of platform may lock prod."""
    known: dict[str, Any] = {
        "who": who,
        "channel": ChannelId("C0PROD"),
        "channels": {ChannelId("C0PROD")},
        "teams": {TeamId("T0HOME")},
        "environments": {PROD},
        "requesters": (GroupName("platform"),),
    }
    return RequestFacts(**(known | changes))


@pytest.mark.parametrize(
    ("said", "length", "reason"),
    [
        pytest.param("prod moving things", timedelta(hours=8), "moving things", id="no length"),
        pytest.param("prod 90m moving", timedelta(minutes=90), "moving", id="minutes"),
        pytest.param("prod 1m moving", timedelta(minutes=1), "moving", id="the shortest"),
        pytest.param("prod 14d moving", timedelta(days=14), "moving", id="the longest"),
        pytest.param("prod 5xx errors 2h", timedelta(hours=8), "5xx errors 2h", id="a reason with digits"),
        pytest.param("prod 3rd-party outage", timedelta(hours=8), "3rd-party outage", id="a number that counts nothing"),
        pytest.param("prod " + "x" * 500, timedelta(hours=8), "x" * 500, id="a long reason"),
    ],
)  # fmt: skip
def test_what_is_asked(said: str, length: timedelta, reason: str) -> None:
    """The second word is a length where it reads like one; everything else is the reason."""
    assert locks.asked(tuple(said.split())) == Request(environment=PROD, length=length, reason=reason)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("", "Which environment", id="nothing"),
        pytest.param("prod", "Why?", id="no reason"),
        pytest.param("prod 2h", "Why?", id="a length and no reason"),
        pytest.param("prod 0m x", "“0m” is no time for a lock", id="no time at all"),
        pytest.param("prod 59s x", "“59s” is no time for a lock", id="too short"),
        pytest.param("prod 400d x", "“400d” is no time for a lock", id="too long"),
        pytest.param("prod 337h x", "“337h” is no time for a lock", id="an hour too long"),
        pytest.param("prod -2h x", "“-2h” is no time for a lock", id="negative"),
        pytest.param("prod 30 minutes of work", "“30” is no time for a lock", id="no unit"),
        pytest.param("prod 2weeks x", "“2weeks” is no time for a lock", id="another unit"),
        pytest.param("prod 2H x", "“2H” is no time for a lock", id="a great unit"),
        pytest.param("prod " + "9" * 5000 + "d x", "9…” is no time for a lock", id="endless digits"),
        pytest.param("prod --for 2h x", "There is no option --for", id="an option"),
        pytest.param("prod " + "x" * 5000, "5000 characters", id="a novel"),
        pytest.param("prod " + "x" * 501, "501 characters", id="a character too much"),
    ],
)
def test_what_is_not_understood(said: str, expected: str) -> None:
    """One sentence says what is wrong and what would be right."""
    answer = locks.asked(tuple(said.split()))
    assert isinstance(answer, str)
    assert expected in answer
    assert len(answer) < 300


@given(st.lists(st.text(min_size=1), max_size=4))
def test_any_words_are_understood_or_answered(said: list[str]) -> None:
    """Whatever people write: a request within the limits, or one short sentence."""
    answer = locks.asked(tuple(said))
    if isinstance(answer, Request):
        assert locks.SHORTEST <= answer.length <= locks.LONGEST
        assert 0 < len(answer.reason) <= locks.MOST_REASON
    else:
        assert 0 < len(answer) < 300


@pytest.mark.parametrize(
    ("who", "wish", "kept_out"),
    [
        pytest.param("ana", Wish(), False, id="the holder"),
        pytest.param("ben", Wish(), True, id="somebody else"),
        pytest.param("ben", EMERGENCY, False, id="an emergency"),
    ],
)
def test_who_is_kept_out(run: Callable[..., Run], who: str, wish: Wish, kept_out: bool) -> None:
    """Everybody but the holder, and but emergencies; the reason names holder, end and why, in plain words."""
    reasons = locks.before_apply(lock(), run(by=person(who), wish=wish))
    assert [reason.code for reason in reasons] == [ReasonCode.LOCKED] * kept_out
    if kept_out:
        text = "prod is locked by U0ANA until 2026-11-20 13:00 UTC: moving the database"
        assert reasons[0].text == text


def test_no_lock_keeps_nobody_out(run: Callable[..., Run]) -> None:
    """Where there is no lock, there is no reason."""
    assert locks.before_apply(None, run()) == ()
    assert not locks.keeps_out(None, person("ben"), emergency=False)


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        pytest.param("x" * 200, "x" * 200, id="just short enough"),
        pytest.param("x" * 201, "x" * 200 + "…", id="too long"),
        pytest.param("a\x00\u202eb", "a??b", id="characters that nobody sees"),
    ],
)
def test_a_reason_in_a_sentence(run: Callable[..., Run], reason: str, shown: str) -> None:
    """Other people's words are cut, and cannot turn a sentence about."""
    (told,) = locks.before_apply(lock(by="ben", reason=reason), run())
    assert told.text.endswith(f"UTC: {shown}")


@pytest.mark.parametrize(
    ("who", "changes", "expected"),
    [
        pytest.param(make_standing("ben", "platform"), {}, [], id="one who may"),
        pytest.param(make_standing("ben"), {}, [ReasonCode.NOT_IN_GROUP], id="one of no group"),
        pytest.param(make_standing("ben", unknown=("platform",)), {}, [ReasonCode.LOOKUP_FAILED], id="nobody knows"),
        pytest.param(make_standing("gus", guest=True), {}, [ReasonCode.GUEST, ReasonCode.NOT_IN_GROUP], id="a guest"),
        pytest.param(make_standing("ben", "platform"), {"channel": "C0X"}, [ReasonCode.WRONG_CHANNEL], id="elsewhere"),
        pytest.param(make_standing("ben", "platform"), {"environments": {"dev"}}, [ReasonCode.UNKNOWN_ENVIRONMENT], id="nowhere"),
        pytest.param(make_standing("ben", "platform"), {"lock": lock()}, [], id="over somebody else's"),
    ],
)  # fmt: skip
def test_locking(who: Standing, changes: dict[str, Any], expected: list[ReasonCode]) -> None:
    """Whoever has the permission may lock, in the right place, and take over."""
    request = Request(environment=PROD, length=HOUR, reason="x")
    ruling = decide.at_the_door(request, facts(who, **changes))
    assert [reason.code for reason in getattr(ruling, "reasons", ())] == expected


@pytest.mark.parametrize(
    ("who", "changes", "expected"),
    [
        pytest.param(make_standing("ana"), {}, [], id="the holder, of no group any more"),
        pytest.param(make_standing("ben", "platform"), {}, [], id="one who may lock"),
        pytest.param(make_standing("ben"), {}, [ReasonCode.NOT_IN_GROUP], id="one who may not"),
        pytest.param(make_standing("ana", "platform"), {"lock": None}, [ReasonCode.NOT_LOCKED], id="no lock"),
        pytest.param(make_standing("ana"), {"channel": "C0X"}, [ReasonCode.WRONG_CHANNEL], id="elsewhere"),
        pytest.param(make_standing("ana"), {"environments": {"dev"}}, [ReasonCode.UNKNOWN_ENVIRONMENT], id="nowhere"),
        pytest.param(make_standing("ana", deleted=True), {}, [ReasonCode.DEACTIVATED], id="the holder, who has left"),
    ],
)  # fmt: skip
def test_unlocking(who: Standing, changes: dict[str, Any], expected: list[ReasonCode]) -> None:
    """The holder may always give it back, and whoever may lock may end it for them."""
    ruling = decide.at_the_door(Unlock(environment=PROD), facts(who, **({"lock": lock()} | changes)))
    assert [reason.code for reason in getattr(ruling, "reasons", ())] == expected


@pytest.mark.parametrize(
    ("length", "left"),
    [
        pytest.param(timedelta(hours=8), timedelta(minutes=15), id="long"),
        pytest.param(timedelta(minutes=31), timedelta(minutes=15), id="just long enough"),
        pytest.param(timedelta(minutes=10), timedelta(minutes=5), id="short"),
    ],
)
def test_when_the_holder_is_reminded(length: timedelta, left: timedelta) -> None:
    """A quarter of an hour before the end, or half-way through a short lock."""
    assert locks.ends_soon(lock(until=NOON + length)) == NOON + length - left


@pytest.mark.parametrize(
    ("changes", "at", "counts"),
    [
        pytest.param({}, NOON, True, id="from its first moment"),
        pytest.param({}, NOON + HOUR - timedelta(microseconds=1), True, id="to its last"),
        pytest.param({}, NOON + HOUR, False, id="run out"),
        pytest.param({"ended_at": NOON, "ended_by": person("ana")}, NOON, False, id="given back"),
    ],
)
def test_a_lock_counts_by_the_clock(changes: dict[str, Any], at: datetime, counts: bool) -> None:
    """Nobody has to notice its end for it to be over."""
    assert lock(**changes).counts(at) is counts
