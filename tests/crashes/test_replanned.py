"""SIGKILL right after a fresh plan took the place of one whose state moved on: the second round goes on as the first did."""

import json
from pathlib import Path

import pytest

from bot.domain.run import Outcome
from tests.crashes.world import PATIENCE, World, world


def _move(place: World, *, another: bool) -> None:
    """Somebody else wrote a state: the same one, or one in which an object is missing."""
    file = place.folder / "prod.tfstate"
    state = json.loads(file.read_text("utf-8"))
    state["serial"] += 1
    if another:
        state["resources"] = [each for each in state["resources"] if each["name"] != "second"]
    file.write_text(json.dumps(state), "utf-8")


@pytest.mark.parametrize("another", [False, True], ids=["the same change", "another change"])
async def test_killed_after_a_fresh_plan(tmp_path: Path, another: bool) -> None:
    """Votes that were carried count, votes that are void are asked for again, and each plan is executed at most once."""
    async with world(tmp_path, "", {"prod": ""}) as place:
        await place.deploy("prod")
        await place.vote()
        assert (await place.ended()).outcome is Outcome.DONE
        await place.deploy("prod", "next")
        first = await place.playground.until(place.card, PATIENCE)
        _move(place, another=another)
        await place.vote()
        await place.recorded("run.replanned")
        await place.kill()
        await place.start()
        if another:
            await place.playground.until(lambda: (place.card() or first).ts != first.ts, PATIENCE)
            await place.vote()
        run = await place.ended()
        assert (run.outcome, await place.wrong()) == (Outcome.DONE, []), run.text
        events = [entry.event for entry in await place.entries()]
        assert events.count("apply.claimed") == 1
        assert events.count("vote.cast") == 1 + another
