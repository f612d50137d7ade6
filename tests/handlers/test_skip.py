"""`/interlock skip`: in an emergency, evidence is not waited for."""

from datetime import timedelta

import pytest

from bot.domain.estate import Estate
from bot.domain.message import Urgency
from bot.domain.report import BakeReport
from bot.domain.run import Run
from handlers.skip import Skip
from tests.fakes.town import DEPLOYS, ESTATE, INCIDENTS, NOON, Town
from tests.handlers.conftest import read


def urgent() -> Estate:
    """Those of platform may go past everything."""
    plain = ESTATE.model_dump(mode="json", by_alias=True, exclude_unset=True)
    plain["classes"]["emergency"] = {"votes": 0, "ticket": r"INC-\d+"}
    return Estate.model_validate(plain)


@pytest.fixture
async def strict(town: Town) -> Town:
    """A town with a rule for emergencies."""
    return Town(town.journal, urgent())


async def test_it_is_said_aloud(strict: Town, moving: Run) -> None:
    """The step waits no longer, nothing holds the run, and the channel hears who did that, and why."""
    await strict.journal.bake(moving.id, BakeReport(began_at=NOON, until=NOON + timedelta(hours=1)))
    await strict.journal.hold(moving.id, "evidence is missing", None, NOON)
    spoken = strict.spoken("/interlock skip INC-42 the queue is full", "ben", INCIDENTS)
    assert await Skip(strict.desk, {}).answer(spoken) is None
    report = await strict.journal.report(moving.id, NOON)
    assert report.bake is not None
    assert (report.bake.skipped, report.run.held) == (True, "")
    (said,) = strict.said.sayings
    assert (said.channel, said.urgency, said.run) == (DEPLOYS, Urgency.ALERT, moving.id)
    assert "<@U0BEN> lets run 1 go on without evidence" in read(said.message)
    assert strict.bells.rings == [moving.id]


@pytest.mark.parametrize(
    ("said", "by", "expected"),
    [
        pytest.param("/interlock skip 1", "ben", "only in an emergency: name a ticket and a reason", id="no emergency"),
        pytest.param("/interlock skip 1 soon the queue is full", "ben", "“soon” is no ticket here", id="no ticket"),
        pytest.param("/interlock skip 7 INC-42 the queue", "ben", "There is no such run to skip.", id="no such run"),
        pytest.param("/interlock skip 1 INC-42 the queue", "dana", "Only members of platform may skip switches in staging.", id="somebody who may not"),
    ],
)  # fmt: skip
async def test_it_waits(strict: Town, moving: Run, said: str, by: str, expected: str) -> None:
    """One private answer, and nothing is skipped or said aloud."""
    await strict.journal.bake(moving.id, BakeReport(began_at=NOON, until=NOON + timedelta(hours=1)))
    assert expected in read(await Skip(strict.desk, {}).answer(strict.spoken(said, by)))
    report = await strict.journal.report(moving.id, NOON)
    assert report.bake is not None
    assert not report.bake.skipped
    assert (strict.said.sayings, strict.bells.rings) == ([], [])


async def test_an_estate_without_emergencies(town: Town, moving: Run) -> None:
    """There nobody skips anything."""
    spoken = town.spoken("/interlock skip 1 INC-42 the queue is full")
    answer = await Skip(town.desk, {}).answer(spoken)
    assert "The estate has no rule for emergencies in staging." in read(answer)
    assert moving.open
