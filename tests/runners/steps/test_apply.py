"""An apply whose earlier life was killed: what still runs is waited for, whatever else is lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.domain.errors import PlanTampered
from bot.domain.estate import Environment, Estate
from bot.domain.person import Person
from bot.domain.plan import ChangeClass, Counts, Plan, Verb
from bot.domain.report import Ledger, Piece, PieceState
from bot.domain.ruling import Ask
from bot.domain.run import DEPLOY, Outcome, Run
from bot.domain.value import ChannelId, Commit, EnvironmentName, PlanDigest, TeamId, UserId
from bot.journal import Binding, NewRun
from bot.ports import Planned
from bot.store import Store
from runners.aws import Aws
from runners.kit import Kit
from runners.steps import Halt
from runners.steps.apply import Apply
from tests.fakes.ear import deaf
from tests.fakes.town import Wall

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DIGEST = PlanDigest("d" * 64)
HALF = Ledger(
    pieces=(
        Piece(address="db.main", verb=Verb.CREATE, state=PieceState.DONE),
        Piece(
            address="app.main", verb=Verb.CREATE, state=PieceState.FAILED, error="password hunter22 refused"
        ),
    ),
    errors=("password hunter22 refused",),
    tail=("password hunter22 refused",),
)


class Terraform:
    """Cannot read its plan any more, and still runs."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self.joined = asyncio.Event()

    async def read(self, *_: object) -> Planned:
        raise PlanTampered("The plan file that was kept is gone.")

    async def plan(self, *_: object, **__: object) -> Planned:
        raise PlanTampered("no disk")

    async def rejoin(self, *_: object, watch: Callable[[Ledger], None], **__: object) -> Ledger:
        self.joined.set()
        watch(HALF)
        await self.over.wait()
        return HALF


class Quiet:
    """Says nothing, rings for nobody."""

    async def applying(self, run: int) -> None:
        """Say nothing."""

    async def error(self, *_: object) -> None:
        """Say nothing."""

    async def rung(self, _: int, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def learn(self, *_: object) -> None:
        """Know nothing."""


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    opened = await Store.open(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def run(store: Store) -> Run:
    """A run whose plan was claimed by somebody who then died."""
    new = NewRun(
        environment=EnvironmentName("prod"),
        by=Person(team=TeamId("T0HOME"), user=UserId("U0ANA")),
        channel=ChannelId("C0DEPLOYS"),
        ref="main",
        recipe=DEPLOY,
        asked="words",
    )
    run = await store.begin(new, NOON)
    plan = Plan(digest=DIGEST, terraform_version="1.11.4", changes=(), counts=Counts(create=2))
    bound = Binding(
        run=run.id,
        plan=plan,
        file="gone",
        diff="",
        commit=Commit("c" * 40),
        estate="e",
        change_class=ChangeClass.STANDARD,
        ask=Ask(votes=0, of=(), reasons=()),
    )
    await store.planned(bound, NOON)
    assert await store.claim(run.id, DIGEST, NOON)
    return run


def kit(store: Store, terraform: Terraform, folder: Path, environments: dict[str, Environment]) -> Kit:
    quiet: Any = Quiet()
    iac: Any = terraform
    nobody: Any = None
    estate = Estate.model_construct(environments=environments)  # type: ignore[call-arg]
    return Kit(
        estate=estate,
        journal=store,
        clock=SystemClock(),
        engine=quiet,
        directory=nobody,
        calendars=Wall(),
        source=nobody,
        iac=iac,
        checks={},
        metrics={},
        switchers={},
        aws=Aws(),
        tell=quiet,
        secrets=quiet,
        hear=deaf,
        folder=folder,
    )


@pytest.mark.parametrize(
    "environments",
    [
        pytest.param({"prod": Environment(branch="main")}, id="the plan is lost"),
        pytest.param({}, id="the environment is not in the estate any more"),
    ],
)
async def test_what_still_runs_is_waited_for(
    store: Store, run: Run, tmp_path: Path, environments: dict[str, Environment]
) -> None:
    """Otherwise the environment is given away, and the folder taken away, under a Terraform that works in it."""
    terraform = Terraform()
    step = asyncio.create_task(Apply(kit(store, terraform, tmp_path, environments)).do(run))
    await asyncio.wait(
        {step, asyncio.create_task(terraform.joined.wait())}, timeout=5, return_when="FIRST_COMPLETED"
    )
    assert not step.done()
    terraform.over.set()
    said = await step
    assert isinstance(said, Halt)
    assert said.outcome is Outcome.UNKNOWN
    assert "Nothing was applied" not in said.text
    report = await store.report(run.id, NOON)
    assert report.apply is not None
    assert [piece.state for piece in report.apply.ledger.pieces] == [PieceState.DONE, PieceState.FAILED]
    assert "hunter22" not in report.model_dump_json()
