"""WINDOW lets a run go on at its time, and lets people change their minds until then."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from bot.domain.estate import RuleName
from bot.domain.request import Wish
from bot.domain.run import DEPLOY, Outcome, Run, StepName
from bot.domain.value import GroupName, RunId
from bot.domain.vote import Choice, Vote
from bot.domain.window import Freeze
from bot.domain.window import Window as Hours
from bot.journal import NewRun
from bot.store import Store
from runners.kit import EnvironmentGone, Kit
from runners.steps import Back, Go, Halt, Said
from runners.steps.window import Window
from tests.fakes.clock import FakeClock
from tests.fakes.town import ESTATE, Bells, Wall, person
from tests.runners.steps.conftest import DIGEST

#: At the beginning it is Saturday noon.
FROM_FIVE_PAST = Hours.model_validate({"opens": "5 12 * * sat", "lasts": "4h", "timezone": "UTC"})
OPENS = datetime.fromisoformat("2026-11-21T12:05:00+00:00")
LATER = OPENS + timedelta(minutes=1)

when_open = pytest.mark.parametrize("wish", [Wish(when_open=True)], ids=["when it opens"])


class Ringer(Bells):
    """Bells that let time fly for whoever waits, until somebody is to change their mind."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock
        self.flies = True
        self.bell = asyncio.Event()
        self.asleep = asyncio.Event()

    def ring(self, run: RunId) -> None:
        super().ring(run)
        self.bell.set()

    async def rung(self, run: RunId, seconds: float) -> None:
        if self.flies:
            await self.clock.advance(seconds)
            return
        self.asleep.set()
        await self.bell.wait()


@pytest.fixture
def bells(clock: FakeClock) -> Ringer:
    """What the run waits for."""
    return Ringer(clock)


@pytest.fixture
def shut(kit: Kit, bells: Ringer) -> Kit:
    """A kit whose standard changes run in the afternoon only."""
    rule = ESTATE.classes[RuleName.STANDARD].model_copy(update={"windows": ("maintenance",)})
    classes = {**ESTATE.classes, RuleName.STANDARD: rule}
    estate = ESTATE.model_copy(update={"windows": {"maintenance": FROM_FIVE_PAST}, "classes": classes})
    return dataclasses.replace(kit, estate=estate, engine=bells)


async def waiting(kit: Kit, run: Run) -> Said:
    """Let the run, with a vote of ben, come to its window, and wait for it."""
    await vote(kit, run, "ben", Choice.APPROVE)
    await kit.journal.stage(run.id, StepName.WINDOW, kit.clock.now())
    return await asyncio.wait_for(Window(kit).do(run), 5)


async def vote(kit: Kit, run: Run, name: str, choice: Choice) -> None:
    await kit.journal.vote(
        Vote(
            run=run.id,
            digest=DIGEST,
            voter=person(name),
            choice=choice,
            via="button",
            groups=frozenset({GroupName("platform")}),
            at=kit.clock.now(),
        )
    )


async def test_open(kit: Kit, run: Run) -> None:
    """Where it may run at any time nobody waits."""
    assert await waiting(kit, run) == Go()


async def test_closed(shut: Kit, run: Run) -> None:
    """Whoever did not ask to wait is refused, with the reason."""
    said = await waiting(shut, run)
    assert isinstance(said, Halt)
    assert said.outcome is Outcome.REFUSED
    assert "2026-11-21 12:05" in said.text


@when_open
async def test_it_waits_for_its_opening(shut: Kit, run: Run, clock: FakeClock) -> None:
    """Until it opens, and not a second longer; the row says until when."""
    assert await waiting(shut, run) == Go()
    assert clock.now() == OPENS
    known = await shut.journal.run(run.id)
    assert known is not None
    assert known.begins_at == OPENS


@pytest.mark.parametrize("wish", [Wish(at=LATER)], ids=["a minute after it opens"])
async def test_a_moment_of_its_own(shut: Kit, run: Run, clock: FakeClock) -> None:
    """A run that is wanted later begins later, though it is open already."""
    assert await waiting(shut, run) == Go()
    assert clock.now() == LATER


async def _stop(kit: Kit, run: Run) -> None:
    await kit.journal.request_stop(run.id, person("ana"), kit.clock.now())


async def _reject(kit: Kit, run: Run) -> None:
    await vote(kit, run, "cleo", Choice.REJECT)


async def _supersede(kit: Kit, run: Run) -> None:
    new = NewRun(
        environment=run.environment,
        by=person("ana"),
        channel=run.channel,
        ref="next",
        recipe=DEPLOY,
        asked="other words",
    )
    assert await kit.journal.supersede(new, run.id, kit.clock.now())


async def _withdraw(kit: Kit, run: Run) -> None:
    await kit.journal.withdraw(run.id, DIGEST, person("ben"), "button", Choice.APPROVE, kit.clock.now())


@when_open
@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(_stop, Halt(outcome=Outcome.CANCELLED, text="Nothing was applied."), id="cancelled"),
        pytest.param(_reject, Halt(outcome=Outcome.REJECTED, text="Nothing was applied."), id="rejected"),
        pytest.param(
            _supersede,
            Halt(outcome=Outcome.SUPERSEDED, text="Run 2 took its place."),
            id="another run takes its place",
        ),
        pytest.param(_withdraw, Back(to=StepName.APPROVE), id="a vote is taken away"),
    ],
)
async def test_people_change_their_minds(
    shut: Kit, bells: Ringer, run: Run, change: Callable[[Kit, Run], Awaitable[None]], said: Said
) -> None:
    """Whatever they decide while it waits holds at once."""
    bells.flies = False
    step = asyncio.create_task(waiting(shut, run))
    await asyncio.wait_for(bells.asleep.wait(), 5)
    await change(shut, run)
    bells.ring(run.id)
    assert await step == said


@when_open
async def test_it_waits_through_restarts(shut: Kit, bells: Ringer, journal: Store, run: Run) -> None:
    """Asked again after a crash, the step looks at its rows and waits on."""
    bells.flies = False
    first = asyncio.create_task(waiting(shut, run))
    await asyncio.wait_for(bells.asleep.wait(), 5)
    first.cancel()
    bells.flies = True
    assert await Window(shut).do(await shut.known(run.id)) == Go()
    assert [entry.event for entry in await journal.record(run.id)].count("run.waits") == 1


async def test_an_environment_that_is_gone(kit: Kit, run: Run) -> None:
    """The estate lost it while the run waited: that is said, and is no bug of ours."""
    estate = ESTATE.model_copy(update={"environments": {"prod": ESTATE.environments["prod"]}})
    with pytest.raises(EnvironmentGone):
        await waiting(dataclasses.replace(kit, estate=estate), run)


class Torn(Wall):
    """A calendar that cannot be read until some moment."""

    def __init__(self, clock: FakeClock, until: datetime) -> None:
        super().__init__()
        self.clock, self.until = clock, until

    async def freezes(self) -> tuple[Freeze, ...]:
        self.broken = "no calendar" if self.clock.now() < self.until else ""
        return await super().freezes()


@when_open
async def test_a_calendar_that_is_away_for_a_while(shut: Kit, run: Run, clock: FakeClock) -> None:
    """A run that may wait waits for it too: nothing begins that nobody can vouch for, and no vote is lost."""
    assert await waiting(dataclasses.replace(shut, calendars=Torn(clock, LATER)), run) == Go()
    assert clock.now() == LATER


@pytest.mark.parametrize("wish", [Wish(at=OPENS)], ids=["at a moment"])
async def test_a_calendar_that_is_away_at_the_moment(shut: Kit, run: Run, clock: FakeClock) -> None:
    """A run that is wanted then, and at no other time, is refused, and it is said what could not be read."""
    said = await waiting(dataclasses.replace(shut, calendars=Torn(clock, LATER)), run)
    assert isinstance(said, Halt)
    assert (said.outcome, said.text) == (Outcome.REFUSED, "no calendar")


@when_open
async def test_a_lock_is_waited_for(shut: Kit, run: Run, clock: FakeClock) -> None:
    """Somebody keeps the environment for themselves for a while, and the run goes on after that."""
    until = OPENS + timedelta(minutes=10)
    await shut.journal.take_lock(run.environment, person("cleo"), "mending", until, clock.now())
    assert await waiting(shut, run) == Go()
    assert clock.now() == until


@when_open
@pytest.mark.parametrize("late", [False, True], ids=["before the opening", "while it is open"])
async def test_a_lock_beyond_the_window(
    shut: Kit, run: Run, bells: Ringer, clock: FakeClock, late: bool
) -> None:
    """Nobody is told that the run goes on when the lock ends, where nothing may run then."""
    if late:
        await clock.advance((LATER - clock.now()).total_seconds())
    until = clock.now() + timedelta(days=3)
    await shut.journal.take_lock(run.environment, person("cleo"), "mending", until, clock.now())
    bells.flies = False
    waits = asyncio.create_task(waiting(shut, run))
    await asyncio.wait_for(bells.asleep.wait(), 5)
    waits.cancel()
    told = await shut.journal.run(run.id)
    assert told is not None
    assert told.begins_at == OPENS + timedelta(days=7)


@when_open
async def test_another_estate(shut: Kit, run: Run) -> None:
    """Votes are void under another estate, and whoever waits hears of it now and not when the window opens."""
    changed = dataclasses.replace(shut, estate=shut.estate.model_copy(update={"digest": "f" * 64}))
    said = await waiting(changed, run)
    assert isinstance(said, Halt)
    assert (said.outcome, changed.clock.now() < OPENS) == (Outcome.REFUSED, True)
    assert "The estate file changed" in said.text
