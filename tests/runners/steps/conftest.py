"""A kit of real rows and made-up surroundings, and a run to work on."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import InterlockError
from bot.domain.estate import CheckSettings, Estate, WatchSettings
from bot.domain.plan import ChangeClass, Counts, Plan
from bot.domain.report import Evidence, Verdict
from bot.domain.request import Wish
from bot.domain.ruling import Ask
from bot.domain.run import DEPLOY, Run, StepName
from bot.domain.value import Commit, EnvironmentName, GroupName, PlanDigest, RunId
from bot.journal import Binding, NewRun
from bot.ports import Planned, StateVersion, Workplace
from bot.store import Store
from bot.voice import Secrets
from runners.aws import Aws
from runners.checks import Check
from runners.kit import Kit
from runners.metrics import Metric
from tests.fakes.clock import FakeClock
from tests.fakes.ear import deaf
from tests.fakes.town import DEPLOYS, ESTATE, Bells, Book, Wall, person

DIGEST = PlanDigest("d" * 64)


class Quiet:
    """A `Tell` that only counts."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def _note(self, word: str) -> Callable[..., Any]:
        async def tell(*_: object, **__: object) -> None:
            self.told.append(word)

        return tell

    async def error(self, run: RunId, step: StepName, error: InterlockError) -> None:
        self.told.append(f"error {error}")

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return self._note(name)


class Drawer:
    """An `Iac` that has a plan and outputs at hand, and does nothing."""

    async def read(self, at: Workplace, file: Path) -> Planned:
        plan = Plan(digest=DIGEST, terraform_version="1.11.4", changes=(), counts=Counts(create=1))
        return Planned(plan=plan, file=file, diff="", secrets=frozenset({"hunter2"}))

    async def state(self, at: Workplace) -> StateVersion:
        return StateVersion(lineage="", serial=0)

    async def outputs(self, at: Workplace) -> Mapping[str, object]:
        return {"url": "http://127.0.0.1:9"}


class Scripted(Check):
    """A check that answers as it was told to."""

    class Settings(CheckSettings):
        """Nothing of its own."""

    answers: list[tuple[Verdict, str]]

    def _about(self) -> str:
        return "the world"

    async def _ask(self) -> tuple[Verdict, str]:
        return self.answers.pop(0)


class Counted(Metric):
    """A metric that counts as it was told to."""

    class Settings(WatchSettings):
        """Nothing of its own."""

    answers: list[Evidence]

    async def _sample(self, previous: Evidence | None) -> Evidence:
        return self.answers.pop(0)


@pytest.fixture
async def journal(sqlite_url: str) -> AsyncIterator[Store]:
    """Rows on a fresh SQLite file."""
    opened = await Store.open(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> FakeClock:
    """Time goes where the test moves it."""
    return FakeClock()


@pytest.fixture
def kit(journal: Store, clock: FakeClock, tmp_path: Path) -> Kit:
    """Everything a step works with; `staging` has no checks and no bake until a test gives it some."""
    unused: Any = None
    drawer: Any = Drawer()
    tell: Any = Quiet()
    return Kit(
        estate=ESTATE,
        journal=journal,
        clock=clock,
        engine=Bells(),
        directory=Book(),
        calendars=Wall(),
        source=unused,
        iac=drawer,
        checks={"scripted": Scripted},
        metrics={"counted": Counted},
        switchers={},
        aws=Aws(),
        tell=tell,
        secrets=Secrets(frozenset()),
        hear=deaf,
        folder=tmp_path,
    )


@pytest.fixture
def estate_with() -> Callable[..., Estate]:
    """The town's estate with another `staging`."""

    def make(**changes: Any) -> Estate:
        staging = ESTATE.environments["staging"].model_copy(update=changes)
        return ESTATE.model_copy(update={"environments": {**ESTATE.environments, "staging": staging}})

    return make


@pytest.fixture
def wish() -> Wish:
    """How the run is wanted, unless a test wants it otherwise."""
    return Wish()


@pytest.fixture
async def run(journal: Store, clock: FakeClock, wish: Wish) -> Run:
    """A run of staging with a plan that needs one vote."""
    begun = await journal.begin(
        NewRun(
            environment=EnvironmentName("staging"),
            by=person("ana"),
            channel=DEPLOYS,
            ref="main",
            recipe=DEPLOY,
            wish=wish,
            asked="command:1",
        ),
        clock.now(),
    )
    plan = Plan(digest=DIGEST, terraform_version="1.11.4", changes=(), counts=Counts(create=1))
    await journal.planned(
        Binding(
            run=begun.id,
            plan=plan,
            file="plan",
            diff="",
            commit=Commit("c" * 40),
            estate=ESTATE.digest,
            change_class=ChangeClass.STANDARD,
            ask=Ask(votes=1, of=(GroupName("platform"),), reasons=()),
        ),
        clock.now(),
    )
    await journal.stage(begun.id, StepName.APPROVE, clock.now())
    found = await journal.run(begun.id)
    assert found is not None
    return found


MINUTE = timedelta(minutes=1)
