"""A switch that ended well is taken back: seen from outside, on a real bot, through a kill, an ill old colour, and silence."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.domain.lease import LeaseEnd
from bot.domain.run import Outcome, Run
from bot.domain.value import EnvironmentName
from tests.crashes.crossing import Crossing, crossing
from tests.crashes.world import ANA, DEPLOYS, INCIDENTS, PATIENCE, until
from tests.fakes.crossroads import NEW, OLD

pytestmark = pytest.mark.asyncio(loop_scope="module")

BACK = [("store", OLD), ("admin", OLD), ("jobs", OLD)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Crossing]:
    """One bot, and green everywhere."""
    folder = tmp_path_factory.mktemp("back")
    names = dict.fromkeys(("well", "killed", "silent", "ill"), 0)
    async with crossing(folder, "", names, extend="6s") as made:
        await asyncio.gather(*(made.switch(name) for name in names))
        for name in names:
            assert (await made.over(name)).outcome is Outcome.DONE
        yield made


async def rollback(place: Crossing, name: str) -> None:
    """Ana says `/rollback`; come back when there is a run."""
    before, store = place.runs[name], await place.store()
    assert (await place.playground.command(ANA, DEPLOYS, "/rollback", name)).error is None

    async def met() -> bool:
        found = await store.changed(EnvironmentName(name))
        last = await store.latest(EnvironmentName(name))
        holder = await store.holder(EnvironmentName(name))
        run = holder or (last if last is not None and last.id != before else None)
        if run is not None and found is not None:
            place.runs[name] = run.id
        return run is not None

    await until(met, 0.05)


async def ended(place: Crossing, name: str) -> tuple[Run, list[tuple[str, object]]]:
    """How it ended, and what was written on the way back."""
    run = await place.over(name)
    turns = place.roads.turns(name)
    last = max(at for at, (_, weights) in enumerate(turns) if weights == NEW)
    return run, [*turns[last + 1 :]]


async def lease_over(place: Crossing, run: Run) -> None:
    """Come back when the lease of the run that was taken back has ended, and that is said."""
    assert run.back is not None
    store, back = await place.store(), run.back

    async def met() -> bool:
        lease = await store.leased(back)
        return lease is not None and lease.ended_at is not None

    await until(met, 0.2)
    lease = await store.leased(back)
    assert lease is not None
    assert (lease.end, lease.after) == (LeaseEnd.BACK, run.id)
    await place.playground.until(
        lambda: place.said(DEPLOYS, f"blue of run {back} is kept no more."), PATIENCE
    )


async def alarmed(place: Crossing, run: Run) -> None:
    """Come back when the incident channel has heard how it ended."""
    await place.playground.until(
        lambda: next(iter(place.said(INCIDENTS, f"{run.environment}: ")), None), PATIENCE
    )


async def test_everything_goes_back(place: Crossing) -> None:
    """What most people meet goes first, in one step each, with no votes; the lease ends, and somebody is to look at it."""
    await rollback(place, "well")
    run, turns = await ended(place, "well")
    assert (run.outcome, turns) == (Outcome.DONE, BACK)
    await lease_over(place, run)
    review = await (await place.store()).review(run.id)
    assert review is not None
    assert (review.ticket, review.open) == ("rollback", True)


async def test_a_kill_half_way(place: Crossing) -> None:
    """The next life goes on where the last one was cut off, and writes nothing twice."""
    gate = place.roads.gate("PUT killed/admin", late=True)
    await rollback(place, "killed")
    await asyncio.wait_for(gate.reached.wait(), PATIENCE)
    await place.kill()
    place.roads.open()
    await place.start()
    run, turns = await ended(place, "killed")
    assert (run.outcome, turns) == (Outcome.DONE, BACK)
    await lease_over(place, run)


async def test_nobody_comes_to_the_old_colour(place: Crossing) -> None:
    """Without evidence it is not called good; but all is back, and stays: nobody goes back from a way back."""
    place.roads.quiet.add("silent/store")
    await rollback(place, "silent")
    run, turns = await ended(place, "silent")
    assert (run.outcome, turns) == (Outcome.UNKNOWN, BACK)
    assert "This run goes back itself, so nothing more is moved" in run.text
    await alarmed(place, run)
    await lease_over(place, run)


async def test_the_old_colour_is_ill(place: Crossing) -> None:
    """Nobody goes back to a dead stack, and that is no quiet news."""
    place.roads.ill.add("ill/store/blue")
    await rollback(place, "ill")
    run, turns = await ended(place, "ill")
    assert (run.outcome, turns) == (Outcome.FAILED, [])
    assert run.text.startswith("Nothing was moved. store blue")
    await alarmed(place, run)
    lease = await (await place.store()).leased(run.back) if run.back else None
    assert lease is not None
    assert lease.ended_at is None
