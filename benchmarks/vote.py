"""From a vote to the start of the Terraform process, against an app that starts one at once and asks nobody."""

import asyncio

from benchmarks import app, ballot, grounds
from benchmarks.ballot import Card
from benchmarks.measure import Measure, aim, measure
from benchmarks.place import DATABASES, Place
from benchmarks.stand_in import StandIn
from bot.playground.server import Playground

_VOTES = 15
#: Milliseconds.
_GOALS = {"SQLite": 150.0, "Postgres": 50.0}


async def measures(place: Place) -> list[Measure]:
    """Vote on each database, and beside it for the bare app."""
    return [await _on(kind, place) for kind in DATABASES]


async def _on(kind: str, place: Place) -> Measure:
    folder = place.fresh()
    names = [f"env-{number}" for number in range(_VOTES + 1)]
    estate = grounds.make(folder, names, size=5, votes=1)
    tool = StandIn(folder / "tool").wrap()
    settings = app.settings(estate, folder / "data", place.database(kind), str(tool.executable))
    ours: list[float] = []
    async with Playground() as playground, app.running(app.HASTY, playground, settings) as bot:
        cards = await ballot.open_all(playground, names, at_once=4, seconds=60)
        for name in names:
            # One at a time, and only after the last words about the run before are out.
            await asyncio.sleep(0.5)
            ours.append(await ballot.vote(playground, cards[name], tool))
            await bot.event("run.ended", cards[name].run)
    bare = await _bare(StandIn(folder / "bare").wrap())
    # The first of each fills caches.
    told = measure(
        f"vote to the start of Terraform, {kind}", "ms", ours[1:], beside="bare Bolt app", base=bare[1:]
    )
    note = "the start is what a wrapper around the real Terraform writes down before anything else"
    return aim(told, _GOALS[kind], note=note)


async def _bare(tool: StandIn) -> list[float]:
    async with (
        Playground() as playground,
        app.running(app.BARE, playground, {"INTERLOCK_TERRAFORM": str(tool.executable)}),
    ):
        waits = []
        for number in range(_VOTES + 1):
            said = await playground.say("U0ANA", "C0DEPLOYS", f"Vote {number}")
            waits.append(await ballot.vote(playground, Card("", number, said.ts), tool))
        return waits
