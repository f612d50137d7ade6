"""A yard with levers that steer traffic, checks and evidence that say what a test wants; and whole switches walked in it."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.colour import Colour
from bot.domain.errors import TrafficMoved, TrafficRefused
from bot.domain.estate import CheckSettings, Estate, SwitcherSettings, WatchSettings
from bot.domain.message import Message
from bot.domain.report import Evidence, Report, Verdict
from bot.domain.request import Wish
from bot.domain.run import SWITCH, Outcome, Run, StepName, Switching
from bot.domain.traffic import Health, Seen, Weights
from bot.domain.value import EnvironmentName, RunId
from bot.journal import NewRun
from bot.store import Store
from bot.voice import Secrets
from handlers import Command
from runners import engine
from runners.aws import Aws
from runners.checks import Check
from runners.kit import Kit
from runners.metrics import Metric
from runners.saga import Saga
from runners.steps import Step
from runners.steps.approve import Approve
from runners.steps.bake import Bake
from runners.steps.idle import Idle
from runners.steps.keep import Keep
from runners.steps.preview import Preview
from runners.steps.shift import ShiftTraffic
from runners.steps.window import Window
from runners.traffic import Switcher
from tests.fakes.clock import FakeClock
from tests.fakes.ear import deaf
from tests.fakes.town import DEPLOYS, ESTATE, Bells, Book, Line, Town, Wall, person

OLD, NEW = Weights(blue=100, green=0), Weights(blue=0, green=100)
PROD = EnvironmentName("prod")
_NUMBERS = itertools.count(1)
#: Waits after which a run waits for somebody who never comes.
_MANY = 300
#: What goes wrong: nothing, an error, or what happens as it is raised.
Trouble = Exception | Callable[[], Exception] | None


@dataclass
class Yard:
    """What is outside: everything goes well until a test wants something else."""

    weights: dict[str, Weights] = field(
        default_factory=lambda: dict.fromkeys(("jobs", "admin", "store"), OLD)
    )
    #: Of a colour of a service: `store green`.
    health: dict[str, Health] = field(default_factory=dict)
    mixed: dict[str, str] = field(default_factory=dict)
    #: Services whose targets nobody may count.
    uncounted: set[str] = field(default_factory=set)
    #: What the next looks at, and writes to, a service raise; `None` where one goes well.
    looks: dict[str, list[Trouble]] = field(default_factory=dict)
    before: dict[str, list[Trouble]] = field(default_factory=dict)
    #: The same, once it is written.
    after: dict[str, list[Trouble]] = field(default_factory=dict)
    #: What checks of `store green` say, the last again and again, and what its evidence is: good, bad, none.
    checks: dict[str, list[Verdict]] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    written: list[tuple[str, Weights]] = field(default_factory=list)


def _raised(troubles: dict[str, list[Trouble]], service: str) -> None:
    if troubles.get(service) and (trouble := troubles[service].pop(0)) is not None:
        raise trouble if isinstance(trouble, Exception) else trouble()


class Lever(Switcher):
    """Steers one service of the yard, as careful as all switchers."""

    class Settings(SwitcherSettings):
        """Nothing of its own."""

    yard: Yard

    @property
    def place(self) -> str:
        return f"lever {self._service}"

    @property
    def _service(self) -> str:
        return self.context.names["service"]

    async def weights(self) -> Weights:
        _raised(self.yard.looks, self._service)
        return self.yard.weights[self._service]

    async def look(self) -> Seen:
        _raised(self.yard.looks, self._service)
        self._counted()
        blue, green = (self.yard.health.get(f"{self._service} {colour}") for colour in Colour)
        return Seen(
            weights=self.yard.weights[self._service],
            blue=blue,
            green=green,
            mixed=self.yard.mixed.get(self._service, ""),
        )

    def _counted(self) -> None:
        if self._service in self.yard.uncounted:
            msg = "describe_target_health: AccessDenied"
            raise TrafficRefused(msg)

    async def shift(self, expected: Weights, to: Weights, *, back: bool = False) -> Weights:
        service, yard = self._service, self.yard
        if not back or yard.weights[service].active:
            self._counted()
        _raised(yard.before, service)
        there = yard.weights[service]
        if there not in {expected, to} and service not in yard.mixed:
            raise TrafficMoved(expected, there)
        if there != to:
            yard.mixed.pop(service, None)
            yard.weights[service] = to
            yard.written.append((service, to))
        _raised(yard.after, service)
        return to


class Asked(Check):
    """Says of a colour of a service what the yard says."""

    class Settings(CheckSettings):
        """Nothing of its own."""

    yard: Yard

    def _about(self) -> str:
        return "the yard"

    async def _ask(self) -> tuple[Verdict, str]:
        said = self.yard.checks.get(
            " ".join((self.context.names["service"], self.context.names["colour"])), []
        )
        verdict = said.pop(0) if len(said) > 1 else (said or [Verdict.PASS])[0]
        return verdict, f"it said {verdict}"


class Seen_(Metric):  # noqa: N801 -- `Seen` is what a switcher saw
    """Counts requests of a colour of a service, ten for each weight, which went as the yard says."""

    class Settings(WatchSettings):
        """Nothing of its own."""

    yard: Yard

    async def _sample(self, previous: Evidence | None) -> Evidence:
        service, colour = self.context.names["service"], Colour(self.context.names["colour"])
        how = self.yard.evidence.get(f"{service} {colour}", "good")
        if how == "none":
            return Evidence(metric="error_rate", missing="nobody answers")
        requests = 10 * self.yard.weights[service].of(colour)
        return Evidence(metric="error_rate", requests=requests, errors=requests // 2 if how == "bad" else 0)


class Words:
    """A `Tell` that notes what is told, and of what is said aloud how it stood then."""

    def __init__(self, journal: Store, clock: FakeClock) -> None:
        self.told: list[str] = []
        #: What was said aloud, and when.
        self.aloud: list[tuple[str, str, Any]] = []
        self._journal, self._clock = journal, clock

    async def held(self, run: RunId) -> None:
        found = await self._journal.run(run)
        assert found is not None
        if not self.aloud or self.aloud[-1][:2] != ("held", found.held):
            self.aloud.append(("held", found.held, self._clock.now()))

    async def returning(self, run: RunId, why: str) -> None:
        self.aloud.append(("returning", why, self._clock.now()))

    async def stuck(self, run: RunId, left: tuple[str, ...]) -> None:
        self.aloud.append(("stuck", " ".join(left), self._clock.now()))

    async def released(self, run: RunId) -> None:
        self.aloud.append(("released", "", self._clock.now()))

    def __getattr__(self, name: str) -> Callable[..., Awaitable[None]]:
        async def tell(*what: object, **_: object) -> None:
            self.told.append(" ".join([name, *(str(one) for one in what[1:])]))

        return tell


Condition = Callable[["Journey"], Awaitable[bool]]
Act = Callable[["Journey"], Awaitable[object]]


class Flying(Bells):
    """An engine in which time flies, and people do what they have in mind as soon as it is time."""

    def __init__(self, journey: "Journey") -> None:
        super().__init__()
        self._journey = journey
        self._waits = 0

    async def rung(self, run: object, seconds: float) -> None:
        journey = self._journey
        for minded in list(journey.agenda):
            when, act = minded
            if await when(journey):
                journey.agenda.remove(minded)
                await act(journey)
                return
        self._waits += 1
        assert self._waits < _MANY, (await journey.run()).held
        await journey.clock.advance(max(0.01, seconds))


class Journey:
    """One switch from its first step to its end, on real rows."""

    def __init__(self, folder: Path, journal: Store, estate: Estate) -> None:
        self.yard, self.journal, self.clock = Yard(), journal, FakeClock()
        self.began = self.clock.now()
        self.book, self.wall = Book(), Wall()
        self.words = Words(journal, self.clock)
        self.number = RunId(1)
        #: What people do, as soon as something is so; one thing at a time.
        self.agenda: list[tuple[Condition, Act]] = []
        tell: Any = self.words
        unused: Any = None
        self.kit = Kit(
            estate=estate,
            journal=journal,
            clock=self.clock,
            engine=Flying(self),
            directory=self.book,
            calendars=self.wall,
            source=unused,
            iac=unused,
            checks={"asked": type("Asked", (Asked,), {"yard": self.yard})},
            metrics={"seen": type("Seen", (Seen_,), {"yard": self.yard})},
            switchers={"lever": type("Lever", (Lever,), {"yard": self.yard})},
            aws=Aws(),
            tell=tell,
            secrets=Secrets(frozenset()),
            hear=deaf,
            folder=folder,
        )

    def changed(self, estate: Estate) -> None:
        """The bot was started again with another estate."""
        self.kit = replace(self.kit, estate=estate)

    def step(self, step: type[Step]) -> Step:
        """One step with this kit."""
        return step(self.kit)

    async def begin(
        self,
        *,
        recipe: tuple[StepName, ...] = SWITCH,
        wish: Wish | None = None,
        environment: EnvironmentName = PROD,
        **switch: Any,
    ) -> Run:
        """Ana wants a switch to green."""
        run = await self.journal.begin(
            NewRun(
                environment=environment,
                by=person("ana"),
                channel=DEPLOYS,
                ref="green",
                recipe=recipe,
                wish=wish or Wish(),
                switch=Switching(**{"colour": Colour.GREEN, **switch}),
                asked=f"command:{next(_NUMBERS)}",
            ),
            self.clock.now(),
        )
        self.number = run.id
        return run

    async def walk(self, *, until: StepName | None = None) -> Run:
        """Carry it to its end, or up to that step."""
        known: dict[str, engine.Record] = {}

        async def once(name: str, work: Callable[[], Awaitable[engine.Record]]) -> engine.Record:
            if until is not None and name == until:
                raise _Far
            known[name] = await work()
            return known[name]

        kinds = (Preview, Idle, Approve, Window, ShiftTraffic, Bake, Keep)
        steps: list[Step] = [kind(self.kit) for kind in kinds]
        saga = Saga(self.kit, {step.name: step for step in steps}, Line())
        with suppress(_Far):
            await saga.walk(self.number, once)
        return await self.run()

    async def go(self, **how: Any) -> Run:
        """Begin and carry it to its end."""
        await self.begin(**how)
        return await self.walk()

    async def run(self) -> Run:
        """The run's row."""
        found = await self.journal.run(self.number)
        assert found is not None
        return found

    async def report(self) -> Report:
        """All that is known of it."""
        return await self.journal.report(self.number, self.clock.now())

    async def say(self, command: type[Command], said: str, by: str = "ana") -> Message | None:
        """Somebody says it, at a desk that has this yard's clock and rows."""
        town = Town(self.journal, self.kit.estate)
        town.desk = replace(town.desk, clock=self.clock, directory=self.book, calendars=self.wall)
        return await command(town.desk, {}).answer(town.spoken(said, by=by))

    def when(self, condition: Condition, act: Act) -> None:
        """Have *act* done as soon as *condition* holds, at a moment when the run waits."""
        self.agenda.append((condition, act))

    @property
    def aloud(self) -> list[str]:
        """What was said aloud, in its order."""
        return [what for what, _, _ in self.words.aloud]

    @property
    def said(self) -> list[str]:
        """The words of what was said aloud."""
        return [said for _, said, _ in self.words.aloud]

    @property
    def back(self) -> bool:
        """Whether everything is where it was."""
        return set(self.yard.weights.values()) == {OLD}

    @property
    def over(self) -> bool:
        """Whether everything is on the new colour."""
        return set(self.yard.weights.values()) == {NEW}


class _Far(Exception):
    """It came as far as it was to come."""


def baking(rung: int) -> Condition:
    """The bake after that move has begun and seen something."""

    async def met(journey: Journey) -> bool:
        bake = (await journey.report()).bake
        return bake is not None and bake.rung == rung and bool(bake.samples)

    return met


async def held(journey: Journey) -> bool:
    """It stays where it is."""
    return bool((await journey.run()).held)


def estate(**prod: Any) -> Estate:
    """The town's estate, with three services in prod that need no votes; *prod* says what is different there."""
    service = {"traffic": {"kind": "lever"}, "verify": [{"kind": "asked", "attempts": 1}]}
    told = ESTATE.model_dump(by_alias=True)
    told["classes"] |= {
        "standard": {"votes": 0},
        "significant": {"votes": 0},
        "high-risk": {"votes": 0},
        "emergency": {"votes": 0, "of": ["platform"], "bake": "double"},
    }
    told["environments"]["prod"] |= {
        "permissions": {"switch": ["platform"], "override": ["platform"], "cancel": ["platform"]},
        "services": [
            {"name": "store", "exposure": "public", **service},
            {"name": "jobs", "exposure": "none", **service, "after": [{"kind": "asked", "attempts": 1}]},
            {"name": "admin", "exposure": "internal", **service},
        ],
        "switch": {
            "steps": [10, 50, 100],
            "bake": {
                "for": timedelta(seconds=10),
                "every": timedelta(seconds=2),
                "min_requests": 100,
                "watch": [{"source": "seen", "metric": "error_rate", "at_most": 0.05}],
            },
        },
    } | prod
    return Estate.model_validate(told)


def patient(when: str) -> Estate:
    """The same estate, with checks of jobs, *when* they are asked, that are asked each minute for a day."""
    town = estate()
    services = [service.model_dump(by_alias=True) for service in town.environments[PROD].services]
    for service in services:
        if service["name"] == "jobs":
            service[when] = [{"kind": "asked", "attempts": 1440, "every": timedelta(minutes=1)}]
    return estate(services=services)


async def tried(journey: Journey) -> bool:
    """A check was asked, and will be again."""
    return any(check.verdict is None for check in (await journey.report()).checks)


@pytest.fixture
async def journey(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Journey]:
    """A switch that can be walked."""
    store = await Store.open(sqlite_url)
    yield Journey(tmp_path, store, estate())
    await store.close()


__all__ = ["NEW", "OLD", "Journey", "Outcome", "baking", "estate", "held", "journey", "patient", "tried"]
