"""A Postgres that goes away and comes back: whatever was under way waits for it and goes on, and nothing is done twice."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest

from bot.domain.errors import JournalBroken
from bot.domain.run import Outcome
from bot.domain.value import PlanDigest, RunId
from bot.ear.app import NOT_KEPT
from bot.store import Store
from tests.crashes.crossing import crossing
from tests.crashes.world import ANA, DEPLOYS, PATIENCE, World, until, world
from tests.fakes.postgres import Wayward, made_on

How = Literal["fast", "immediate"]


@pytest.fixture
async def wayward() -> AsyncIterator[Wayward]:
    """A Postgres that nobody else needs."""
    # As in `tests.conftest`: a user of its own must reach the folder.
    with tempfile.TemporaryDirectory(prefix="interlock-pg-", ignore_cleanup_errors=True) as folder:
        server = await asyncio.to_thread(Wayward, Path(folder))
        yield server
        await asyncio.to_thread(server.close)


async def _goes(server: Wayward, place: World, how: How) -> None:
    await place.look_away()
    await asyncio.to_thread(server.go, how)


async def _comes_back(server: Wayward, place: World) -> None:
    await asyncio.to_thread(server.come_back)
    # The engine and the rest have waited in different places, for the same thing.
    await until(lambda: _logged(place, "database.back"), 0.1)


async def _logged(place: World, event: str) -> bool:
    return event in place.log()


def _calm(place: World) -> None:
    """Nobody left, and the log has sentences: it may take long, and people read them meanwhile."""
    assert place.lives
    assert "Traceback" not in place.log()


async def _turned_away(place: World) -> None:
    """Somebody who asks for something meanwhile gets one clear sentence."""
    outcome = await place.playground.command(ANA, DEPLOYS, "/interlock", "status")
    assert [message.text for message in outcome.seen] == [NOT_KEPT]


async def test_in_mid_apply(wayward: Wayward, tmp_path: Path) -> None:
    """Terraform ends while nobody can be told; how it ended is kept once somebody can, and others waited as well."""
    with made_on(wayward.url) as url:
        async with world(tmp_path, url, {"prod": "", "waiting": "", "baking": "20s"}) as place:
            await place.deploy("waiting")
            await place.playground.until(place.card, PATIENCE)
            await place.deploy("baking")
            await place.vote()
            await place.recorded("bake.began")
            await place.deploy("prod")
            await place.vote()
            await place.witnessed("first")
            await _goes(wayward, place, "immediate")
            await _turned_away(place)
            await place.witnessed("second")
            # Longer than Terraform still takes, and than a bot that gives up.
            await asyncio.sleep(6)
            assert place.lives, place.log()
            assert "database.away" in place.log()
            await _comes_back(wayward, place)
            run = await place.ended()
            assert (run.outcome, await place.wrong()) == (Outcome.DONE, []), run.text
            place.environment, place.number = "baking", 2
            assert (await place.ended()).outcome is Outcome.DONE
            place.environment, place.number = "waiting", 1
            await place.vote()
            assert (await place.ended()).outcome is Outcome.DONE
            _calm(place)
            await place.look_away()


def _lose_a_claim() -> None:
    """Lose the answer to the first claim on its way: it is kept, and nobody knows."""
    claim = Store.claim

    async def lost(store: Store, run: RunId, digest: PlanDigest, at: datetime) -> bool:
        setattr(Store, claim.__name__, claim)
        assert await claim(store, run, digest, at)
        msg = "away"
        raise JournalBroken(msg)

    setattr(Store, claim.__name__, lost)


async def test_a_claim_without_an_answer(postgres_url: str, tmp_path: Path) -> None:
    """Whoever has begun nothing knows it: this is no apply that broke off."""
    async with world(tmp_path, postgres_url, {"prod": ""}) as place:
        await place.kill()
        place.first = _lose_a_claim
        await place.start()
        await place.deploy("prod")
        await place.vote()
        run = await place.ended()
        assert (run.outcome, await place.wrong()) == (Outcome.DONE, []), run.text
        assert "apply.unclaimed" in {entry.event for entry in await place.entries()}


async def test_in_mid_switch(wayward: Wayward, tmp_path: Path) -> None:
    """A rung is written while its row cannot be; another switch goes back through it; both end where they say."""
    with made_on(wayward.url) as url:
        async with crossing(tmp_path, url, {"prod": 0, "bad": 0}) as place:
            written = place.roads.gate("PUT prod/store", late=True)
            place.roads.bad.add("bad/store")
            back = place.roads.gate("PUT bad/store", after=1)
            for name in ("prod", "bad"):
                await place.switch(name)
            for gate in (written, back):
                await asyncio.wait_for(gate.reached.wait(), 2 * PATIENCE)
            await _goes(wayward, place, "fast")
            place.roads.open()
            await asyncio.sleep(6)
            await _comes_back(wayward, place)
            assert (await place.over("prod")).outcome is Outcome.DONE
            assert (await place.over("bad")).outcome is Outcome.RETURNED
            assert place.faults("prod", new=True) == []
            assert place.faults("bad", new=False) == []
            _calm(place)
            assert await place.intact()
            await place.look_away()
