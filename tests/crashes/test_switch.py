"""SIGKILL on every rung of a switch: all traffic ends on the new colour or on the old one, as the outcome says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.domain.run import Outcome
from bot.domain.value import EnvironmentName
from tests.crashes.crossing import Crossing, crossing
from tests.crashes.world import INCIDENTS, PATIENCE

pytestmark = pytest.mark.asyncio(loop_scope="module")

Reach = Callable[[Crossing, str], Awaitable[None]]


async def _nothing(_: Crossing, __: str) -> None:
    """Let it be."""


@dataclass(frozen=True)
class Moment:
    """When the bot is killed, and what must become of the traffic."""

    #: Walks to the moment, and stays there until the kill.
    reach: Reach
    #: What happens in the world while the bot is dead.
    meanwhile: Reach = _nothing
    #: What people do when it lives again.
    then: Reach = _nothing
    ends: Outcome = Outcome.DONE

    @property
    def votes(self) -> int:
        """Where nobody votes, nobody is asked to."""
        return int(self.then is _vote)


async def _vote(place: Crossing, name: str) -> None:
    await place.approve(name)


def _stopped(asked: str, *, after: int = 0, late: bool = False, bad: str = "") -> Reach:
    async def reach(place: Crossing, name: str) -> None:
        method, _, service = asked.partition(" ")
        gate = place.roads.gate(f"{method} {name}/{service}", after=after, late=late)
        if bad:
            place.roads.bad.add(f"{name}/{bad}")
        await place.switch(name)
        await asyncio.wait_for(gate.reached.wait(), 2 * PATIENCE)

    return reach


def _baking(service: str, rung: int) -> Reach:
    """Nobody comes to *service*, so that its bake does not end."""

    async def reach(place: Crossing, name: str) -> None:
        place.roads.quiet.add(f"{name}/{service}")
        await place.switch(name)
        if rung == 3:
            await place.baking(name, 2)
            place.roads.quiet.clear()
            await place.baking(name, 3)
        await place.baking(name, rung)

    return reach


def _customers(service: str, *, bad: bool = False) -> Reach:
    async def meanwhile(place: Crossing, name: str) -> None:
        place.roads.quiet.discard(f"{name}/{service}")
        if bad:
            place.roads.bad.add(f"{name}/{service}")

    return meanwhile


def _heard(event: str) -> Reach:
    async def reach(place: Crossing, name: str) -> None:
        await place.switch(name)
        await place.heard(name, event)

    return reach


async def _voting(place: Crossing, name: str) -> None:
    await place.switch(name)
    await place.playground.until(lambda: place._card(name), PATIENCE)


async def _held(place: Crossing, name: str) -> None:
    await _baking("store", 2)(place, name)
    await place.say("hold", name)
    await place.heard(name, "run.held")


async def _resumed(place: Crossing, name: str) -> None:
    place.roads.quiet.discard(f"{name}/store")
    await place.say("resume", name)


async def _cancelled(place: Crossing, name: str) -> None:
    await _baking("store", 2)(place, name)
    await place.say("cancel", name)


_BACK = Outcome.RETURNED
MOMENTS = {
    "while it looks where traffic goes": Moment(_stopped("GET jobs"), then=_vote),
    "while votes are waited for": Moment(_voting, then=_vote),
    "while the law looks for the last time": Moment(_stopped("GET jobs", after=1)),
    "between the row and the first write": Moment(_stopped("GET jobs", after=2)),
    "before the first write": Moment(_stopped("PUT jobs")),
    "after the first write": Moment(_stopped("PUT jobs", late=True)),
    "in the bake of the jobs": Moment(_baking("jobs", 0), _customers("jobs")),
    "in the bake of the admin": Moment(_baking("admin", 1), _customers("admin")),
    "before the first rung": Moment(_stopped("PUT store")),
    "after the first rung": Moment(_stopped("PUT store", late=True)),
    "in the bake of the first rung": Moment(_baking("store", 2), _customers("store")),
    "in a bake that is bad when it lives again": Moment(
        _baking("store", 2), _customers("store", bad=True), ends=_BACK
    ),
    "in the first bake, bad when it lives again": Moment(
        _baking("jobs", 0), _customers("jobs", bad=True), ends=_BACK
    ),
    "before the last rung": Moment(_stopped("PUT store", after=1)),
    "after the last rung": Moment(_stopped("PUT store", after=1, late=True)),
    "while it is held": Moment(_held, then=_resumed),
    "while it is held, and then it is bad": Moment(_held, _customers("store", bad=True), ends=_BACK),
    "after somebody wants it back": Moment(_cancelled, ends=Outcome.CANCELLED),
    "before the store is put back": Moment(_stopped("PUT store", after=1, bad="store"), ends=_BACK),
    "after the store was put back": Moment(
        _stopped("PUT store", after=1, late=True, bad="store"), ends=_BACK
    ),
    "before the admin is put back": Moment(_stopped("PUT admin", after=1, bad="store"), ends=_BACK),
    "after the jobs were put back": Moment(_stopped("PUT jobs", after=1, late=True, bad="store"), ends=_BACK),
    "while the old colour is verified": Moment(_stopped("GET jobs", after=4, bad="admin"), ends=_BACK),
    "when the old colour is kept": Moment(_heard("lease.began")),
    "when it has ended": Moment(_heard("run.ended")),
}
#: Those in which rows are between two states.
_ON_BOTH = {
    "between the row and the first write",
    "after the first write",
    "after the first rung",
    "in a bake that is bad when it lives again",
    "while it is held",
    "after the store was put back",
    "when the old colour is kept",
}
#: Moments of one death: more at once, and the machine is too slow for Slack.
_AT_ONCE = 7
NAMES = {f"e{number}": name for number, name in enumerate(MOMENTS)}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def places(
    tmp_path_factory: pytest.TempPathFactory, shared_postgres_url: str
) -> AsyncIterator[tuple[Crossing, ...]]:
    """One bot on each kind of database, brought to some moments at once, killed there, and started again, until all had their turn."""
    votes = {name: MOMENTS[moment].votes for name, moment in NAMES.items()}
    async with AsyncExitStack() as stack:
        made = tuple(
            [
                await stack.enter_async_context(crossing(tmp_path_factory.mktemp(name), database, votes))
                for name, database in (("sqlite", ""), ("postgres", shared_postgres_url))
            ]
        )
        some = [name for name, moment in NAMES.items() if moment in _ON_BOTH]
        async with asyncio.TaskGroup() as group:
            for place, names in zip(made, (list(NAMES), some), strict=True):
                group.create_task(_die_and_live(place, names))
        yield made


async def _die_and_live(place: Crossing, all_names: list[str]) -> None:
    for first in range(0, len(all_names), _AT_ONCE):
        names = all_names[first : first + _AT_ONCE]
        await _everywhere(place, "reach", names)
        await place.kill()
        place.roads.open()
        await _everywhere(place, "meanwhile", names)
        await place.start()
        await _everywhere(place, "then", names)
        for name in names:
            await _named(place.over(name), NAMES[name])


async def _everywhere(place: Crossing, what: str, names: list[str]) -> None:
    async with asyncio.TaskGroup() as group:
        for name in names:
            act: Reach = getattr(MOMENTS[NAMES[name]], what)
            group.create_task(_named(act(place, name), NAMES[name]))


async def _named(act: Awaitable[object], moment: str) -> None:
    try:
        await act
    except TimeoutError as error:
        raise AssertionError(moment) from error


@pytest.mark.parametrize("name", [pytest.param(name, id=moment) for name, moment in NAMES.items()])
async def test_a_kill(name: str, places: tuple[Crossing, ...]) -> None:
    """From outside: nothing was written that nobody approved, nothing twice, and all stands where the outcome says."""
    for place in (place for place in places if name in place.runs):
        run = await place.over(name)
        assert run.outcome is MOMENTS[NAMES[name]].ends, run.text
        assert place.faults(name, new=run.outcome is Outcome.DONE) == []
        assert await (await place.store()).holder(EnvironmentName(name)) is None
        kept = await (await place.store()).leased(run.id)
        assert (kept is not None) is (run.outcome is Outcome.DONE)


async def test_the_record_is_whole(places: tuple[Crossing, ...]) -> None:
    """After all these deaths the chain holds, and what went back was alarmed of."""
    back = [name for name, moment in NAMES.items() if MOMENTS[moment].ends is _BACK]
    for place in places:
        assert await place.intact()
        for name in filter(place.runs.get, back):
            assert place.said(INCIDENTS, f"{name} goes back to blue"), name
