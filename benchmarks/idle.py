"""Memory of a bot with nothing to do."""

import asyncio
import contextlib

from benchmarks import app, grounds
from benchmarks.measure import Measure, aim, measure
from benchmarks.place import DATABASES, Place
from bot.playground.server import Playground

#: Seconds before it is weighed, and how often it is, a second apart.
_REST, _TIMES = 10.0, 3
_GOAL = 150.0


async def measures(place: Place) -> list[Measure]:
    """Weigh the bare app and the bot on each database."""
    folder = place.fresh()
    estate = grounds.make(folder, ["dev"], size=1, votes=0)
    weights: dict[str, list[tuple[float, float]]] = {}
    async with contextlib.AsyncExitStack() as stack:
        processes = {}
        for kind in ("", *DATABASES):
            playground = await stack.enter_async_context(Playground())
            settings = app.settings(estate, folder / f"data-{kind}", place.database(kind))
            started = app.running(app.BOT if kind else app.BARE, playground, settings)
            processes[kind] = await stack.enter_async_context(started)
        await asyncio.sleep(_REST)
        for _ in range(_TIMES):
            for kind, process in processes.items():
                weights.setdefault(kind, []).append(process.memory())
            await asyncio.sleep(1)
    return [
        aim(
            measure(
                f"idle memory (RSS), {kind}",
                "MB",
                [rss for rss, _ in weights[kind]],
                beside="bare Bolt app",
                base=[rss for rss, _ in weights[""]],
            ),
            _GOAL,
            note=f"{weights[kind][-1][1]:.0f} MB PSS; both from smaps_rollup after {_REST:.0f} s",
        )
        for kind in DATABASES
    ]
