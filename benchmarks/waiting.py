"""A thousand runs that wait for votes: what they weigh, what they cost, and how soon a vote is heard among them."""

import asyncio
import time

from benchmarks import app, ballot, grounds
from benchmarks.measure import Measure, aim, measure
from benchmarks.place import DATABASES, Place
from benchmarks.stand_in import StandIn
from bot.playground.server import Playground

_RUNS, _AT_ONCE, _VOTES = 1_000, 8, 10
#: Seconds after the last card, and seconds that are watched.
_REST, _WATCH = 5.0, 20
_MEMORY, _CPU = 150.0, 5.0
_NOTE = "init, plan, show and apply are answered at once by a stand-in with what the real Terraform once said"


async def measures(place: Place) -> list[Measure]:
    """Fill, weigh and watch on each database."""
    return [found for kind in DATABASES for found in await _on(kind, place)]


async def _on(kind: str, place: Place) -> list[Measure]:
    folder = place.fresh()
    names = [f"env-{number}" for number in range(_RUNS)]
    estate = grounds.make(folder, names, size=5, votes=1)
    tool = StandIn(folder / "tool").record(estate)
    settings = app.settings(estate, folder / "data", place.database(kind), str(tool.executable))
    async with Playground() as playground, app.running(app.HASTY, playground, settings) as bot:
        await asyncio.sleep(_REST)
        alone = await _watch(bot)
        began = time.monotonic()
        cards = await ballot.open_all(playground, names, at_once=_AT_ONCE, seconds=120)
        filled = time.monotonic() - began
        await asyncio.sleep(_REST)
        crowded = await _watch(bot)
        votes = []
        for name in names[:: _RUNS // _VOTES]:
            votes.append(await ballot.vote(playground, cards[name], tool))
            await bot.event("run.ended", cards[name].run)
            await asyncio.sleep(0.5)
    weight = measure(
        f"memory (RSS) with {_RUNS} runs waiting, {kind}",
        "MB",
        [rss for rss, _ in crowded],
        beside="the same without runs",
        base=[rss for rss, _ in alone],
    )
    labour = measure(
        f"processor with {_RUNS} runs waiting, {kind}",
        "% of a core",
        [share for _, share in crowded],
        beside="the same without runs",
        base=[share for _, share in alone],
    )
    return [
        aim(weight, _MEMORY, note=_NOTE),
        aim(labour, _CPU, note=f"the share of {_WATCH} s, in four parts"),
        measure(f"plans carried to their cards, {kind}", "runs a second", [_RUNS / filled]),
        measure(f"vote to the start of Terraform with {_RUNS} waiting, {kind}", "ms", votes),
    ]


async def _watch(bot: app.App) -> list[tuple[float, float]]:
    """Megabytes and percent of a core, four times in the time that is watched."""
    seen = []
    for _ in range(4):
        began, spent = time.monotonic(), bot.cpu()
        await asyncio.sleep(_WATCH / 4)
        seen.append((bot.memory()[0], (bot.cpu() - spent) / (time.monotonic() - began) * 100))
    return seen
