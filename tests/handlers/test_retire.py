"""`/interlock retire`: an old colour is given up."""

import pytest

from bot.domain.lease import LeaseEnd
from bot.domain.run import SWITCH_BACK, Outcome, Run, Switching
from bot.journal import NewRun
from handlers.retire import Retire
from tests.fakes import leases
from tests.fakes.town import DEPLOYS, NOON, Town, person
from tests.handlers.conftest import read


@pytest.fixture
async def kept(town: Town, moving: Run) -> Run:
    """Run 1 ended well at noon, and keeps blue for a day."""
    await town.journal.lease(leases.lease(run=moving.id, environment=moving.environment), NOON)
    return await town.journal.end(moving.id, Outcome.DONE, "", None, NOON)


async def test_it_is_given_up(town: Town, kept: Run) -> None:
    """The row says who did that; it is told once, and a second time there is nothing to give up."""
    answer = await Retire(town.desk, {}).answer(town.spoken("/interlock retire", "ben"))
    assert "blue" in read(answer)
    found = await town.journal.leased(kept.id)
    assert found is not None
    assert (found.end, found.ended_by, found.ended_at) == (LeaseEnd.RETIRED, person("ben"), NOON)
    assert town.line.nags == 1
    again = await Retire(town.desk, {}).answer(town.spoken("/interlock retire 1"))
    assert "U0BEN retired it" in read(again)
    assert town.line.nags == 1


@pytest.mark.parametrize(
    ("said", "by", "expected"),
    [
        pytest.param("/interlock retire x", "ben", "Name one run by its number, like 42.", id="no number"),
        pytest.param("/interlock retire 7", "ben", "There is no such run that keeps an old colour.", id="no such run"),
        pytest.param("/interlock retire", "dana", "Only members of platform may retire the old colour", id="somebody who may not"),
    ],
)  # fmt: skip
async def test_it_is_kept(town: Town, kept: Run, said: str, by: str, expected: str) -> None:
    """One private answer, and it is kept."""
    assert expected in read(await Retire(town.desk, {}).answer(town.spoken(said, by)))
    found = await town.journal.leased(kept.id)
    assert found is not None
    assert found.end is None


async def test_while_somebody_goes_back_to_it(town: Town, kept: Run) -> None:
    """Nobody takes it away under their feet."""
    assert kept.switch is not None
    back = NewRun(
        environment=kept.environment,
        by=person("ben"),
        channel=DEPLOYS,
        ref="blue",
        recipe=SWITCH_BACK,
        switch=Switching(colour=kept.switch.colour.other, back=kept.id),
        asked="command:back",
    )
    run = await town.journal.begin(back, NOON)
    answer = await Retire(town.desk, {}).answer(town.spoken("/interlock retire 1"))
    assert f"Run {run.id} is on its way back to blue." in read(answer)
