"""What is said of locks, and that each thing is said once."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.message import Saying
from bot.domain.value import EnvironmentName
from bot.store import Store
from runners.nag import Nag
from tests.fakes.clock import FakeClock
from tests.fakes.town import DEPLOYS, ESTATE, NOON, Line, person

STAGING = EnvironmentName("staging")


class Mouth:
    """A `Voice` that keeps what it says, the newest words under each key."""

    def __init__(self) -> None:
        self.said: dict[str, Saying] = {}

    async def say(self, saying: Saying) -> None:
        self.said[saying.key] = saying


class World:
    """A lock's surroundings."""

    def __init__(self, journal: Store) -> None:
        self.journal, self.clock, self.mouth, self.line = journal, FakeClock(), Mouth(), Line()
        self.nag = Nag(estate=ESTATE, journal=journal, clock=self.clock, voice=self.mouth, turns=self.line)

    async def lock(self, by: str = "ana", reason: str = "moving", minutes: int = 60) -> None:
        """Somebody locks."""
        now = self.clock.now()
        await self.journal.take_lock(STAGING, person(by), reason, now + timedelta(minutes=minutes), now)

    async def told(self) -> dict[str, str]:
        """All that was said by now, by key."""
        for _ in range(2):
            await self.nag()
        return {key: saying.message.text for key, saying in self.mouth.said.items()}


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    store = await Store.open(sqlite_url)
    yield World(store)
    await store.close()


async def test_a_lock_and_its_end(world: World) -> None:
    """There is one; it will end; it has ended: three messages, the first of them edited, and the queue moves."""
    await world.lock()
    assert await world.told() == {"lock:1": "staging is locked: moving"}
    assert {saying.channel for saying in world.mouth.said.values()} == {DEPLOYS}
    await world.clock.advance(45 * 60 - 1)
    assert list(await world.told()) == ["lock:1"]
    await world.clock.advance(1)
    soon = f"lock:1:soon:{int((NOON + timedelta(hours=1)).timestamp())}"
    assert (await world.told())[soon] == "The lock of staging ends soon."
    assert not world.line.moves
    await world.clock.advance(15 * 60)
    assert await world.told() == {
        "lock:1": "staging is not locked any more.",
        soon: "The lock of staging ends soon.",
        "lock:1:ended": "The lock of staging has ended.",
    }
    assert world.line.moves == [STAGING]
    assert not await world.journal.unsettled_locks()


async def test_a_lock_that_is_renewed_ends_anew(world: World) -> None:
    """The holder is reminded of the new end too."""
    await world.lock()
    await world.clock.advance(50 * 60)
    await world.told()
    await world.lock()
    assert len(await world.told()) == 2
    await world.clock.advance(50 * 60)
    assert len([key for key in await world.told() if ":soon:" in key]) == 2


async def test_who_gives_back_their_own_is_not_told(world: World) -> None:
    """They know; the message in the channel says so to the others."""
    await world.lock()
    await world.told()
    await world.journal.release_lock(STAGING, person("ana"), NOON)
    assert await world.told() == {"lock:1": "staging is not locked any more."}


@pytest.mark.parametrize("taken", [True, False], ids=["taken over", "ended"])
async def test_somebody_else_ends_it(world: World, taken: bool) -> None:
    """Its holder is told by whom, in a message that mentions them."""
    await world.lock()
    if taken:
        await world.lock("ben", "fire")
    else:
        await world.journal.release_lock(STAGING, person("ben"), NOON)
    told = await world.told()
    assert list(told) == ["lock:1", "lock:1:ended", *(["lock:2"] if taken else [])]
    words = str(world.mouth.said["lock:1:ended"].message.blocks)
    assert "<@U0ANA>, your lock of *staging* was " in words
    assert "<@U0BEN>" in words
    assert (": fire" in words) is taken


async def test_a_crash_before_anything_was_told(world: World) -> None:
    """Whatever happened meanwhile, the next life says what is still to be said."""
    await world.lock()
    await world.clock.advance(2 * 3600)
    assert list(await world.told()) == ["lock:1", "lock:1:ended"]


async def test_an_environment_that_the_estate_has_lost(world: World) -> None:
    """Its lock still ends, where everything is announced."""
    now = world.clock.now()
    await world.journal.take_lock(EnvironmentName("gone"), person("ana"), "x", now + timedelta(hours=1), now)
    assert list(await world.told()) == ["lock:1"]
    assert world.mouth.said["lock:1"].channel == DEPLOYS
