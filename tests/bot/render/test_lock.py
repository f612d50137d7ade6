from typing import Any

import pytest

from bot.domain.lock import Lock
from bot.domain.value import EnvironmentName
from bot.render import lock as render
from tests.fakes.limits import breaches, shown, tokens
from tests.fakes.reports import ANA, BEN, NOON, later


def lock(**differs: Any) -> Lock:
    usual = Lock(
        id=7,
        environment=EnvironmentName("prod"),
        by=ANA,
        reason="moving the database",
        at=NOON,
        until=later(hours=1),
    )
    return usual.model_copy(update=differs)


UNTIL = "<!date^1795266000^{date_short_pretty} {time}|2026-11-21 13:00 UTC>"
AT_NOON = "<!date^1795262400^{date_short_pretty} {time}|2026-11-21 12:00 UTC>"


@pytest.mark.parametrize(
    ("told", "minutes", "lines"),
    [
        pytest.param(
            lock(),
            1,
            [
                f"🔒 *prod* is locked by <@U0ANA> until {UNTIL}: moving the database",
                "Only their runs begin there, and emergencies; `/interlock unlock prod` ends it.",
            ],
            id="locked",
        ),
        pytest.param(
            lock(),
            60,
            ["🔓 *prod* was locked by <@U0ANA>: moving the database", f"The lock ran out {UNTIL}."],
            id="run out",
        ),
        pytest.param(
            lock(ended_at=NOON, ended_by=ANA),
            1,
            [
                "🔓 *prod* was locked by <@U0ANA>: moving the database",
                f"The lock was ended by its holder {AT_NOON}.",
            ],
            id="given back",
        ),
        pytest.param(
            lock(ended_at=NOON, ended_by=BEN, taken_over="fire"),
            1,
            [
                "🔓 *prod* was locked by <@U0ANA>: moving the database",
                f"The lock was taken over by <@U0BEN> {AT_NOON}: fire.",
            ],
            id="taken over",
        ),
    ],
)
def test_the_message_of_a_lock(told: Lock, minutes: int, lines: list[str]) -> None:
    """Who, why, until when; and, once it is over, how it ended."""
    assert shown(render.message(told, later(minutes=minutes))).splitlines() == lines


def test_what_its_holder_hears() -> None:
    """Before the end what can be done about it, and afterwards who ended it."""
    assert shown(render.ends_soon(lock())) == (
        f"⏳ <@U0ANA>, your lock of *prod* ends {UNTIL}. `/interlock lock prod 2h REASON` renews it; "
        "`/interlock unlock prod` lets others in now."
    )
    assert shown(render.ended(lock())) == f"🔓 <@U0ANA>, your lock of *prod* ran out {UNTIL}."
    ended = render.ended(lock(ended_at=NOON, ended_by=BEN))
    assert shown(ended) == f"🔓 <@U0ANA>, your lock of *prod* was ended by <@U0BEN> {AT_NOON}."


@pytest.mark.parametrize(
    ("former", "told"),
    [
        pytest.param(None, False, id="a new one"),
        pytest.param(lock(), False, id="one's own, renewed"),
        pytest.param(lock(by=BEN), True, id="somebody else's"),
    ],
)
def test_the_answer_to_whoever_locks(former: Lock | None, told: bool) -> None:
    """Until when, how to end it, and who is told."""
    answer = shown(render.taken(lock(), former))
    assert answer.startswith(f"🔒 prod is locked for you until {UNTIL}.")
    assert ("<@U0BEN>, whose lock it was, is told." in answer) is told


@pytest.mark.parametrize(
    ("by", "told"), [pytest.param(ANA, False, id="one's own"), pytest.param(BEN, True, id="another's")]
)
def test_the_answer_to_whoever_unlocks(by: Any, told: bool) -> None:
    """Whether somebody is told."""
    answer = shown(render.released(lock(ended_at=NOON, ended_by=by)))
    assert answer == f"🔓 prod is not locked any more.{' <@U0ANA>, whose lock it was, is told.' * told}"


@pytest.mark.parametrize("reason", ["<!channel> *x* `y`", "\u202e\ud800\0", "&" * 500, "<@U0EVE>" * 60])
def test_a_reason_is_never_markup(reason: str) -> None:
    """Whatever people write, wherever it stands."""
    told = lock(reason=reason, ended_at=NOON, ended_by=BEN, taken_over=reason)
    for message in (
        render.message(lock(reason=reason), NOON),
        render.message(told, NOON),
        render.ended(told),
        render.taken(told, None),
    ):
        assert breaches(message) == []
        assert {token for token in tokens(message) if not token.startswith("!date")} <= {"@U0ANA", "@U0BEN"}
