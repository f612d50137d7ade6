"""A real Terraform state that moves between the vote and the apply, and a run that waits for its moment through a kill."""

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from bot.domain.run import Outcome, StepName
from tests.crashes.world import BEN, DEPLOYS, PATIENCE, World, until, world


def move(folder: Path, **changes: Any) -> None:
    """Change the state behind the bot's back, as somebody else's apply would."""
    file = folder / "prod.tfstate"
    state = json.loads(file.read_bytes())
    file.write_text(json.dumps(state | {"serial": state["serial"] + 1} | changes), "utf-8")


async def deployed(place: World) -> None:
    """Bring prod to its first release, so that there is a state."""
    await place.deploy("prod")
    await place.vote()
    assert (await place.ended()).outcome is Outcome.DONE


async def wait_until(place: World, soon: datetime) -> None:
    """Ask for the next release at *soon*, have it approved, and come back when it waits."""
    await place.deploy("prod", f"next --at {soon.isoformat()}")
    await place.vote()
    await at(place, StepName.WINDOW)


async def at(place: World, stage: StepName) -> None:
    async def met() -> bool:
        return (await place.run()).stage is stage

    await until(met)


async def test_the_same_change_from_a_later_state(tmp_path: Path) -> None:
    """The fresh plan would do exactly the same, so it is applied under the votes that there are, and the thread says so."""
    async with world(tmp_path, "", {"prod": ""}) as place:
        await deployed(place)
        await wait_until(place, SystemClock().now() + timedelta(seconds=4))
        before = (await place.run()).digest
        move(tmp_path)
        run = await place.ended()
        assert (run.outcome, await place.wrong()) == (Outcome.DONE, []), run.text
        assert run.digest != before
        assert place.said(DEPLOYS, "would do exactly the same, so the votes stand for it")
        assert place.said(DEPLOYS, "Superseded: plan")


async def test_another_change_from_a_later_state(tmp_path: Path) -> None:
    """What people voted on is not what would happen, so they are asked again, and nothing is applied meanwhile."""
    async with world(tmp_path, "", {"prod": ""}) as place:
        await deployed(place)
        await wait_until(place, SystemClock().now() + timedelta(seconds=4))
        seen = len(place.witness())
        move(tmp_path, resources=[])
        told = await place.playground.until(lambda: place.said(DEPLOYS, "The votes are void"), PATIENCE)
        assert "a fresh plan would do something else" in told[0].text
        await at(place, StepName.APPROVE)
        assert len(place.witness()) == seen
        await place.vote()
        run = await place.ended()
        assert (run.outcome, await place.wrong()) == (Outcome.DONE, []), run.text


async def test_it_waits_through_a_kill(tmp_path: Path, database_url: str) -> None:
    """A bot that is killed while a run waits for its moment applies it then in its next life, once."""
    async with world(tmp_path, database_url, {"prod": ""}) as place:
        soon = SystemClock().now() + timedelta(seconds=6)
        await place.deploy("prod", f"main --at {soon.isoformat()}")
        await place.vote()
        await at(place, StepName.WINDOW)
        await place.kill()
        assert not place.witness()
        await place.start()
        run = await place.ended()
        assert (run.outcome, await place.wrong()) == (Outcome.DONE, []), run.text
        claimed = next(entry.at for entry in await place.entries() if entry.event == "apply.claimed")
        assert claimed >= soon


async def test_a_no_while_it_waits(tmp_path: Path) -> None:
    """Until it begins people may change their minds."""
    async with world(tmp_path, "", {"prod": ""}) as place:
        soon = SystemClock().now() + timedelta(minutes=5)
        await place.deploy("prod", f"main --at {soon.isoformat()}")
        card = await place.playground.until(place.card, PATIENCE)
        await place.vote()
        await at(place, StepName.WINDOW)
        await place.playground.react(BEN, DEPLOYS, card.ts, "x")
        async with asyncio.timeout(PATIENCE):
            run = await place.ended()
        assert run.outcome is Outcome.REJECTED
        assert not place.witness()
