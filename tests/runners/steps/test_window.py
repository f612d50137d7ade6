"""WINDOW lets a run go on at its time, and lets people change their minds until then."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.domain.estate import ClassRule, Estate
from bot.domain.request import Wish
from bot.domain.run import Outcome, Run, StepName
from bot.domain.vote import Choice, Vote
from bot.domain.window import Window as Hours
from bot.store import Store
from runners.kit import Kit
from runners.steps import Back, Go, Halt, Said
from runners.steps.window import Window
from tests.fakes.clock import FakeClock
from tests.fakes.town import ESTATE, person
from tests.runners.steps.conftest import DIGEST

#: It is Saturday noon at the beginning.
SUNDAYS = Hours(opens="0 2 * * sun", lasts="4h", timezone="UTC")  # type: ignore[arg-type]
OPENS = datetime.fromisoformat("2026-11-22T02:00:00+00:00")


class Ringer:
    """Bells that a clock rings, or a test."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.bell = asyncio.Event()

    async def rung(self, _: int, seconds: float) -> None:
        sleep = asyncio.create_task(self.clock.sleep(seconds))
        ring = asyncio.create_task(self.bell.wait())
        await asyncio.wait({sleep, ring}, return_when=asyncio.FIRST_COMPLETED)
        self.bell.clear()
        sleep.cancel()
        ring.cancel()


@pytest.fixture
def shut(kit: Kit, clock: FakeClock) -> Kit:
    """A kit whose standard changes run on Sundays only."""
    rule = ClassRule(votes=1, of=ESTATE.classes["standard"].of, windows=("maintenance",))
    estate: Estate = ESTATE.model_copy(
        update={"windows": {"maintenance": SUNDAYS}, "classes": {**ESTATE.classes, "standard": rule}}
    )
    return kit.__class__(**{**kit.__dict__, "estate": estate, "engine": Ringer(clock)})


@pytest.fixture
async def voted(journal: Store, run: Run, clock: FakeClock) -> AsyncIterator[Run]:
    """The run with its one vote."""
    await journal.vote(_vote(run, clock, "ben", Choice.APPROVE))
    await journal.stage(run.id, StepName.WINDOW, clock.now())
    yield run


def _vote(run: Run, clock: FakeClock, name: str, choice: Choice) -> Vote:
    return Vote(run=run.id, digest=DIGEST, voter=person(name), choice=choice, via="button", at=clock.now())


async def _wishing(journal: Store, run: Run, **wish: object) -> None:
    async with journal._database.write() as connection:  # noqa: SLF001 -- a wish is written once, at the door
        from sqlalchemy import text  # noqa: PLC0415

        written = Wish.model_validate(wish).model_dump_json()
        await connection.execute(text("UPDATE runs SET wish = :wish"), {"wish": written})
    del run
