import asyncio
import contextlib
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from bot.clock import SystemClock
from bot.domain.colour import Colour
from bot.domain.traffic import Weights
from bot.playground.example import schedule as module
from bot.playground.example.schedule import Schedule

if TYPE_CHECKING:
    from tests.bot.playground.example.conftest import Pair


async def test_runs_where_it_belongs(pair: "Pair") -> None:
    """Each run is on the colour that has the jobs at that moment, and counts as a request there."""
    crossing = pair.crossing()
    schedule = Schedule(crossing, SystemClock())
    await schedule.run()
    pair.spread.put(Weights(blue=0, green=100))
    await pair.storefronts[Colour.GREEN].close()
    await schedule.run()

    runs = schedule.document["runs"]
    assert [(run["job"], run["ok"], run["colour"]) for run in runs] == [
        ("nightly", True, "blue"),
        ("nightly", False, "green"),
    ]
    assert all(datetime.fromisoformat(run["at"]).tzinfo for run in runs)
    green = crossing.tallies[Colour.GREEN]
    assert (green.requests, green.errors) == (1, 1)


async def test_runs_at_its_times(pair: "Pair", monkeypatch: pytest.MonkeyPatch) -> None:
    """None is missed and none is run twice, however long one takes."""
    monkeypatch.setattr(module, "EVERY", 0.1)
    schedule = Schedule(pair.crossing(), SystemClock())
    keeping = asyncio.create_task(schedule.keep())
    await asyncio.sleep(1.05)
    keeping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await keeping
    times = [datetime.fromisoformat(run["at"]) for run in schedule.document["runs"]]
    assert 9 <= len(times) <= 11
    assert times == sorted(times)
