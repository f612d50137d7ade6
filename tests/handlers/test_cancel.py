"""`/interlock cancel`: a wish in the row, and a ring."""

import pytest

from bot.domain.run import Outcome
from bot.domain.value import EnvironmentName, RunId
from handlers.cancel import Cancel
from handlers.deploy import Deploy
from tests.fakes.town import NOON, Town, person


@pytest.fixture
async def begun(town: Town) -> Town:
    """One run is open, and it is Ana's."""
    await Deploy(town.desk, {}).answer(town.spoken("/deploy staging"))
    return town


@pytest.mark.parametrize(
    ("said", "by", "run"),
    [
        pytest.param("/interlock cancel 1", "ana", None, id="by number"),
        pytest.param("/interlock cancel #1", "ana", None, id="by number, as people write it"),
        pytest.param("/interlock cancel", "ana", None, id="the only one"),
        pytest.param("/interlock cancel", "ben", RunId(1), id="in its thread, by a colleague"),
    ],
)
async def test_a_run_is_asked_to_stop(begun: Town, said: str, by: str, run: RunId | None) -> None:
    """The row keeps who asked, and whoever waits is rung for."""
    answer = await Cancel(begun.desk, {}).answer(begun.spoken(said, by, run=run))
    assert answer is not None
    assert "Run 1 is asked to stop" in answer.text
    stopped = await begun.journal.run(RunId(1))
    assert stopped is not None
    assert stopped.stop_by is not None
    assert begun.bells.rings == [1]


@pytest.mark.parametrize(
    ("said", "by", "expected"),
    [
        pytest.param("/interlock cancel x", "ana", "by its number", id="no number"),
        pytest.param("/interlock cancel 7", "ana", "no such run", id="no such run"),
        pytest.param("/interlock cancel 1", "dana", "Only members of platform", id="no member"),
        pytest.param("/interlock cancel 1", "gus", "guest", id="a guest"),
    ],
)
async def test_nothing_is_stopped(begun: Town, said: str, by: str, expected: str) -> None:
    """What is wrong is said, and the run goes on."""
    answer = await Cancel(begun.desk, {}).answer(begun.spoken(said, by))
    assert answer is not None
    assert expected in f"{answer.text} {answer.blocks}"
    run = await begun.journal.run(RunId(1))
    assert run is not None
    assert run.stop_by is None


async def test_which_one(begun: Town) -> None:
    """With two open runs a number is needed."""
    await Deploy(begun.desk, {}).answer(begun.spoken("/deploy prod"))
    answer = await Cancel(begun.desk, {}).answer(begun.spoken("/interlock cancel"))
    assert answer is not None
    assert "Which run?" in answer.text


async def test_an_ended_run_stays_ended(begun: Town) -> None:
    """There is nothing to stop any more, and that is said."""
    await begun.journal.end(RunId(1), Outcome.DONE, "", None, NOON)
    answer = await Cancel(begun.desk, {}).answer(begun.spoken("/interlock cancel 1"))
    assert answer is not None
    assert "ended already" in answer.text


@pytest.mark.parametrize("by", ["ana", "ben"])
async def test_a_run_leaves_the_queue(begun: Town, by: str) -> None:
    """It ends at once, and those behind it move up."""
    await Deploy(begun.desk, {}).answer(begun.spoken("/deploy staging v2"))
    begun.line.moves.clear()
    answer = await Cancel(begun.desk, {}).answer(begun.spoken("/interlock cancel 2", by))
    assert answer is not None
    assert "Run 2 has left the queue" in answer.text
    run = await begun.journal.run(RunId(2))
    assert run is not None
    assert (run.outcome, run.stop_by) == (Outcome.CANCELLED, person(by))
    assert begun.line.moves == ["staging"]
    assert [each.id for each in await begun.journal.open_runs()] == [1]


async def test_not_everybody_takes_a_run_out(begun: Town) -> None:
    """Only whoever asked for it, and whoever may cancel."""
    await Deploy(begun.desk, {}).answer(begun.spoken("/deploy staging v2"))
    answer = await Cancel(begun.desk, {}).answer(begun.spoken("/interlock cancel 2", "dana"))
    assert answer is not None
    assert "Only members of platform" in answer.text
    assert [each.id for each in await begun.journal.queue(EnvironmentName("staging"))] == [2]
