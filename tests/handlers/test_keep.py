"""`/interlock keep`: an old colour is kept longer."""

from datetime import timedelta

import pytest

from bot.domain.lease import LeaseEnd
from bot.domain.value import RunId
from handlers.keep import Keep
from tests.fakes.leases import HOUR, lease, over
from tests.fakes.town import NOON, Town, person

END = NOON + 24 * HOUR


@pytest.fixture
async def kept(town: Town) -> Town:
    """Run 1 has left blue behind."""
    await over(town.journal, "admin", "store")
    await town.journal.lease(lease(run=RunId(1)), NOON)
    return town


@pytest.mark.parametrize(
    ("said", "run", "longer"),
    [
        pytest.param("/interlock keep 1 2d", None, timedelta(days=2), id="so long"),
        pytest.param("/interlock keep 1", None, timedelta(days=1), id="as long as a fresh one: the button"),
        pytest.param("/interlock keep #1 90m", None, timedelta(minutes=90), id="as people write it"),
        pytest.param("/interlock keep 1h", RunId(1), HOUR, id="in its thread"),
        pytest.param("/interlock keep", None, timedelta(days=1), id="the only one"),
    ],
)
async def test_it_is_kept_longer(kept: Town, said: str, run: RunId | None, longer: timedelta) -> None:
    """From its own end on; the answer says until when, and its message is made anew."""
    answer = await Keep(kept.desk, {}).answer(kept.spoken(said, "ben", run=run))
    assert answer is not None
    assert answer.text == "blue of run 1 is kept longer."
    found = await kept.journal.leased(RunId(1))
    assert found is not None
    assert (found.until, kept.line.nags) == (END + longer, 1)


async def test_the_same_words_again(kept: Town) -> None:
    """Dealt with again after a crash they change nothing."""
    said = kept.spoken("/interlock keep 1 1h")
    for _ in range(2):
        await Keep(kept.desk, {}).answer(said)
    found = await kept.journal.leased(RunId(1))
    assert found is not None
    assert found.until == END + HOUR


@pytest.mark.parametrize(
    ("said", "by", "expected"),
    [
        pytest.param("/interlock keep 1 soon", "ana", "is no length of time", id="no length"),
        pytest.param("/interlock keep 1 5", "ana", "is no length of time", id="no unit"),
        pytest.param("/interlock keep 1 1h 2h", "ana", "Name one run", id="two lengths"),
        pytest.param("/interlock keep 1 14d", "ana", "14 days from now is the most", id="too long"),
        pytest.param("/interlock keep 7", "ana", "There is no such run", id="no such run"),
        pytest.param("/interlock keep 1", "dana", "Only members of platform", id="no member"),
        pytest.param("/interlock keep 1", "gus", "guest", id="a guest"),
    ],
)
async def test_it_is_not(kept: Town, said: str, by: str, expected: str) -> None:
    """What is wrong is said, and nothing changes."""
    answer = await Keep(kept.desk, {}).answer(kept.spoken(said, by))
    assert answer is not None
    assert expected in f"{answer.text} {answer.blocks}"
    found = await kept.journal.leased(RunId(1))
    assert found is not None
    assert found.until == END


async def test_one_that_has_ended(kept: Town) -> None:
    """It comes to life no more."""
    ended = lease(run=RunId(1), ended_at=NOON, end=LeaseEnd.RETIRED, ended_by=person("ben"))
    await kept.journal.end_lease(ended)
    answer = await Keep(kept.desk, {}).answer(kept.spoken("/interlock keep 1"))
    assert answer is not None
    assert "U0BEN retired it" in answer.text


async def test_which_one(kept: Town) -> None:
    """Of two, one must be named."""
    await over(kept.journal, "jobs")
    await kept.journal.lease(lease(run=RunId(2), services=("jobs",)), NOON)
    answer = await Keep(kept.desk, {}).answer(kept.spoken("/interlock keep"))
    assert answer is not None
    assert "Not exactly one run keeps an old colour" in answer.text
