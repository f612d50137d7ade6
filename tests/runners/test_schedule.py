"""Work that is done again and again, whatever became of it the last time."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.errors import JournalBroken
from runners.schedule import Schedule


@pytest.mark.parametrize(
    ("trouble", "told", "traces"),
    [
        pytest.param(JournalBroken("away"), "schedule.waits", False, id="a database that is away"),
        pytest.param(ValueError("bug"), "schedule.failed", True, id="a bug"),
    ],
)
async def test_the_next_time_comes(
    trouble: Exception, told: str, traces: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """A round that fails is told, with a trace only where that says more, and the next one comes."""
    schedule, again = Schedule(), asyncio.Event()

    async def work() -> None:
        if told not in caplog.messages:
            raise trouble
        again.set()

    schedule.every(timedelta(seconds=0.05), "work", work)
    schedule.start()
    await asyncio.wait_for(again.wait(), 10)
    schedule.stop()
    (record,) = [record for record in caplog.records if record.name == "runners.schedule"]
    assert (record.getMessage(), bool(record.exc_info)) == (told, traces)
