"""A thousand runs that wait for votes: what they weigh, what they cost, and how soon a vote is heard among them."""

import asyncio
import time

from benchmarks import app, ballot, grounds
from benchmarks.measure import Measure, aim, measure
from benchmarks.place import DATABASES, Place
from benchmarks.stand_in import StandIn
from bot.playground.server import Playground

#: The goals are for Postgres; on SQLite fewer runs show how it grows, in a quarter of the time.
_RUNS = {"SQLite": 250, "Postgres": 1_000}
_AT_ONCE, _VOTES = 4, 10
#: Seconds after the last card; seconds that are watched before the first run, and with all of them.
_REST, _ALONE, _CROWDED = 5.0, 8.0, 20.0
_MEMORY, _CPU = 150.0, 5.0
_NOTE = "init, plan, show and apply are answered at once by a stand-in with what the real Terraform once said"


async def measures(place: Place) -> list[Measure]:
    """Fill, weigh and watch on each database."""
    return [found for kind in DATABASES for found in await _on(kind, place)]


async def _on(kind: str, place: Place) -> list[Measure]:
    folder = place.fresh()
    runs = _RUNS[kind]
    names = [f"env-{number}" for number in range(runs)]
    estate = grounds.make(folder, names, size=5, votes=1)
    tool = StandIn(folder / "tool").record(estate)
    settings = app.settings(estate, folder / "data", place.database(kind), str(tool.executable))
    async with Playground() as playground, app.running(app.HASTY, playground, settings) as bot:
        await asyncio.sleep(_REST)
        alone = await _watch(bot, _ALONE)
        began = time.monotonic()
        cards = await ballot.open_all(playground, names, at_once=_AT_ONCE, seconds=120)
        filled = time.monotonic() - began
        await asyncio.sleep(_REST)
        crowded = await _watch(bot, _CROWDED)
        votes = []
        for name in names[:: runs // _VOTES]:
            votes.append(await ballot.vote(playground, cards[name], tool))
            await bot.event("run.ended", cards[name].run)
            await asyncio.sleep(0.5)
    weight = measure(
        f"memory (RSS) with {runs} runs waiting, {kind}",
        "MB",
        [rss for rss, _, _ in crowded],
        beside="the same without runs",
        base=[rss for rss, _, _ in alone],
    )
    labour = measure(
        f"processor with {runs} runs waiting, {kind}",
        "% of a core",
        [share for _, _, share in crowded],
        beside="the same without runs",
        base=[share for _, _, share in alone],
    )
    if kind == "Postgres":
        weight, labour = aim(weight, _MEMORY), aim(labour, _CPU)
    return [
        weight.model_copy(update={"note": f"{crowded[-1][1]:.0f} MB PSS; {_NOTE}"}),
        labour.model_copy(update={"note": f"the share of {_CROWDED:.0f} s, in four parts"}),
        measure(f"plans carried to their cards, {kind}", "runs a second", [runs / filled]),
        measure(f"vote to the start of Terraform with {runs} waiting, {kind}", "ms", votes),
    ]


async def _watch(bot: app.App, seconds: float) -> list[tuple[float, float, float]]:
    """Resident and proportional megabytes and percent of a core, four times in the time that is watched."""
    seen = []
    for _ in range(4):
        began, spent = time.monotonic(), bot.cpu()
        await asyncio.sleep(seconds / 4)
        seen.append((*bot.memory(), (bot.cpu() - spent) / (time.monotonic() - began) * 100))
    return seen
