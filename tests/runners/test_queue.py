"""Who is walked, who is let in, and who hears of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import JournalBroken
from bot.domain.run import DEPLOY, Outcome, Run, StepName
from bot.domain.value import EnvironmentName, RunId
from bot.journal import NewRun
from bot.store import Store
from runners.queue import Queue
from tests.fakes.clock import FakeClock
from tests.fakes.town import DEPLOYS, NOON, Bells, person

PROD, DEV = EnvironmentName("prod"), EnvironmentName("dev")


class Ears:
    """A `Tell` that writes down whose status it was to tell."""

    def __init__(self) -> None:
        self.told: list[RunId] = []

    async def status(self, run: RunId) -> None:
        self.told.append(run)


class House:
    """Rows, and a queue over them that remembers what it was asked."""

    def __init__(self, journal: Store) -> None:
        self.journal, self.clock = journal, FakeClock()
        self.bells, self.ears = Bells(), Ears()
        self.queue = self.anew()

    def anew(self) -> Queue:
        """Another life of the process, that remembers nothing."""
        self.bells, self.ears = Bells(), Ears()
        tell: Any = self.ears
        self.queue = Queue(journal=self.journal, clock=self.clock, engine=self.bells, tell=tell)
        return self.queue

    async def begin(self, environment: EnvironmentName = PROD, by: str = "ana") -> Run:
        """Somebody asks."""
        self.count = getattr(self, "count", 0) + 1
        new = NewRun(
            environment=environment,
            by=person(by),
            channel=DEPLOYS,
            ref="main",
            recipe=DEPLOY,
            asked=f"words {self.count}",
        )
        return await self.journal.begin(new, self.clock.now())

    async def end(self, run: Run) -> None:
        """A run's walk ends it."""
        await self.journal.end(run.id, Outcome.DONE, "", None, self.clock.now())


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    store = await Store.open(sqlite_url)
    yield House(store)
    await store.close()


async def test_those_who_hold_are_walked(house: House) -> None:
    """Those who wait are not, at a start or later; each hears its place once."""
    for environment in (PROD, PROD, DEV, PROD):
        await house.begin(environment)
    await house.queue()
    assert sorted(house.bells.started) == [1, 3]
    assert house.ears.told == [2, 4, 1]
    await house.queue()
    assert house.ears.told == [2, 4, 1]
    await house.anew()()
    assert house.ears.told == [2, 4, 1]
    assert sorted(house.bells.started) == [1, 3]


async def test_the_next_is_started(house: House) -> None:
    """Whoever ended a run starts the next one, and everybody behind it hears of the new place."""
    first, *_ = [await house.begin() for _ in range(3)]
    await house.queue.moved(PROD)
    house.ears.told.clear()
    await house.end(first)
    await house.queue.moved(PROD)
    assert house.bells.started == [1, 2]
    assert house.ears.told == [3, 2]


async def test_a_crash_between_an_end_and_the_next_start(house: House) -> None:
    """The rows know whose turn it is, and the next life walks it."""
    first, *_ = [await house.begin() for _ in range(3)]
    await house.end(first)
    await house.anew()()
    assert house.bells.started == [2]
    assert house.ears.told == [3, 2]


@pytest.mark.parametrize("look_round", [True, False], ids=["looking round", "told of it"])
async def test_ends_that_others_made_are_told(house: House, look_round: bool) -> None:
    """Whoever left the queue, and whoever was superseded, is rung for and walked to its end, also after a crash."""
    first, second = [await house.begin() for _ in range(2)]
    await house.journal.stage(first.id, StepName.APPROVE, NOON)
    await house.journal.request_stop(second.id, person("ana"), NOON)
    new = NewRun(environment=PROD, by=person("ben"), channel=DEPLOYS, ref="v2", recipe=DEPLOY, asked="x")
    assert await house.journal.supersede(new, first.id, NOON)
    queue = house.anew()
    await (queue() if look_round else queue.moved(PROD))
    assert house.bells.rings == [1, 2]
    assert house.bells.started == [1, 2, 3]
    for run in (first, second):
        await house.end(run)
    house.anew()
    await house.queue()
    assert (house.bells.rings, house.bells.started) == ([], [3])


async def test_a_lock_that_runs_out_lets_the_next_one_in(house: House) -> None:
    """Until then nobody is started; nobody has to do anything for it."""
    first, _ = await house.begin(), await house.begin(by="ben")
    await house.journal.take_lock(PROD, person("ana"), "mine", NOON + timedelta(hours=1), NOON)
    await house.end(first)
    await house.queue()
    assert house.bells.started == []
    assert house.ears.told == [2]
    await house.clock.advance(3600)
    await house.queue()
    assert house.bells.started == [2]
    assert house.ears.told == [2, 2]


async def test_a_start_that_fails_is_no_failure_of_the_end(house: House) -> None:
    """Whoever ended a run has done their part; a database that is away they wait for."""
    await house.begin()

    class Stuck(Bells):
        error: Exception = ValueError("no engine")

        async def start(self, run: RunId) -> None:
            raise self.error

    stuck, tell = Stuck(), house.ears
    anything: Any = tell
    queue = Queue(journal=house.journal, clock=house.clock, engine=stuck, tell=anything)
    await queue.moved(PROD)
    stuck.error = JournalBroken("away")
    with pytest.raises(JournalBroken):
        await queue.moved(PROD)
