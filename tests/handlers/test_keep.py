"""`/interlock keep`: an old colour is kept for longer."""

from datetime import timedelta

import pytest

from bot.domain.lease import LeaseEnd
from bot.domain.run import Outcome, Run
from handlers.keep import Keep
from tests.fakes import leases
from tests.fakes.town import NOON, Town
from tests.handlers.conftest import read

DAY = timedelta(days=1)


@pytest.fixture
async def kept(town: Town, moving: Run) -> Run:
    """Run 1 ended well at noon, and keeps blue for a day."""
    lease = leases.lease(run=moving.id, environment=moving.environment)
    await town.journal.lease(lease, NOON)
    return await town.journal.end(moving.id, Outcome.DONE, "", None, NOON)


@pytest.mark.parametrize(
    ("words", "longer"),
    [
        pytest.param("", DAY, id="as long again"),
        pytest.param("12h", DAY / 2, id="so much longer"),
        pytest.param("1 12h", DAY / 2, id="of a run"),
        pytest.param("13d", 13 * DAY, id="two weeks in all"),
    ],
)
async def test_it_is_kept(town: Town, kept: Run, words: str, longer: timedelta) -> None:
    """Its end moves, and the old message is told anew."""
    answer = await Keep(town.desk, {}).answer(town.spoken(f"/interlock keep {words}", "ben"))
    found = await town.journal.leased(kept.id)
    assert found is not None
    assert found.until == NOON + DAY + longer
    assert "blue" in read(answer)
    assert town.line.nags == 1


async def test_the_same_words_twice(town: Town, kept: Run) -> None:
    """Dealt with again after a crash, they keep it no longer than once."""
    for _ in range(2):
        await Keep(town.desk, {}).answer(town.spoken("/interlock keep 12h", key="command:1"))
    found = await town.journal.leased(kept.id)
    assert found is not None
    assert found.until == NOON + DAY + DAY / 2


@pytest.mark.parametrize(
    ("said", "by", "expected"),
    [
        pytest.param("/interlock keep 1 soon", "ben", "“soon” is no length of time", id="no length"),
        pytest.param("/interlock keep 7", "ben", "There is no such run that keeps an old colour.", id="no such run"),
        pytest.param("/interlock keep 14d", "ben", "14 days from now is the most.", id="too long"),
        pytest.param("/interlock keep", "dana", "Only members of platform may keep the old colour", id="somebody who may not"),
    ],
)  # fmt: skip
async def test_it_is_not_kept(town: Town, kept: Run, said: str, by: str, expected: str) -> None:
    """One private answer, and its end stays where it is."""
    assert expected in read(await Keep(town.desk, {}).answer(town.spoken(said, by)))
    found = await town.journal.leased(kept.id)
    assert found is not None
    assert found.until == NOON + DAY
    assert town.line.nags == 0


async def test_what_was_given_up(town: Town, kept: Run) -> None:
    """Nobody keeps it any more, by its number or without."""
    lease = await town.journal.leased(kept.id)
    assert lease is not None
    ended = lease.model_copy(update={"ended_at": NOON, "end": LeaseEnd.RETIRED, "ended_by": kept.by})
    await town.journal.end_lease(ended)
    answer = await Keep(town.desk, {}).answer(town.spoken("/interlock keep 1"))
    assert "U0ANA retired it" in read(answer)
    assert "no such run" in read(await Keep(town.desk, {}).answer(town.spoken("/interlock keep")))
