"""`/interlock retire`: an old colour is given up."""

import pytest

from bot.domain.lease import LeaseEnd
from bot.domain.value import RunId
from handlers.retire import Retire
from tests.fakes.leases import begun, lease, over
from tests.fakes.town import NOON, Town, person


@pytest.fixture
async def kept(town: Town) -> Town:
    """Run 1 has left blue behind."""
    await over(town.journal, "admin", "store")
    await town.journal.lease(lease(run=RunId(1)), NOON)
    return town


@pytest.mark.parametrize(
    ("said", "run"),
    [
        pytest.param("/interlock retire 1", None, id="by number: the button"),
        pytest.param("/interlock retire", RunId(1), id="in its thread"),
        pytest.param("/interlock retire", None, id="the only one"),
    ],
)
async def test_it_is_given_up(kept: Town, said: str, run: RunId | None) -> None:
    """The row and the record say who; the second one hears that it is over."""
    command = Retire(kept.desk, {})
    answer = await command.answer(kept.spoken(said, "ben", run=run))
    assert answer is not None
    assert answer.text == "blue of run 1 is kept no more; nothing was destroyed."
    found = await kept.journal.leased(RunId(1))
    assert found is not None
    assert (found.end, found.ended_by, found.ended_at) == (LeaseEnd.RETIRED, person("ben"), NOON)
    assert [(entry.event, entry.actor) for entry in await kept.journal.record()][-1] == (
        "lease.ended",
        "T0HOME/U0BEN",
    )
    again = await command.answer(kept.spoken("/interlock retire 1"))
    assert again is not None
    assert "U0BEN retired it" in again.text


@pytest.mark.parametrize(
    ("said", "by", "expected"),
    [
        pytest.param("/interlock retire 1 2", "ana", "Name one run", id="two numbers"),
        pytest.param("/interlock retire 7", "ana", "There is no such run", id="no such run"),
        pytest.param("/interlock retire 1", "dana", "Only members of platform", id="no member"),
        pytest.param("/interlock retire 1", "sam", "another workspace", id="a stranger"),
    ],
)
async def test_it_is_not(kept: Town, said: str, by: str, expected: str) -> None:
    """What is wrong is said, and nothing ends."""
    answer = await Retire(kept.desk, {}).answer(kept.spoken(said, by))
    assert answer is not None
    assert expected in f"{answer.text} {answer.blocks}"
    found = await kept.journal.leased(RunId(1))
    assert found is not None
    assert found.ended_at is None


async def test_somebody_is_on_the_way_back(kept: Town) -> None:
    """Nobody takes away what is about to be needed."""
    await begun(kept.journal, RunId(1))
    answer = await Retire(kept.desk, {}).answer(kept.spoken("/interlock retire 1"))
    assert answer is not None
    assert "Run 2 is on its way back to blue." in answer.text
