"""WINDOW lets a run go on at its time, and lets people change their minds until then."""

import asyncio
import dataclasses
from datetime import datetime, timedelta

import pytest

from bot.domain.estate import RuleName
from bot.domain.request import Wish
from bot.domain.run import Outcome, Run, StepName
from bot.domain.value import RunId
from bot.domain.vote import Choice, Vote
from bot.domain.window import Window as Hours
from bot.store import Store
from runners.kit import Kit
from runners.steps import Back, Go, Halt, Said
from runners.steps.window import Window
from tests.fakes.clock import FakeClock, settle
from tests.fakes.town import ESTATE, Bells, person
from tests.runners.steps.conftest import DIGEST

#: At the beginning it is Saturday noon.
FROM_FIVE_PAST = Hours.model_validate({"opens": "5 12 * * sat", "lasts": "4h", "timezone": "UTC"})
OPENS = datetime.fromisoformat("2026-11-21T12:05:00+00:00")
LATER = OPENS + timedelta(minutes=1)

when_open = pytest.mark.parametrize("wish", [Wish(when_open=True)], ids=["when it opens"])


class Ringer(Bells):
    """Bells that the clock rings, or a test."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock
        self.bell = asyncio.Event()
        self.asleep = asyncio.Event()

    def ring(self, run: RunId) -> None:
        super().ring(run)
        self.bell.set()

    async def rung(self, run: RunId, seconds: float) -> None:
        waits = {asyncio.create_task(self.clock.sleep(seconds)), asyncio.create_task(self.bell.wait())}
        await settle()
        self.asleep.set()
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for task in waits:
            task.cancel()
        self.bell.clear()


@pytest.fixture
def shut(kit: Kit, clock: FakeClock) -> Kit:
    """A kit whose standard changes run in the afternoon only."""
    rule = ESTATE.classes[RuleName.STANDARD].model_copy(update={"windows": ("maintenance",)})
    classes = {**ESTATE.classes, RuleName.STANDARD: rule}
    estate = ESTATE.model_copy(update={"windows": {"maintenance": FROM_FIVE_PAST}, "classes": classes})
    return dataclasses.replace(kit, estate=estate, engine=Ringer(clock))


async def waiting(kit: Kit, run: Run) -> "asyncio.Task[Said]":
    """Let the run, with a vote of ben, come to its window."""
    await vote(kit, run, "ben", Choice.APPROVE)
    await kit.journal.stage(run.id, StepName.WINDOW, kit.clock.now())
    step = asyncio.create_task(Window(kit).do(run))
    await asleep(kit, step)
    return step


async def asleep(kit: Kit, step: "asyncio.Task[Said]") -> None:
    """Come back when the step waits, or has ended."""
    if isinstance(kit.engine, Ringer):
        waits = asyncio.create_task(kit.engine.asleep.wait())
        await asyncio.wait({step, waits}, timeout=5, return_when=asyncio.FIRST_COMPLETED)
        waits.cancel()
        kit.engine.asleep.clear()


async def come_to(kit: Kit, clock: FakeClock, moment: datetime, step: "asyncio.Task[Said]") -> None:
    """Move the clock, a few seconds at a time."""
    while clock.now() < moment and not step.done():
        woke = len(clock._sleepers)
        await clock.advance(min(10.0, (moment - clock.now()).total_seconds()))
        if len(clock._sleepers) < woke:
            await asleep(kit, step)


async def vote(kit: Kit, run: Run, name: str, choice: Choice) -> None:
    await kit.journal.vote(
        Vote(run=run.id, digest=DIGEST, voter=person(name), choice=choice, via="button", at=kit.clock.now())
    )


async def test_open(kit: Kit, run: Run) -> None:
    """Where it may run at any time nobody waits."""
    assert await (await waiting(kit, run)) == Go()


async def test_closed(shut: Kit, run: Run) -> None:
    """Whoever did not ask to wait is refused, with the reason."""
    said = await (await waiting(shut, run))
    assert isinstance(said, Halt)
    assert said.outcome is Outcome.REFUSED
    assert "2026-11-21 12:05" in said.text


@when_open
async def test_it_waits_for_its_opening(shut: Kit, run: Run, clock: FakeClock) -> None:
    """Until it opens, and not a second longer; the row says until when."""
    step = await waiting(shut, run)
    known = await shut.journal.run(run.id)
    assert known is not None
    assert known.begins_at == OPENS
    await come_to(shut, clock, OPENS - timedelta(seconds=1), step)
    assert not step.done()
    await come_to(shut, clock, OPENS, step)
    assert await asyncio.wait_for(step, 1) == Go()


@pytest.mark.parametrize("wish", [Wish(at=LATER)], ids=["a minute after it opens"])
async def test_a_moment_of_its_own(shut: Kit, run: Run, clock: FakeClock) -> None:
    """A run that is wanted later begins later, though it is open already."""
    step = await waiting(shut, run)
    await come_to(shut, clock, LATER - timedelta(seconds=1), step)
    assert not step.done()
    await come_to(shut, clock, LATER, step)
    assert await asyncio.wait_for(step, 1) == Go()


async def _stop(kit: Kit, run: Run) -> None:
    await kit.journal.request_stop(run.id, person("ana"), kit.clock.now())


async def _reject(kit: Kit, run: Run) -> None:
    await vote(kit, run, "cleo", Choice.REJECT)


async def _withdraw(kit: Kit, run: Run) -> None:
    await kit.journal.withdraw(run.id, DIGEST, person("ben"), "button", Choice.APPROVE, kit.clock.now())


@when_open
@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(_stop, Halt(outcome=Outcome.CANCELLED, text="Nothing was applied."), id="cancelled"),
        pytest.param(_reject, Halt(outcome=Outcome.REJECTED, text="Nothing was applied."), id="rejected"),
        pytest.param(_withdraw, Back(to=StepName.APPROVE), id="a vote is taken away"),
    ],
)
async def test_people_change_their_minds(shut: Kit, run: Run, change: object, said: Said) -> None:
    """Whatever they decide while it waits holds at once."""
    step = await waiting(shut, run)
    await change(shut, run)  # type: ignore[operator]
    shut.engine.ring(run.id)
    assert await asyncio.wait_for(step, 1) == said


@when_open
async def test_it_waits_through_restarts(shut: Kit, journal: Store, run: Run, clock: FakeClock) -> None:
    """Asked again after a crash, the step looks at its rows and waits on."""
    (await waiting(shut, run)).cancel()
    again = asyncio.create_task(Window(shut).do(run))
    await asleep(shut, again)
    await come_to(shut, clock, OPENS, again)
    assert await asyncio.wait_for(again, 1) == Go()
    waits = [entry for entry in await journal.record(run.id) if entry.event == "run.waits"]
    assert len(waits) == 1
