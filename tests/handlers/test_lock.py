"""`/interlock lock`: who may, for how long, and what everybody hears."""

from datetime import timedelta

import pytest

from bot.domain.value import EnvironmentName
from handlers.lock import Lock
from tests.fakes.town import DEPLOYS, INCIDENTS, NOON, Town, person

STAGING = EnvironmentName("staging")


@pytest.mark.parametrize(
    ("said", "channel", "until"),
    [
        pytest.param("/interlock lock staging moving things", DEPLOYS, timedelta(hours=8), id="as usual"),
        pytest.param("/interlock lock staging 30m moving things", DEPLOYS, timedelta(minutes=30), id="short"),
        pytest.param("/interlock lock staging moving things", INCIDENTS, timedelta(hours=8), id="in an incident"),
    ],
)  # fmt: skip
async def test_an_environment_is_locked(town: Town, said: str, channel: str, until: timedelta) -> None:
    """The row says who, why and until when; queue and channel hear of it; the answer says how to end it."""
    answer = await Lock(town.desk, {}).answer(town.spoken(said, channel=channel))
    assert answer is not None
    assert answer.text == "staging is locked for you."
    assert "`/interlock unlock staging` ends it" in str(answer.blocks)
    lock = await town.journal.lock(STAGING, NOON)
    assert lock is not None
    assert (lock.by, lock.reason, lock.until) == (person("ana"), "moving things", NOON + until)
    assert (town.line.moves, town.line.nags) == ([STAGING], 1)


async def test_the_same_words_again(town: Town) -> None:
    """Dealt with again after a crash they change nothing."""
    said = town.spoken("/interlock lock staging 1h moving")
    for _ in range(2):
        await Lock(town.desk, {}).answer(said)
    assert len(await town.journal.unsettled_locks()) == 1
    assert [entry.event for entry in await town.journal.record()] == ["lock.taken"]


async def test_a_lock_is_taken_over(town: Town) -> None:
    """Whoever takes it hears that the former holder is told."""
    await Lock(town.desk, {}).answer(town.spoken("/interlock lock staging moving"))
    answer = await Lock(town.desk, {}).answer(town.spoken("/interlock lock staging fire", "ben"))
    assert answer is not None
    assert "<@U0ANA>, whose lock it was, is told" in str(answer.blocks)
    lock = await town.journal.lock(STAGING, NOON)
    assert lock is not None
    assert lock.by == person("ben")


@pytest.mark.parametrize(
    ("said", "by", "channel", "expected"),
    [
        pytest.param("/interlock lock", "ana", DEPLOYS, "Which environment", id="empty"),
        pytest.param("/interlock lock stagin x", "ana", DEPLOYS, "did you mean staging?", id="a typo"),
        pytest.param("/interlock lock staging", "ana", DEPLOYS, "Why?", id="no reason"),
        pytest.param("/interlock lock staging 2h", "ana", DEPLOYS, "Why?", id="a length and no reason"),
        pytest.param("/interlock lock staging 0h x", "ana", DEPLOYS, "no time for a lock", id="no time at all"),
        pytest.param("/interlock lock staging 400d x", "ana", DEPLOYS, "no time for a lock", id="for ever"),
        pytest.param("/interlock lock staging " + "x" * 5000, "ana", DEPLOYS, "5000 characters", id="a novel"),
        pytest.param("/interlock lock staging x", "dana", DEPLOYS, "Only members of platform may lock", id="no member"),
        pytest.param("/interlock lock staging x", "gus", DEPLOYS, "guest", id="a guest"),
        pytest.param("/interlock lock staging x", "sam", DEPLOYS, "workspace", id="a stranger"),
        pytest.param("/interlock lock staging x", "ana", "C0RANDOM", "channel", id="another channel"),
    ],
)  # fmt: skip
async def test_nothing_is_locked(town: Town, said: str, by: str, channel: str, expected: str) -> None:
    """One clear sentence, and nothing is done."""
    answer = await Lock(town.desk, {}).answer(town.spoken(said, by, channel))
    assert answer is not None
    assert expected in f"{answer.text} {answer.blocks}"
    assert not await town.journal.unsettled_locks()
    assert not await town.journal.record()
    assert (town.line.moves, town.line.nags) == ([], 0)


async def test_a_failed_look_up_refuses(town: Town) -> None:
    """Whoever cannot be looked up may not."""
    town.book.answers = False
    answer = await Lock(town.desk, {}).answer(town.spoken("/interlock lock staging x"))
    assert answer is not None
    assert "Slack could not say who" in answer.text
    assert not await town.journal.unsettled_locks()
