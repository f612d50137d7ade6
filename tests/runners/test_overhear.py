"""Going round the cards after somebody was deaf: in order, at a pace, until all have been seen."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import JournalBroken
from bot.domain.heard import Heard, HeardKind
from bot.domain.run import Run, StepName
from bot.domain.value import RunId
from bot.store import Store
from runners.kit import Kit
from runners.overhear import BURST, PACE, Overhear
from tests.fakes.clock import FakeClock
from tests.runners import test_emoji
from tests.runners.steps.conftest import DIGEST
from tests.runners.test_emoji import CHECK, FIRST, Cards, posted, voted

clock, journal, kit = test_emoji.clock, test_emoji.journal, test_emoji.kit
run, wish = test_emoji.run, test_emoji.wish


class Many:
    """A journal of many runs without plans, that writes down which of them was looked at, and when."""

    def __init__(self, clock: FakeClock, *runs: Run) -> None:
        self._clock = clock
        self.runs = {run.id: run for run in runs}
        self.looked: list[tuple[RunId, float]] = []
        self.began = clock.now()
        #: Raised one after the other.
        self.trouble: list[Exception] = []

    async def open_runs(self) -> list[Run]:
        return list(self.runs.values())

    async def run(self, number: RunId) -> Run:
        if self.trouble:
            raise self.trouble.pop(0)
        self.looked.append((number, (self._clock.now() - self.began).total_seconds()))
        return self.runs[number]

    async def binding(self, number: RunId) -> None:
        """None of them has a plan."""

    @property
    def order(self) -> list[int]:
        return [number for number, _ in self.looked]


def many(kit: Kit, clock: FakeClock, *runs: Run) -> tuple[Kit, Many]:
    rows = Many(clock, *runs)
    unproven: Any = rows
    return replace(kit, journal=unproven), rows


def numbered(run: Run, count: int) -> list[Run]:
    return [run.model_copy(update={"id": RunId(number)}) for number in range(1, count + 1)]


@asynccontextmanager
async def going(kit: Kit) -> AsyncIterator[Overhear]:
    """Somebody who goes round, and was called once."""
    overhear = Overhear(kit)
    task = asyncio.create_task(overhear.run())
    overhear.again()
    yield overhear
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def until(met: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await met():  # noqa: ASYNC110 -- rows have no event
            await asyncio.sleep(0.01)


async def test_what_came_and_what_went_is_heard(kit: Kit, journal: Store, run: Run, clock: FakeClock) -> None:
    """Each through the door; afterwards the card counts as seen."""
    await posted(journal, run, DIGEST, FIRST, clock)
    await voted(journal, run, clock, "ben")
    await clock.advance(60)
    told = list[str]()

    async def hear(heard: Heard) -> None:
        event = heard.payload["event"]
        told.append(f"{event['user']} {event['type']} {event['reaction']}")

    kit = replace(kit, hear=hear, directory=Cards({FIRST: {CHECK: {"U0CLEO"}, "x": {"U0ANA"}}}))
    async with going(kit):
        await until(lambda: _is(len(told) == 3 and not kit.unheard))
    assert sorted(told) == [
        "U0ANA reaction_added x",
        f"U0BEN reaction_removed {CHECK}",
        f"U0CLEO reaction_added {CHECK}",
    ]


async def test_a_card_that_cannot_be_looked_at(kit: Kit, journal: Store, run: Run, clock: FakeClock) -> None:
    """It is tried again, after longer and longer pauses, and counts as unheard until then."""
    await posted(journal, run, DIGEST, FIRST, clock)
    book = Cards({})
    kit = replace(kit, directory=book)
    async with going(kit):
        await until(lambda: _is(len(book.asked) == 1))
        for pause, times in ((1.9, 1), (0.2, 2), (3.8, 2), (0.4, 3)):
            await asyncio.sleep(0.05)
            await clock.advance(pause)
            await asyncio.sleep(0.05)
            assert (len(book.asked), list(kit.unheard)) == (times, [run.id])
        book.cards = {FIRST: {}}
        await clock.advance(60)
        await until(lambda: _is(not kit.unheard))


async def test_at_a_pace(kit: Kit, run: Run, clock: FakeClock) -> None:
    """Some at once, then one at a time; the connection may come and go, it does not get faster."""
    kit, rows = many(kit, clock, *numbered(run, BURST + 3))
    async with going(kit) as overhear:
        await clock.advance(PACE.total_seconds() * 3)
        assert [when for _, when in rows.looked] == [0.0] * BURST + [1.5, 3.0, 4.5]
        overhear.again()
        await clock.advance(PACE.total_seconds() * 2)
        assert [when for _, when in rows.looked[BURST + 3 :]] == [6.0, 7.5]


async def test_in_what_order(kit: Kit, run: Run, clock: FakeClock) -> None:
    """Those that wait for votes first, and of them whoever's time is over first; who has no card has nothing to see."""
    now = clock.now()
    waiting, soon, later, planning, ended = numbered(run, 5)
    waiting = waiting.model_copy(update={"stage": StepName.WINDOW, "expires_at": now})
    soon = soon.model_copy(update={"expires_at": now + timedelta(hours=2)})
    later = later.model_copy(update={"expires_at": now + timedelta(hours=1)})
    planning = planning.model_copy(update={"digest": None})
    kit, rows = many(kit, clock, waiting, soon, later, planning, ended)
    async with going(kit):
        await clock.advance(0)
        assert rows.order == [3, 2, 5, 1]


async def test_whoever_was_not_reached_comes_first(kit: Kit, run: Run, clock: FakeClock) -> None:
    """A connection that goes away every minute must not leave the same ones unseen each time."""
    kit, rows = many(kit, clock, *numbered(run, BURST + 3))
    async with going(kit) as overhear:
        await clock.advance(0)
        assert rows.order == list(range(1, BURST + 1))
        overhear.again()
        await clock.advance(PACE.total_seconds() * 5)
        assert rows.order[BURST : BURST + 4] == [11, 12, 13, 1]


async def test_who_was_deaf_again_meanwhile(kit: Kit, journal: Store, run: Run, clock: FakeClock) -> None:
    """A look that began before says nothing of what came after it."""
    await posted(journal, run, DIGEST, FIRST, clock)

    class Slow(Cards):
        async def reactions(self, *place: Any) -> Any:
            if not self.asked:
                await clock.advance(1)
                await overhear.mark()
            return await super().reactions(*place)

    book = Slow({FIRST: {}})
    kit = replace(kit, directory=book)
    overhear = Overhear(kit)
    await overhear.mark()
    await overhear._look(run.id)
    assert list(kit.unheard) == [run.id]
    await overhear._look(run.id)
    assert not kit.unheard


async def test_trouble_on_the_way(kit: Kit, run: Run, clock: FakeClock) -> None:
    """A database that is away is waited for; what nobody foresaw hinders only the one whose it is."""
    kit, rows = many(kit, clock, *numbered(run, 3))
    rows.trouble = [JournalBroken("away")]
    async with going(kit):
        await clock.advance(1)
        assert rows.order == []
        await clock.advance(1)
        assert rows.order == [1, 2, 3]
        rows.trouble = [ValueError("odd")]
    async with going(kit):
        await clock.advance(1)
        assert (rows.order[3:], list(kit.unheard)) == ([2, 3], [1])


async def test_what_could_not_be_kept(kit: Kit, run: Run, clock: FakeClock) -> None:
    """Slack repeats it for a while; once the database is there again it is looked for in any case."""
    kit, rows = many(kit, clock, run)
    heard = Heard(key="k", kind=HeardKind.EVENT, payload={}, at=clock.now())
    trouble = [JournalBroken("away")]

    async def hear(_: Heard) -> None:
        if trouble:
            raise trouble.pop()

    async with going(kit) as overhear:
        await clock.advance(1)
        minded = overhear.minding(hear)
        with pytest.raises(JournalBroken):
            await minded(heard)
        await clock.advance(1)
        await minded(heard)
        await clock.advance(1)
        assert rows.order == [run.id, run.id]


async def _is(met: bool) -> bool:
    return met
