"""`/interlock unlock`: by the holder, or by others for them."""

from datetime import datetime, timedelta

import pytest

from bot.domain.lock import Lock
from bot.domain.person import Person
from bot.domain.value import EnvironmentName
from bot.store import Store
from handlers.unlock import Unlock
from tests.fakes.town import DEPLOYS, NOON, Town, person

STAGING = EnvironmentName("staging")


@pytest.fixture
async def locked(town: Town) -> Town:
    """Dana, who may not lock any more, keeps staging."""
    await town.journal.take_lock(STAGING, person("dana"), "moving", NOON + timedelta(hours=1), NOON)
    return town


@pytest.mark.parametrize(
    ("by", "told"),
    [pytest.param("dana", False, id="the holder"), pytest.param("ben", True, id="one who may lock")],
)
async def test_a_lock_ends(locked: Town, by: str, told: bool) -> None:
    """Queue and channel hear of it; whoever ends somebody else's hears that they are told."""
    answer = await Unlock(locked.desk, {}).answer(locked.spoken("/interlock unlock staging", by))
    assert answer is not None
    assert answer.text == "staging is not locked any more."
    assert ("<@U0DANA>, whose lock it was, is told" in str(answer.blocks)) is told
    assert await locked.journal.lock(STAGING, NOON) is None
    assert (locked.line.moves, locked.line.nags) == ([STAGING], 1)


@pytest.mark.parametrize(
    ("said", "by", "channel", "expected"),
    [
        pytest.param("/interlock unlock", "ana", DEPLOYS, "Name the one environment", id="empty"),
        pytest.param("/interlock unlock staging prod", "ana", DEPLOYS, "Name the one environment", id="two"),
        pytest.param("/interlock unlock stagin", "ana", DEPLOYS, "did you mean staging?", id="a typo"),
        pytest.param("/interlock unlock prod", "ana", DEPLOYS, "prod is not locked.", id="no lock"),
        pytest.param("/interlock unlock staging", "eve", DEPLOYS, "Only members of platform may end", id="no member"),
        pytest.param("/interlock unlock staging", "gus", DEPLOYS, "guest", id="a guest"),
        pytest.param("/interlock unlock staging", "ana", "C0RANDOM", "channel", id="another channel"),
    ],
)  # fmt: skip
async def test_nothing_ends(locked: Town, said: str, by: str, channel: str, expected: str) -> None:
    """One clear sentence, and the lock stays."""
    answer = await Unlock(locked.desk, {}).answer(locked.spoken(said, by, channel))
    assert answer is not None
    assert expected in f"{answer.text} {answer.blocks}"
    assert await locked.journal.lock(STAGING, NOON) is not None
    assert (locked.line.moves, locked.line.nags) == ([], 0)


class Quick(Store):
    """A store in which somebody else is quicker."""

    async def release_lock(self, environment: EnvironmentName, by: Person, at: datetime) -> Lock | None:
        """Find it ended."""
        await super().release_lock(environment, person("dana"), at)
        return await super().release_lock(environment, by, at)


async def test_somebody_was_quicker(sqlite_url: str) -> None:
    """There is nothing to end any more, and that is said."""
    store = await Quick.open(sqlite_url)
    await store.take_lock(STAGING, person("dana"), "moving", NOON + timedelta(hours=1), NOON)
    town = Town(store)
    answer = await Unlock(town.desk, {}).answer(town.spoken("/interlock unlock staging"))
    assert answer is not None
    assert "staging is not locked any more" in answer.text
    assert town.line.nags == 0
    await store.close()
