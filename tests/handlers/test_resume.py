"""`/interlock resume`: a switch that is held goes on."""

import pytest

from bot.domain.run import Run
from handlers.resume import Resume
from tests.fakes.town import NOON, Town
from tests.handlers.conftest import read


async def test_it_goes_on(town: Town, moving: Run) -> None:
    """Nothing holds it any more, and it hears of that."""
    await town.journal.hold(moving.id, "somebody moved it", None, NOON)
    answer = await Resume(town.desk, {}).answer(town.spoken("/interlock resume", "ben"))
    assert "Run 1 goes on." in read(answer)
    run = await town.journal.run(moving.id)
    assert run is not None
    assert run.held == ""
    assert town.bells.rings == [moving.id]


@pytest.mark.parametrize(
    ("said", "by", "held", "expected"),
    [
        pytest.param("/interlock resume", "ben", False, "Nothing holds run 1.", id="nothing holds it"),
        pytest.param("/interlock resume 1 now", "ben", True, "Name one run by its number, like 42.", id="too many words"),
        pytest.param("/interlock resume 7", "ben", True, "There is no such run to resume.", id="no such run"),
        pytest.param("/interlock resume", "dana", True, "Only members of platform may resume switches in staging.", id="somebody who may not"),
    ],
)  # fmt: skip
async def test_it_stays(town: Town, moving: Run, said: str, by: str, *, held: bool, expected: str) -> None:
    """One private answer, and what held it holds it."""
    if held:
        await town.journal.hold(moving.id, "somebody moved it", None, NOON)
    assert expected in read(await Resume(town.desk, {}).answer(town.spoken(said, by)))
    run = await town.journal.run(moving.id)
    assert run is not None
    assert bool(run.held) is held
    assert town.bells.rings == []
