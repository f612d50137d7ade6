"""`/interlock hold`: a switch stays where it is."""

import pytest

from bot.domain.run import Run
from handlers.hold import Hold
from tests.fakes.town import INCIDENTS, Town
from tests.handlers.conftest import read


@pytest.mark.parametrize(
    "words", ["", "1", "#1"], ids=["the only one", "by its number", "as people write it"]
)
async def test_it_stays(town: Town, moving: Run, words: str) -> None:
    """The row says who holds it, and the run hears of it at once; from any channel."""
    answer = await Hold(town.desk, {}).answer(town.spoken(f"/interlock hold {words}", "ben", INCIDENTS))
    assert "makes no further move" in read(answer)
    run = await town.journal.run(moving.id)
    assert run is not None
    assert run.held == "U0BEN holds it."
    assert town.bells.rings == [moving.id]


async def test_in_its_thread(town: Town, moving: Run) -> None:
    """There nobody needs to name it."""
    await Hold(town.desk, {}).answer(town.spoken("/interlock hold", run=moving.id))
    assert town.bells.rings == [moving.id]


@pytest.mark.parametrize(
    ("said", "by", "expected"),
    [
        pytest.param("/interlock hold x", "ben", "Name one run by its number, like 42.", id="no number"),
        pytest.param("/interlock hold 7", "ben", "There is no such run to hold.", id="no such run"),
        pytest.param("/interlock hold 1", "dana", "Only members of platform may hold switches in staging.", id="somebody who may not"),
        pytest.param("/interlock hold 1", "sam", "This account belongs to another workspace", id="a stranger"),
    ],
)  # fmt: skip
async def test_it_goes_on(town: Town, moving: Run, said: str, by: str, expected: str) -> None:
    """One private answer, and nothing is held."""
    assert expected in read(await Hold(town.desk, {}).answer(town.spoken(said, by)))
    run = await town.journal.run(moving.id)
    assert run is not None
    assert run.held == ""
    assert town.bells.rings == []


async def test_twice(town: Town, moving: Run) -> None:
    """The second hears that it is held already, and whose hold it is stays."""
    for by, expected in (("ana", "makes no further move"), ("ben", "is held already")):
        answer = await Hold(town.desk, {}).answer(town.spoken("/interlock hold 1", by))
        assert expected in read(answer)
    run = await town.journal.run(moving.id)
    assert run is not None
    assert run.held == "U0ANA holds it."
