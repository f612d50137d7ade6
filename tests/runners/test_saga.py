"""The walk of a run: whatever goes wrong in it, the run comes to an end and its environment is free."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.domain.errors import JournalBroken, RepositoryBroken
from bot.domain.person import Person
from bot.domain.run import DEPLOY, Outcome, Run, StepName
from bot.domain.value import ChannelId, EnvironmentName, RunId, TeamId, UserId
from bot.journal import NewRun
from bot.store import Store
from runners import kit as kits
from runners.aws import Aws
from runners.kit import Kit
from runners.saga import Saga
from runners.steps import Back, Go, Halt, Said
from tests.fakes.ear import deaf
from tests.fakes.town import ESTATE, Line, Wall

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PROD = EnvironmentName("prod")


class Mouth:
    """Says what it is asked to, unless it stumbles over it."""

    def __init__(self) -> None:
        self.trouble: dict[str, list[Exception]] = {}
        self.said: list[str] = []

    def __getattr__(self, what: str) -> Callable[..., Awaitable[None]]:
        async def tell(*_: object) -> None:
            if self.trouble.get(what):
                raise self.trouble[what].pop(0)
            self.said.append(what)

        return tell


class Silent:
    """Secrets and bells of nobody."""

    def scrub(self, text: str) -> str:
        return text.replace("hunter22", "•••")

    def forget(self, run: RunId) -> None:
        """Know nothing."""


class Steps:
    """Does what is written for a step, else goes on."""

    def __init__(self, trouble: dict[StepName, list[Exception | Halt | Back]]) -> None:
        self.trouble = trouble
        self.walked: list[StepName] = []

    def one(self, name: StepName) -> Any:
        steps = self

        class One:
            undoes = False

            async def do(self, _: Run) -> Said:
                steps.walked.append(name)
                if found := steps.trouble.get(name):
                    what = found.pop(0)
                    if isinstance(what, Exception):
                        raise what
                    return what
                return Go()

        return One()


async def once(_: str, work: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    return await work()


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    opened = await Store.open(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def run(store: Store) -> Run:
    new = NewRun(
        environment=PROD,
        by=Person(team=TeamId("T0HOME"), user=UserId("U0ANA")),
        channel=ChannelId("C0DEPLOYS"),
        ref="main",
        recipe=DEPLOY,
        asked="words",
    )
    return await store.begin(new, NOON)


def saga(store: Store, folder: Path, mouth: Mouth, steps: Steps) -> Saga:
    nobody: Any = None
    silent: Any = Silent()
    tell: Any = mouth
    kit = Kit(
        estate=ESTATE,
        journal=store,
        clock=SystemClock(),
        engine=silent,
        directory=nobody,
        calendars=Wall(),
        source=nobody,
        iac=nobody,
        checks={},
        metrics={},
        switchers={},
        aws=Aws(),
        tell=tell,
        secrets=silent,
        hear=deaf,
        folder=folder,
    )
    return Saga(kit, {name: steps.one(name) for name in DEPLOY}, Line())


TROUBLES: list[Any] = [
    pytest.param("status", StepName.PLAN, ValueError("bug"), Outcome.FAILED, id="the status, at the plan"),
    pytest.param(
        "error", StepName.PLAN, RepositoryBroken("gone"), Outcome.FAILED, id="the error, at the plan"
    ),
    pytest.param(
        "error", StepName.APPLY, RepositoryBroken("gone"), Outcome.UNKNOWN, id="the error, at the apply"
    ),
    pytest.param("", StepName.BAKE, KeyError("bug"), Outcome.UNKNOWN, id="the step itself"),
]


@pytest.mark.parametrize(("what", "at", "error", "ends"), TROUBLES)
async def test_a_walk_always_comes_to_its_end(
    store: Store, run: Run, tmp_path: Path, what: str, at: StepName, error: Exception, ends: Outcome
) -> None:
    """A walk that breaks off would leave a run that nobody walks and that holds its environment for ever."""
    mouth = Mouth()
    mouth.trouble[what] = [TypeError("not to be said")]
    await saga(store, tmp_path, mouth, Steps({at: [error]})).walk(run.id, once)
    ended = await store.run(run.id)
    assert ended is not None
    assert ended.outcome is ends
    assert await store.holder(PROD) is None


async def test_a_database_that_is_away_is_waited_for(
    store: Store, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step is asked again, and nothing fails of it."""
    monkeypatch.setattr(kits, "_FIRST_PAUSE", 0.01)
    steps = Steps({StepName.APPROVE: [JournalBroken("away"), JournalBroken("away")]})
    await saga(store, tmp_path, Mouth(), steps).walk(run.id, once)
    ended = await store.run(run.id)
    assert ended is not None
    assert ended.outcome is Outcome.DONE
    assert steps.walked.count(StepName.APPROVE) == 3


async def test_a_new_walk_begins_where_the_old_one_was(store: Store, run: Run, tmp_path: Path) -> None:
    """Steps that are behind the run are not asked again by a walk that remembers nothing."""
    await store.stage(run.id, StepName.VERIFY, NOON)
    steps = Steps({})
    await saga(store, tmp_path, Mouth(), steps).walk(run.id, once)
    assert steps.walked == [StepName.VERIFY, StepName.BAKE]


async def test_the_card_changes_when_the_wait_is_over(store: Store, run: Run, tmp_path: Path) -> None:
    """A button that is there as long as a no is heard goes away as soon as it is not."""
    mouth = Mouth()
    await saga(store, tmp_path, mouth, Steps({})).walk(run.id, once)
    # Plan, approve and window; the apply; verify and bake.
    assert mouth.said == ["status", "status", "status", "voted", "status", "status", "ended"]


async def test_a_step_may_send_back(store: Store, run: Run, tmp_path: Path) -> None:
    """An earlier step is done again, and then all that follow it."""
    steps = Steps({StepName.APPLY: [Back(to=StepName.APPROVE)]})
    await saga(store, tmp_path, Mouth(), steps).walk(run.id, once)
    assert steps.walked == [*DEPLOY[: DEPLOY.index(StepName.APPLY) + 1], *DEPLOY[1:]]
    ended = await store.run(run.id)
    assert ended is not None
    assert ended.outcome is Outcome.DONE


async def test_a_new_walk_may_send_back(store: Store, run: Run, tmp_path: Path) -> None:
    """Also behind the step that it began with; else it would break off each time anew, and hold its environment for ever."""
    await store.stage(run.id, StepName.APPLY, NOON)
    steps = Steps({StepName.APPLY: [Back(to=StepName.APPROVE)]})
    await saga(store, tmp_path, Mouth(), steps).walk(run.id, once)
    assert steps.walked == [StepName.APPLY, *DEPLOY[1:]]
    ended = await store.run(run.id)
    assert ended is not None
    assert ended.outcome is Outcome.DONE


async def test_a_walk_of_an_earlier_version(store: Store, run: Run, tmp_path: Path) -> None:
    """What the engine remembers of it says where to begin by what it leaves out."""
    remembered: dict[str, Any] = {"steps": ["verify", "bake"]}

    async def again(name: str, work: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        return remembered if name == "recipe" else await work()

    steps = Steps({})
    await saga(store, tmp_path, Mouth(), steps).walk(run.id, again)
    assert steps.walked == [StepName.VERIFY, StepName.BAKE]


async def test_a_window_that_breaks_has_changed_nothing(store: Store, run: Run, tmp_path: Path) -> None:
    """Nothing was applied, and nobody need look what became of it."""
    await saga(store, tmp_path, Mouth(), Steps({StepName.WINDOW: [KeyError("bug")]})).walk(run.id, once)
    ended = await store.run(run.id)
    assert ended is not None
    assert ended.outcome is Outcome.FAILED


async def test_an_end_is_kept_without_secrets(store: Store, run: Run, tmp_path: Path) -> None:
    """The row, the record and the engine's memory outlive the message, which is redacted by others."""
    halt = Halt(outcome=Outcome.FAILED, text="password hunter22 refused")
    await saga(store, tmp_path, Mouth(), Steps({StepName.VERIFY: [halt]})).walk(run.id, once)
    assert "hunter22" not in "".join(entry.model_dump_json() for entry in await store.record())


async def test_an_end_lets_the_next_one_in(store: Store, run: Run, tmp_path: Path) -> None:
    """Whoever waits hears of it before anything is said of the end."""
    walk = saga(store, tmp_path, Mouth(), Steps({}))
    await walk.walk(run.id, once)
    line: Any = walk._turns
    assert line.moves == [PROD]


@pytest.mark.parametrize("stage", [StepName.APPROVE, StepName.WINDOW])
async def test_a_superseded_run_goes_no_further(
    store: Store, run: Run, tmp_path: Path, stage: StepName
) -> None:
    """Superseded while it waited, it does no other step; its outcome stays, and is told without an alert."""
    new = NewRun(
        environment=PROD, by=run.by, channel=run.channel, ref="v2", recipe=DEPLOY, asked="other words"
    )
    steps, mouth = Steps({}), Mouth()
    walked = saga(store, tmp_path, mouth, steps)
    do = walked._steps[stage].do

    async def superseded(asked: Run) -> Said:
        assert await store.supersede(new, run.id, NOON) is not None
        return await do(asked)

    one: Any = walked._steps[stage]
    one.do = superseded
    await walked.walk(run.id, once)
    assert steps.walked == list(DEPLOY[: DEPLOY.index(stage) + 1])
    ended = await store.run(run.id)
    assert ended is not None
    assert (ended.outcome, ended.text) == (Outcome.SUPERSEDED, "Run 2 took its place.")
    assert mouth.said[-1] == "ended"
    assert not await store.untold()
    holder = await store.holder(PROD)
    assert holder is not None
    assert holder.id == 2


async def test_a_run_that_left_the_queue_only_tells_of_it(store: Store, run: Run, tmp_path: Path) -> None:
    """Its walk does nothing but say how it ended; whoever holds the environment goes on."""
    new = NewRun(
        environment=PROD, by=run.by, channel=run.channel, ref="v2", recipe=DEPLOY, asked="other words"
    )
    queued = await store.begin(new, NOON)
    await store.request_stop(queued.id, run.by, NOON)
    steps, mouth = Steps({}), Mouth()
    await saga(store, tmp_path, mouth, steps).walk(queued.id, once)
    assert (steps.walked, mouth.said) == ([], ["ended"])
    ended = await store.run(queued.id)
    assert ended is not None
    assert ended.outcome is Outcome.CANCELLED
    holder = await store.holder(PROD)
    assert holder is not None
    assert holder.id == run.id
