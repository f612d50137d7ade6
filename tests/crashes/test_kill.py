"""SIGKILL at any moment: the run goes on to its end, or says truthfully that nobody knows; nothing is done twice."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.report import PieceState
from bot.domain.run import Outcome, Run, StepName
from tests.crashes.world import DEPLOYS, ENVIRONMENT, INCIDENTS, PATIENCE, World, twice, world

Reach = Callable[[World], Awaitable[None]]


@dataclass(frozen=True)
class Moment:
    """When the bot is killed, and what must become of the run."""

    #: Walks to the moment; the kill comes right after.
    reach: Reach
    ends: Outcome = Outcome.DONE
    #: Ben has voted before the kill, and need not do it again.
    voted: bool = True
    #: Terraform is killed too.
    both: bool = False


async def _heard(world: World) -> None:
    await world.deploy()


async def _began(world: World) -> None:
    await world.deploy()
    await world.recorded("run.began")


async def _planning(world: World) -> None:
    world.service.delays["state"] = 0.5
    await world.deploy("slow")
    await world.service.asked("state")


async def _planned(world: World) -> None:
    await world.deploy()
    await world.recorded("run.planned")


async def _waiting(world: World) -> None:
    await world.deploy()
    await world.playground.until(world.card, PATIENCE)


async def _acknowledged(world: World) -> None:
    await world.deploy()
    await world.vote()


def _after(event: str) -> Reach:
    async def reach(world: World) -> None:
        await world.deploy()
        await world.vote()
        await world.recorded(event)

    return reach


async def _applying(world: World) -> None:
    await world.deploy()
    await world.vote()
    await world.witnessed("first")


async def _applying_on(world: World) -> None:
    await world.deploy()
    await world.vote()
    await world.witnessed("second")


async def _verifying(world: World) -> None:
    world.service.delays["health"] = 0.5
    await world.deploy()
    await world.vote()
    await world.service.asked("health")


async def _baking(world: World) -> None:
    await world.deploy()
    await world.vote()
    await world.service.asked("metrics")


MOMENTS = {
    "after the command was acknowledged": Moment(_heard, voted=False),
    "right after the run began": Moment(_began, voted=False),
    "while terraform plans": Moment(_planning, voted=False),
    "right after the plan was kept": Moment(_planned, voted=False),
    "while votes are waited for": Moment(_waiting, voted=False),
    "after the vote was acknowledged": Moment(_acknowledged),
    "right after the vote was kept": Moment(_after("vote.cast")),
    "right after the claim": Moment(_after("apply.claimed"), ends=Outcome.UNKNOWN),
    "right after terraform was started": Moment(_after("apply.began"), ends=Outcome.UNKNOWN),
    "in the first object": Moment(_applying, ends=Outcome.UNKNOWN),
    "in the first object, with terraform": Moment(_applying, ends=Outcome.UNKNOWN, both=True),
    "in the second object": Moment(_applying_on, ends=Outcome.UNKNOWN),
    "in the second object, with terraform": Moment(_applying_on, ends=Outcome.UNKNOWN, both=True),
    "right after the apply": Moment(_after("apply.ended")),
    "while a check is asked": Moment(_verifying),
    "during the bake": Moment(_baking),
    "before the end was told": Moment(_after("run.ended")),
}


@pytest.mark.parametrize("moment", [pytest.param(moment, id=name) for name, moment in MOMENTS.items()])
async def test_a_kill(moment: Moment, tmp_path: Path, postgres_url: str) -> None:
    """On both databases at once, which live apart: two cores have that much to give."""
    async with asyncio.TaskGroup() as both:
        for name, database in (("sqlite", ""), ("postgres", postgres_url)):
            folder = tmp_path / name
            folder.mkdir()
            both.create_task(_survives(moment, folder, database), name=name)


async def _survives(moment: Moment, folder: Path, database: str) -> None:
    async with world(folder, database) as place:
        await moment.reach(place)
        await place.kill()
        if moment.both:
            await place.kill_terraform()
        await place.start()
        if not moment.voted:
            await place.vote()
        run = await place.ended()
        assert (run.outcome, await place.truth()) == (moment.ends, [])
        await _told(place, run)
        await _free(place)


async def _told(place: World, run: Run) -> None:
    """Everybody who looks at the thread or the incident channel knows how it ended."""
    report = await (await place.store()).report(run.id, run.began_at)
    outcomes = place.said(DEPLOYS, "prod: ", f"Run {run.id} of")
    assert len(outcomes) >= 2, "the channel's message and the thread's last word"
    assert {message.thread_ts for message in outcomes} >= {None, outcomes[0].ts}
    votes = [entry for entry in await place.entries() if entry.event == "vote.cast"]
    assert [entry.actor for entry in votes] == ["T0HOME/U0BEN"]
    if run.outcome is Outcome.DONE:
        assert all("done" in message.text for message in outcomes)
        assert not place.said(INCIDENTS)
        assert sorted(line.split()[1] for line in place.witness()) == ["first", "second"]
    else:
        alarm = "nobody can say from here how run 1 ended"
        await place.playground.until(lambda: place.said(INCIDENTS, alarm), PATIENCE)
        assert report.apply is not None
        assert report.apply.exit_code is None
        assert report.failed_at is StepName.APPLY
        begun = {
            piece.address.removeprefix("terraform_data.")
            for piece in report.apply.ledger.pieces
            if piece.state is not PieceState.NOT_STARTED
        }
        assert begun == {line.split()[1] for line in place.witness()}


async def _free(place: World) -> None:
    """Nothing holds the environment, and the next deploy goes all the way."""
    assert await (await place.store()).holder(ENVIRONMENT) is None
    await place.deploy("next")
    await place.vote(2)
    run = await place.ended(2)
    assert (run.outcome, await place.truth()) == (Outcome.DONE, [])


async def test_the_checker_sees_a_second_apply(tmp_path: Path) -> None:
    """Without the claim the very same crash does execute a plan twice, and this campaign would have found it."""
    async with world(tmp_path, "") as place:
        await _applying(place)
        await place.kill()
        await place.kill_terraform()
        assert twice(place.witness()) == []
        with sqlite3.connect(tmp_path / "data" / "interlock.db") as connection:
            connection.execute("DELETE FROM claims")
        connection.close()
        await place.start()
        run = await place.ended()
        assert run.outcome is Outcome.DONE
        (wrong,) = await place.truth()
        assert wrong.startswith("executed twice: ")
        assert wrong.endswith(" first")


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param(["t1 first", "t1 second"], [], id="each once"),
        pytest.param(["t1 first", "t2 first"], [], id="two plans"),
        pytest.param(["t1 first", "t1 second", "t1 first"], ["t1 first"], id="one twice"),
    ],
)
def test_what_the_witness_saw(lines: list[str], wrong: list[str]) -> None:
    """A plan's line appears once, or it is named."""
    assert twice(lines) == wrong
