"""People are reminded of votes while votes still count, and once."""

from typing import Any

import pytest

from bot.domain.run import Run
from runners.kit import Kit
from runners.remind import Remind
from tests.fakes.clock import FakeClock


@pytest.mark.parametrize(
    ("waited", "told"),
    [
        pytest.param(-1, 0, id="a moment before it is due"),
        pytest.param(0, 1, id="when it is due"),
        pytest.param(None, 0, id="when the time for votes is over, and nobody has noticed"),
    ],
)
async def test_when(kit: Kit, run: Run, clock: FakeClock, waited: int | None, told: int) -> None:
    """A reminder after the end would ask for what nobody can give any more."""
    approvals = kit.environment(run).approvals
    run = await kit.journal.await_votes(run.id, clock.now() + approvals.expire, clock.now())
    due = approvals.expire.total_seconds() if waited is None else approvals.remind.total_seconds() + waited
    await clock.advance(due)
    tell: Any = kit.tell
    remind = Remind(estate=kit.estate, journal=kit.journal, clock=clock, tell=tell)
    for _ in range(2):
        await remind()
    assert tell.told.count("remind") == told
