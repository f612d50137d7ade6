"""Old colours that are kept: what is said of them when, when they are looked at, and how they end; all through restarts."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.estate import CheckSettings, Estate, Service, SwitcherSettings, SwitchSettings
from bot.domain.lease import LeaseEnd
from bot.domain.message import Saying, Urgency
from bot.domain.report import Verdict
from bot.domain.run import SWITCH, Outcome, Run, StepName, Switching
from bot.domain.traffic import Exposure
from bot.domain.value import EnvironmentName, RunId
from bot.journal import Journal, NewRun
from bot.store import Store
from runners.kit import Kit
from runners.lease import Keeper
from tests.fakes.clock import FakeClock
from tests.fakes.leases import HOUR, lease, moved
from tests.fakes.town import DEPLOYS, INCIDENTS, NOON, person
from tests.runners.steps.conftest import Scripted
from tests.runners.test_soundness import ILL, WELL, Stacks

STAGING = EnvironmentName("staging")
MINUTE = timedelta(minutes=1)


class Mouth:
    """A `Voice` that keeps what it says, the newest words under each key."""

    def __init__(self) -> None:
        self.said: dict[str, Saying] = {}

    async def say(self, saying: Saying) -> None:
        self.said[saying.key] = saying


class World:
    """A switch that ended at noon, and the blue that it left behind."""

    def __init__(self, kit: Kit, clock: FakeClock, run: RunId) -> None:
        self.kit, self.clock, self.run = kit, clock, run
        self.mouth = Mouth()
        self.keeper = Keeper(kit, self.mouth)

    async def passes(self, length: timedelta = timedelta()) -> dict[str, str]:
        """So much time goes by, with a look at the end of it; all that was said by then, by key without the run."""
        await self.clock.advance(length.total_seconds())
        for _ in range(2):
            await self.keeper()
            await self.settle()
        start = f"run:{self.run}:lease"
        return {key.removeprefix(start): saying.message.text for key, saying in self.mouth.said.items()}

    async def settle(self) -> None:
        """Let looks come to an end."""
        while looks := tuple(self.keeper._looks.values()):
            await asyncio.wait(looks, timeout=1)

    async def dies(self) -> None:
        """The process ends, and another one begins."""
        await self.keeper.close()
        self.keeper = Keeper(self.kit, self.mouth)

    async def kept(self) -> Any:
        return await self.kit.journal.leased(self.run)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Verdict, str]]:
    """What the check of the store says, look by look."""
    said: list[tuple[Verdict, str]] = []
    monkeypatch.setattr(Scripted, "answers", said, raising=False)
    return said


@pytest.fixture
async def world(
    kit: Kit,
    clock: FakeClock,
    journal: Store,
    estate_with: Callable[..., Estate],
) -> World:
    check = CheckSettings(kind="scripted", attempts=1)
    stacks = SwitcherSettings(kind="stacks", healthy=-2)
    services = (
        Service(name="admin", exposure=Exposure.INTERNAL, traffic=stacks),
        Service(name="store", exposure=Exposure.PUBLIC, traffic=stacks, verify=(check,)),
    )
    settings = SwitchSettings(look=timedelta(minutes=5))
    estate = estate_with(services=services, switch=settings)
    made = replace(kit, estate=estate, switchers={"stacks": Stacks})
    run = await begin(journal)
    await moved(journal, run, "admin", "store")
    await journal.end(run.id, Outcome.DONE, "", None, NOON)
    await journal.lease(lease(run=run.id, environment=STAGING), NOON)
    return World(made, clock, run.id)


async def begin(journal: Journal, back: RunId | None = None, *services: str) -> Run:
    """Somebody switches, or goes back."""
    colour = "blue" if back else "green"
    new = NewRun(
        environment=STAGING,
        by=person("ben"),
        channel=DEPLOYS,
        ref=colour,
        recipe=SWITCH,
        switch=Switching.model_validate({"colour": colour, "services": services, "back": back}),
        asked=f"asked:{len(await journal.record())}",
    )
    return await journal.begin(new, NOON)


async def test_from_the_first_look_to_the_end_of_its_time(
    world: World, answers: list[tuple[Verdict, str]]
) -> None:
    """One message counts down and tells of the checks; at the end a second one says that it is over."""
    answers += [WELL] * 5
    told = await world.passes()
    assert told == {"": "staging: blue is kept, 24 h left."}
    saying = world.mouth.said[f"run:{world.run}:lease"]
    assert (saying.under, saying.channel, saying.urgency) == (
        f"run:{world.run}",
        DEPLOYS,
        Urgency.PROGRESS,
    )
    assert "going back would work: 1 check passed" in str(saying.message.blocks)
    assert (await world.passes(23 * HOUR + 30 * MINUTE))[""] == "staging: blue is kept, 30 min left."
    told = await world.passes(30 * MINUTE)
    assert told == {
        "": "staging: blue of run 1 is kept no more.",
        ":ended": "staging: blue of run 1 is kept no more.",
    }
    kept = await world.kept()
    assert (kept.end, kept.ended_at, await world.kit.journal.leases()) == (
        LeaseEnd.OVER,
        NOON + 24 * HOUR,
        (),
    )
    world.mouth.said.clear()
    assert await world.passes(HOUR) == {}


async def test_it_is_looked_at_once_in_each_pause(world: World, answers: list[tuple[Verdict, str]]) -> None:
    """However often somebody asks."""
    answers += [WELL] * 9
    for minutes, left in ((0, 8), (4, 8), (1, 7), (5, 6), (60, 5)):
        await world.passes(minutes * MINUTE)
        assert len(answers) == left


async def test_its_checks_turn_bad_and_good(world: World, answers: list[tuple[Verdict, str]]) -> None:
    """Each is told once, as a new message: the bad one in the channel and to those on call."""
    answers += [WELL, ILL, ILL, WELL, WELL, ILL]
    assert list(await world.passes()) == [""]
    bad = (
        "staging: going back to blue would not work any more. store blue: scripted the world: 503, wanted 200"
    )
    assert await world.passes(5 * MINUTE) == {
        "": "staging: blue is kept, 23 h left.",
        ":turn:1": bad,
        ":turn:1:incidents": bad,
    }
    loud = world.mouth.said[f"run:{world.run}:lease:turn:1"]
    assert (loud.urgency, loud.broadcast, loud.channel) == (Urgency.ALERT, True, DEPLOYS)
    assert world.mouth.said[f"run:{world.run}:lease:turn:1:incidents"].channel == INCIDENTS
    assert len(await world.passes(5 * MINUTE)) == 3
    told = await world.passes(5 * MINUTE)
    assert told[":turn:2"] == "staging: going back to blue would work again."
    quiet = world.mouth.said[f"run:{world.run}:lease:turn:2"]
    assert (quiet.urgency, quiet.broadcast, len(told)) == (Urgency.DECISION, False, 4)
    assert len(await world.passes(5 * MINUTE)) == 4
    assert ":turn:3:incidents" in await world.passes(5 * MINUTE)


@pytest.mark.parametrize("when", ["before anything was said", "after the first look", "in a look"])
async def test_another_process_goes_on(world: World, answers: list[tuple[Verdict, str]], when: str) -> None:
    """Rows are all that it needs; nothing is said twice, and nothing is left out."""

    class Stuck(Scripted):
        async def _ask(self) -> tuple[Verdict, str]:
            await asyncio.Event().wait()
            return WELL

    answers += [ILL] * 3
    if when == "after the first look":
        await world.passes()
    elif when == "in a look":
        world.keeper = Keeper(replace(world.kit, checks={"scripted": Stuck}), world.mouth)
        await world.keeper()
        await asyncio.sleep(0.01)
    await world.dies()
    assert sorted(await world.passes()) == ["", ":turn:1", ":turn:1:incidents"]
    await world.dies()
    assert sorted(await world.passes(24 * HOUR)) == ["", ":ended", ":turn:1", ":turn:1:incidents"]


async def test_a_run_that_works_there(world: World, answers: list[tuple[Verdict, str]]) -> None:
    """It is not looked at meanwhile, and what a look saw that had begun before is forgotten."""
    asked, go = asyncio.Event(), asyncio.Event()

    class Slow(Scripted):
        async def _ask(self) -> tuple[Verdict, str]:
            asked.set()
            await go.wait()
            return await super()._ask()

    answers += [ILL, WELL]
    world.keeper = Keeper(replace(world.kit, checks={"scripted": Slow}), world.mouth)
    run = await begin(world.kit.journal)
    await world.kit.journal.stage(run.id, StepName.SHIFT, NOON)
    assert list(await world.passes(HOUR)) == [""]
    assert not asked.is_set()
    await world.kit.journal.stage(run.id, StepName.APPROVE, NOON)
    await world.keeper()
    await asked.wait()
    await world.kit.journal.stage(run.id, StepName.SHIFT, NOON)
    go.set()
    await world.settle()
    assert (len(answers), (await world.kept()).looked_at) == (1, None)
    await world.kit.journal.end(run.id, Outcome.RETURNED, "", None, NOON)
    assert list(await world.passes()) == [""]
    assert (await world.kept()).sound


@pytest.mark.usefixtures("answers")
async def test_never_two_looks_at_once(world: World) -> None:
    """A check that takes its time holds nobody up, and is asked once."""
    asked, go = [], asyncio.Event()

    class Slow(Scripted):
        async def _ask(self) -> tuple[Verdict, str]:
            asked.append(1)
            await go.wait()
            return WELL

    slow = replace(world.kit, checks={"scripted": Slow})
    world.keeper = Keeper(slow, world.mouth)
    for _ in range(3):
        await asyncio.wait_for(world.keeper(), 5)
        await asyncio.sleep(0.01)
    assert len(asked) == 1
    go.set()
    await world.settle()
    assert (await world.kept()).sound


@pytest.mark.parametrize(
    ("services", "back", "end"),
    [
        pytest.param(("admin", "store"), True, LeaseEnd.BACK, id="gone back to"),
        pytest.param(("admin", "store"), False, LeaseEnd.REPLACED, id="moved on"),
        pytest.param(("store",), False, None, id="partly moved on"),
    ],
)
async def test_newer_switches(
    world: World, services: tuple[str, ...], back: bool, end: LeaseEnd | None
) -> None:
    """It ends, or is kept for what is left; by whom is said."""
    run = await begin(world.kit.journal, world.run if back else None, *services)
    await moved(world.kit.journal, run, *services)
    await world.kit.journal.end(run.id, Outcome.DONE, "", None, NOON + MINUTE)
    told = await world.passes(HOUR)
    kept = await world.kept()
    assert kept.end is end
    if end is None:
        assert (kept.services, list(told)) == (("admin",), [""])
    else:
        assert (kept.after, kept.ended_by) == (run.id, person("ben"))
        assert sorted(told) == ["", ":ended"]
        assert "<@U0BEN>" in str(world.mouth.said[f"run:{world.run}:lease:ended"].message.blocks)


async def test_its_time_is_over_while_somebody_goes_back(
    world: World, answers: list[tuple[Verdict, str]]
) -> None:
    """Nothing is said to be free for taking down that is about to be needed."""
    answers += [WELL] * 3
    run = await begin(world.kit.journal, world.run, "admin", "store")
    assert list(await world.passes(25 * HOUR)) == [""]
    await world.kit.journal.end(run.id, Outcome.FAILED, "", None, NOON)
    assert (await world.passes())[":ended"] == "staging: blue of run 1 is kept no more."


async def test_a_broken_look_breaks_nothing(world: World) -> None:
    """What goes wrong in one is logged; it is looked again in the next round."""

    class Broken(Scripted):
        async def _ask(self) -> tuple[Verdict, str]:
            raise ZeroDivisionError

    world.keeper = Keeper(replace(world.kit, checks={"scripted": Broken}), world.mouth)
    assert list(await world.passes()) == [""]
    assert not world.keeper._looks


async def test_an_environment_that_the_estate_has_lost(world: World) -> None:
    """Nobody can say whether going back would work; its time ends all the same."""
    environments = {"prod": world.kit.estate.environments["prod"]}
    world.kit = replace(world.kit, estate=world.kit.estate.model_copy(update={"environments": environments}))
    await world.dies()
    told = await world.passes()
    assert told[":turn:1"].startswith("staging: nobody can say whether going back to blue would work.")
    assert ":ended" in await world.passes(24 * HOUR)
