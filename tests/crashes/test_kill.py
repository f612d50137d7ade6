"""SIGKILL at any moment: the run goes on to its end, or says truthfully that nobody knows; nothing is done twice."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.report import PieceState
from bot.domain.run import Outcome, StepName
from bot.domain.value import EnvironmentName
from tests.crashes.world import DEPLOYS, INCIDENTS, PATIENCE, World, twice, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

Reach = Callable[[World, str], Awaitable[None]]


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
    #: The length of the bake; empty where there is none.
    bake: str = ""


async def _heard(world: World, environment: str) -> None:
    await world.deploy(environment)


async def _planning(world: World, environment: str) -> None:
    world.service.delays[f"{environment}/state"] = 0.5
    await world.deploy(environment, "slow")
    await world.service.asked(f"{environment}/state")


async def _waiting(world: World, environment: str) -> None:
    await world.deploy(environment)
    await world.playground.until(world.card, PATIENCE)


async def _voted(world: World, environment: str) -> None:
    await world.deploy(environment)
    await world.vote()


def _begun(event: str) -> Reach:
    async def reach(world: World, environment: str) -> None:
        await world.deploy(environment)
        await world.recorded(event)

    return reach


def _approved(event: str) -> Reach:
    async def reach(world: World, environment: str) -> None:
        await _voted(world, environment)
        await world.recorded(event)

    return reach


def _applying(word: str) -> Reach:
    async def reach(world: World, environment: str) -> None:
        await _voted(world, environment)
        await world.witnessed(word)

    return reach


async def _verifying(world: World, environment: str) -> None:
    world.service.delays[f"{environment}/health"] = 0.3
    await _voted(world, environment)
    await world.service.asked(f"{environment}/health")


async def _baking(world: World, environment: str) -> None:
    await _voted(world, environment)
    await world.recorded("bake.began")
    # What goes wrong while the bot is dead is seen by its next life, however long that takes to start.
    world.service.error_rates[f"{environment}/metrics"] = 1.0


MOMENTS = {
    "after the command was acknowledged": Moment(_heard, voted=False),
    "right after the run began": Moment(_begun("run.began"), voted=False),
    "while terraform plans": Moment(_planning, voted=False),
    "right after the plan was kept": Moment(_begun("run.planned"), voted=False),
    "while votes are waited for": Moment(_waiting, voted=False),
    "after the vote was acknowledged": Moment(_voted),
    "right after the vote was kept": Moment(_approved("vote.cast")),
    "right after the claim": Moment(_approved("apply.claimed"), ends=Outcome.UNKNOWN),
    "right after terraform was started": Moment(_approved("apply.began"), ends=Outcome.UNKNOWN),
    "in the first object": Moment(_applying("first"), ends=Outcome.UNKNOWN),
    "in the first object, with terraform": Moment(_applying("first"), ends=Outcome.UNKNOWN, both=True),
    "in the second object": Moment(_applying("second"), ends=Outcome.UNKNOWN),
    "in the second object, with terraform": Moment(_applying("second"), ends=Outcome.UNKNOWN, both=True),
    "right after the apply": Moment(_approved("apply.ended")),
    "while a check is asked": Moment(_verifying),
    "during the bake": Moment(_baking, ends=Outcome.FAILED, bake="5m"),
    "before the end was told": Moment(_approved("run.ended")),
}
#: Each moment has an environment of its own, so that one failure does not look like many.
ENVIRONMENTS = {name.replace(" ", "-").replace(",", ""): moment.bake for name, moment in MOMENTS.items()}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worlds(
    tmp_path_factory: pytest.TempPathFactory, shared_postgres_url: str
) -> AsyncIterator[tuple[World, ...]]:
    """One bot on each kind of database; both live through every kill."""
    async with AsyncExitStack() as stack:
        yield tuple(
            [
                await stack.enter_async_context(world(tmp_path_factory.mktemp(name), database, ENVIRONMENTS))
                for name, database in (("sqlite", ""), ("postgres", shared_postgres_url))
            ]
        )


@pytest.mark.parametrize(
    ("environment", "moment"),
    [
        pytest.param(environment, moment, id=name)
        for environment, (name, moment) in zip(ENVIRONMENTS, MOMENTS.items(), strict=True)
    ],
)
async def test_a_kill(environment: str, moment: Moment, worlds: tuple[World, ...]) -> None:
    """Both bots are killed at that moment and started again; they share nothing but the machine."""
    async with asyncio.TaskGroup() as both:
        for place in worlds:
            both.create_task(_survives(place, environment, moment))


async def _survives(place: World, environment: str, moment: Moment) -> None:
    await moment.reach(place, environment)
    if moment.both:
        await place.noted()
    await place.kill()
    if moment.both:
        await place.kill_terraform()
    await place.start()
    if not moment.voted:
        await place.vote()
    run = await place.ended()
    assert (run.outcome, await place.wrong()) == (moment.ends, []), run.text
    assert await (await place.store()).holder(EnvironmentName(environment)) is None
    await _kept(place)
    await _ENDS[moment.ends](place)


async def _kept(place: World) -> None:
    """What was acknowledged is in the record once, and how it ended is in the thread and above it."""
    entries = await place.entries()
    actors = {event: [entry.actor for entry in entries if entry.event == event] for event in _ONCE}
    assert actors == _ONCE
    (above, *_) = place.said(DEPLOYS, f"{place.environment}: {(await place.run()).outcome}")
    assert above.ts in {message.thread_ts for message in place.last_words()}


_ONCE = {"run.began": ["T0HOME/U0ANA"], "vote.cast": ["T0HOME/U0BEN"], "run.ended": ["interlock"]}


async def _told_good(place: World) -> None:
    assert not place.said(INCIDENTS, place.environment)
    assert sorted(line.split()[1] for line in place.witness()) == ["first", "second"]


async def _told_unknown(place: World) -> None:
    alarm = f"{place.environment}: nobody can say from here how run {place.number} ended"
    await place.playground.until(lambda: place.said(INCIDENTS, alarm), PATIENCE)
    run = await place.run()
    report = await (await place.store()).report(run.id, run.began_at)
    assert report.failed_at is StepName.APPLY
    assert report.apply is not None
    assert report.apply.exit_code is None
    begun = [each for each in report.apply.ledger.pieces if each.state is not PieceState.NOT_STARTED]
    # The ledger says of each object what the witness saw of it.
    assert {each.address for each in begun} == {
        f"terraform_data.{line.split()[1]}" for line in place.witness()
    }


async def _told_bad(place: World) -> None:
    alarm = f"{place.environment}: bake failed"
    await place.playground.until(lambda: place.said(INCIDENTS, alarm, "errors in"), PATIENCE)


_ENDS = {Outcome.DONE: _told_good, Outcome.UNKNOWN: _told_unknown, Outcome.FAILED: _told_bad}


async def test_all_is_free_afterwards(worlds: tuple[World, ...]) -> None:
    """After all these deaths the next deploy goes all the way, also where nobody knew how the last one ended."""
    async with asyncio.TaskGroup() as both:
        for place in worlds:
            both.create_task(_deploy_everywhere(place))


_AGAIN = [
    environment
    for environment, moment in zip(ENVIRONMENTS, MOMENTS.values(), strict=True)
    if moment.ends is Outcome.UNKNOWN
]


async def _deploy_everywhere(place: World) -> None:
    runs = dict(enumerate(_AGAIN, start=place.number + 1))
    for environment in runs.values():
        await place.deploy(environment, "next")
    for place.number in runs:
        await place.vote()
    for place.number, place.environment in runs.items():
        run = await place.ended()
        assert (run.environment, run.outcome) == (place.environment, Outcome.DONE), run.text
        assert await place.wrong() == []


async def test_the_checker_sees_a_second_apply(tmp_path: Path) -> None:
    """Without the claim the very same crash does execute a plan twice, and this campaign would have found it."""
    async with world(tmp_path, "", {"prod": ""}) as place:
        await _applying("first")(place, "prod")
        await place.noted()
        await place.kill()
        await place.kill_terraform()
        assert twice(place.witness()) == []
        with closing(sqlite3.connect(tmp_path / "data" / "interlock.db")) as connection, connection:
            connection.execute("DELETE FROM claims")
        await place.start()
        run = await place.ended()
        assert run.outcome is Outcome.DONE
        (wrong,) = await place.wrong()
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
async def test_what_a_witness_saw(lines: list[str], wrong: list[str]) -> None:
    """A plan's line appears once, or it is named."""
    assert twice(lines) == wrong
