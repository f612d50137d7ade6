"""SIGKILL around the queue and locks: nobody loses their turn, nobody gets two, and what happened is told."""

from pathlib import Path

from bot.domain.run import Outcome
from bot.domain.value import EnvironmentName, RunId
from bot.playground.things import Message
from tests.crashes.world import ANA, DEPLOYS, PATIENCE, World, until, world

PROD = EnvironmentName("prod")


async def _queued(place: World) -> None:
    """Run 1 waits for votes, and run 2 for run 1."""
    await place.deploy("prod")
    await place.playground.until(place.card, PATIENCE)
    await place.deploy("prod", "next")
    await place.playground.until(lambda: place.said(DEPLOYS, "prod: queued, place 1. Run 2"), PATIENCE)


async def _interlock(place: World, words: str) -> None:
    outcome = await place.playground.command(ANA, DEPLOYS, "/interlock", words)
    assert outcome.error is None


def _told(place: World, words: str) -> list[Message]:
    """What everybody in the channel was told."""
    return [message for message in place.said(DEPLOYS, words) if message.only_for is None]


async def _goes_all_the_way(place: World) -> None:
    """The newest run gets its votes and ends well, and nothing was done twice."""
    await place.vote()
    run = await place.ended()
    assert (run.outcome, await place.wrong()) == (Outcome.DONE, []), run.text
    assert await (await place.store()).holder(PROD) is None


async def test_between_an_end_and_the_next_start(tmp_path: Path, database_url: str) -> None:
    """Killed while it waits, and killed as its turn comes: it is started then, and not before."""
    async with world(tmp_path, database_url, {"prod": ""}) as place:
        await _queued(place)
        await place.kill()
        await place.start()
        assert "run.stage" not in {entry.event for entry in await place.entries()}
        place.number = 1
        await place.vote()
        place.number = 2
        await place.recorded("run.taken_up")
        await place.kill()
        await place.start()
        await _goes_all_the_way(place)
        taken = [entry for entry in await place.entries() if entry.event == "run.taken_up"]
        assert len(taken) == 1
        await place.playground.until(lambda: place.said(DEPLOYS, "prod: done. Run 1"), PATIENCE)


async def test_superseded_and_not_told(tmp_path: Path, database_url: str) -> None:
    """The old run's card loses its buttons and says why; the new one goes its way."""
    async with world(tmp_path, database_url, {"prod": ""}) as place:
        await _queued(place)
        await place.deploy("prod", "slow --supersede")
        await place.recorded("run.began")
        await place.kill()
        await place.start()
        await place.playground.until(
            lambda: place.said(DEPLOYS, "prod: superseded. Run 1", "Run 3 took its place."), PATIENCE
        )
        place.number = 1
        await place.ended()
        assert place.card() is None
        place.number = 3
        await place.vote()
        assert (await place.ended()).outcome is Outcome.DONE
        place.number = 2
        await _goes_all_the_way(place)


async def test_taken_out_of_the_queue_and_not_told(tmp_path: Path, database_url: str) -> None:
    """A run that never walked still says how it ended."""
    async with world(tmp_path, database_url, {"prod": ""}) as place:
        await _queued(place)
        await _interlock(place, "cancel 2")
        await place.recorded("run.ended")
        await place.kill()
        await place.start()
        run = await place.ended()
        assert (run.outcome, run.taken_up_at) == (Outcome.CANCELLED, None)
        place.number = 1
        await _goes_all_the_way(place)


async def test_a_lock_that_was_not_told(tmp_path: Path, database_url: str) -> None:
    """It counts, is told once, and lets the others in when it is given back."""
    async with world(tmp_path, database_url, {"prod": ""}) as place:
        await _interlock(place, "lock prod 1h moving house")
        store = await place.store()

        async def recorded() -> bool:
            return "lock.taken" in {entry.event for entry in await store.record()}

        await until(recorded)
        await place.kill()
        await place.start()
        await place.playground.until(lambda: place.said(DEPLOYS, "prod is locked: moving house"), PATIENCE)
        await _interlock(place, "unlock prod")
        await place.playground.until(lambda: _told(place, "prod is not locked any more."), PATIENCE)
        assert [entry.event for entry in await store.record()] == ["lock.taken", "lock.released"]
        assert await store.run(RunId(1)) is None
        await place.deploy("prod")
        await _goes_all_the_way(place)
        assert len(_told(place, "prod is")) == 1
