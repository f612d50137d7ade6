"""`/rollback` of switches; that of deploys has a test of its own."""

import pytest

from bot.domain.colour import Colour
from bot.domain.run import SWITCH_BACK, Outcome, Run, Switching
from handlers.rollback import Rollback
from tests.fakes import leases
from tests.fakes.town import INCIDENTS, NOON, Town, person
from tests.handlers.conftest import read


@pytest.fixture
async def kept(town: Town, moving: Run) -> Run:
    """Run 1 ended well at noon, and keeps blue of two services for a day."""
    await town.journal.lease(leases.lease(run=moving.id, environment=moving.environment), NOON)
    return await town.journal.end(moving.id, Outcome.DONE, "", None, NOON)


async def begun(town: Town) -> Run | None:
    runs = await town.journal.open_runs()
    return runs[0] if runs else None


async def test_it_goes_back(town: Town, kept: Run) -> None:
    """By a run of its own, from any channel, of all that is kept; somebody looks at it afterwards."""
    estate = town.desk.estate
    services = [
        {"name": name, "exposure": "internal", "traffic": {"kind": "http", "url": "http://127.0.0.1:9"}}
        for name in ("admin", "store")
    ]
    plain = estate.model_dump(mode="json", by_alias=True, exclude_unset=True)
    plain["environments"]["staging"]["services"] = services
    there = Town(town.journal, type(estate).model_validate(plain))
    said = there.spoken("/rollback staging 1", "ben", INCIDENTS)
    assert await Rollback(there.desk, {}).answer(said) is None
    run = await begun(there)
    assert run is not None
    assert run.switch == Switching(colour=Colour.BLUE, services=("admin", "store"), back=kept.id)
    assert (run.recipe, run.ref, run.by) == (SWITCH_BACK, "blue", person("ben"))
    assert await there.journal.review(run.id) is not None
    assert there.bells.started == [run.id]
    # The same words, dealt with again after a crash, begin nothing new.
    assert await Rollback(there.desk, {}).answer(said) is None
    assert len(await there.journal.open_runs()) == 1


@pytest.mark.parametrize(
    ("said", "by", "expected"),
    [
        pytest.param("/rollback", "ben", "Which environment?", id="nothing"),
        pytest.param("/rollback staging x", "ben", "Name one run by its number, like 42.", id="no number"),
        pytest.param("/rollback stagign", "ben", "did you mean staging?", id="a slip"),
        pytest.param("/rollback staging 7", "ben", "There is no run 7 in staging.", id="no such run"),
        pytest.param("/rollback prod 1", "ben", "There is no run 1 in prod.", id="elsewhere"),
        pytest.param("/rollback staging 1", "sam", "This account belongs to another workspace", id="a stranger"),
        pytest.param("/rollback staging 1", "dana", "Only members of platform may switch traffic in staging.", id="somebody who may not"),
    ],
)  # fmt: skip
async def test_nothing_begins(town: Town, kept: Run, said: str, by: str, expected: str) -> None:
    """One private answer with the reason."""
    assert expected in read(await Rollback(town.desk, {}).answer(town.spoken(said, by)))
    assert await begun(town) is None
    assert not kept.open
