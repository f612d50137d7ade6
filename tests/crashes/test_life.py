"""What is no crash: an end in good order, a second process, and a Slack that is away for a while."""

import asyncio
import signal
from pathlib import Path

from bot.domain.run import Outcome
from tests.crashes.world import DEPLOYS, PATIENCE, World, world


async def test_an_end_in_good_order(tmp_path: Path, database_url: str) -> None:
    """An apply is waited for and known, a wait for votes is not waited for; the next life goes on with both."""
    async with world(tmp_path, database_url, {"prod": ""}) as place:
        await place.deploy("prod")
        await place.playground.until(place.card, PATIENCE)
        assert await place.send(signal.SIGTERM) == 0
        await place.start()
        await place.vote()
        await place.witnessed("first")
        assert await place.send(signal.SIGTERM) == 0
        (end,) = [entry for entry in await place.entries() if entry.event == "apply.ended"]
        assert end.data["exit_code"] == 0
        assert end.data["complete"] is True
        await place.start()
        run = await place.ended()
        assert (run.outcome, await place.wrong()) == (Outcome.DONE, []), run.text
        assert "Traceback" not in place.log()


async def test_a_second_process(tmp_path: Path, database_url: str) -> None:
    """It says in one sentence that there is another, ends with 1, and the first one never notices."""
    async with world(tmp_path, database_url, {"prod": ""}) as place:
        second = place.spawn()
        async with asyncio.timeout(PATIENCE):
            assert await second.wait() == 1
        said = [line for line in place.log().splitlines() if line.startswith("interlock: ")]
        assert len(said) == 1
        assert "already works as bot on this database; stop it first" in said[0]
        assert "Traceback" not in place.log()
        await place.deploy("prod")
        await place.vote()
        run = await place.ended()
        assert (run.outcome, await place.wrong()) == (Outcome.DONE, []), run.text


async def test_slack_is_away_for_a_while(tmp_path: Path) -> None:
    """The run goes on without it; afterwards everything is told, in its order, and the bot hears again."""
    async with world(tmp_path, "", {"prod": ""}) as place:
        await place.deploy("prod")
        await place.vote()
        await place.witnessed("first")
        await place.slack_leaves()
        await place.recorded("run.ended")
        assert (await place.run()).outcome is Outcome.DONE
        await place.slack_returns()
        await place.ended()
        thread = [message.text for message in place.said(DEPLOYS) if message.thread_ts and message.text]
        told = ["Plan for prod, run 1", "Run 1: applied", "Run 1, verify: 1 passed", "prod: done. Run 1"]
        assert [next(part for part in told if text.startswith(part)) for text in thread] == told
        async with asyncio.timeout(PATIENCE):
            await place.playground.socket.open()
        await place.deploy("prod", "next")
        await place.vote()
        run = await place.ended()
        assert (run.outcome, await place.wrong()) == (Outcome.DONE, []), run.text


async def test_a_picture_that_was_still_to_be_drawn(tmp_path: Path) -> None:
    """A bot that leaves does not draw to the end; the next one does, though the run is over, and does it once."""
    async with world(tmp_path, "", {"prod": "300ms"}) as place:
        await place.deploy("prod")
        await place.vote()
        run = await place.ended()
        assert run.outcome is Outcome.DONE, run.text
        place.pictures = True
        for _ in range(2):
            assert await place.send(signal.SIGTERM) == 0
            await place.start()
            await place.playground.until(lambda: _pictures(place), PATIENCE)
        assert _pictures(place) == ["bake-1-0.png"]


def _pictures(place: World) -> list[str]:
    files = [file for message in place.said(DEPLOYS) for file in message.files]
    return [file.name for file in files if file.mimetype == "image/png"]
