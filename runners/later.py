"""Tells a moment later, and once, what is only progress: words never hold a run up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from bot.domain.errors import InterlockError, JournalBroken
from bot.domain.run import StepName
from bot.domain.value import RunId
from bot.domain.vote import Vote
from bot.journal import Binding
from bot.ports import Clock
from runners.kit import Tell

log = logging.getLogger(__name__)

#: Seconds in which changes are gathered; nobody sees them, for Slack takes one message a second. From a vote to the
#: start of Terraform takes less, so that words do not stand in its way.
SOON = 0.25
#: Seconds between two tries to reach the database.
_PAUSE = 1.0
#: Seconds for which a process that is told to leave still draws; what is missing then is drawn by the next one.
FAREWELL = 3.0

_Telling = Callable[[RunId], Awaitable[None]]


class Later:
    """Implements `runners.kit.Tell` around another one, which looks at the rows when it is asked.

    What must be there before a run goes on (the card to vote on, an error, the end) is told at once.
    """

    def __init__(self, tell: Tell, clock: Clock) -> None:
        """Have it told by *tell*."""
        self._tell = tell
        self._clock = clock
        #: What is to be told, in order, by run.
        self._due: dict[RunId, dict[_Telling, None]] = {}
        self._tasks: dict[RunId, asyncio.Task[None]] = {}
        #: One telling of a run at a time, so that older words never follow newer ones.
        self._turns: dict[RunId, asyncio.Lock] = {}
        #: Pictures in the making, by run; no word waits for one.
        self._charts: dict[RunId, asyncio.Task[None]] = {}
        #: The next process tells what this one has no database for.
        self._closing = False

    async def status(self, run: RunId) -> None:
        """The run's one message in the channel."""
        self._soon(run, self._tell.status)

    async def voted(self, run: RunId) -> None:
        """The card with the votes on it, and the status."""
        self._soon(run, self._tell.voted)

    async def taken_back(self, run: RunId, vote: Vote) -> None:
        """The emoji of a vote is gone."""
        async with self._turn(run):
            await self._tell.taken_back(run, vote)

    async def applying(self, run: RunId) -> None:
        """How far the apply is."""
        self._soon(run, self._tell.applying)

    async def verifying(self, run: RunId) -> None:
        """What the checks say."""
        self._soon(run, self._tell.verifying)

    async def baking(self, run: RunId) -> None:
        """What the live evidence says."""
        self._soon(run, self._tell.baking)

    async def moving(self, run: RunId) -> None:
        """Where the traffic of a switch is."""
        self._soon(run, self._tell.moving)

    async def held(self, run: RunId) -> None:
        """A switch stays where it is, and why."""
        async with self._turn(run):
            await self._tell.held(run)

    async def released(self, run: RunId) -> None:
        """It stays there no more."""
        self._soon(run, self._tell.released)

    async def returning(self, run: RunId, why: str) -> None:
        """A switch goes back by itself."""
        async with self._turn(run):
            await self._tell.returning(run, why)

    async def stuck(self, run: RunId, left: tuple[str, ...]) -> None:
        """A switch cannot go back."""
        async with self._turn(run):
            await self._tell.stuck(run, left)

    async def chart(self, run: RunId) -> None:
        """A picture of each bake that is over: it takes seconds, so nothing waits for it, the end neither."""
        before = self._charts.get(run)
        self._charts[run] = asyncio.create_task(self._draw(run, before))

    async def override(self, run: RunId, freezes: tuple[str, ...] = ()) -> None:
        """Somebody goes past windows, and past the *freezes* of these names."""
        await self._tell.override(run, freezes)

    async def reverting(self, run: RunId, back: RunId) -> None:
        """A run takes *back* another one, of whose end it may just be told."""
        async with self._turn(back):
            await self._tell.reverting(run, back)

    async def card(self, run: RunId) -> None:
        """The plan, the votes on it and the buttons."""
        async with self._turn(run):
            await self._tell.card(run)

    async def replanned(self, run: RunId, old: Binding, *, carried: bool) -> None:
        """Another plan is in the place of *old*."""
        async with self._turn(run):
            await self._tell.replanned(run, old, carried=carried)

    async def error(self, run: RunId, step: StepName, error: InterlockError) -> None:
        """A tool's own message, whole."""
        async with self._turn(run):
            await self._tell.error(run, step, error)

    async def ended(self, run: RunId) -> None:
        """How it ended, after whatever was still to be told."""
        async with self._turn(run):
            # The end tells these as well.
            overtaken = (self._tell.status, self._tell.voted)
            for telling in [each for each in self._due.pop(run, {}) if each not in overtaken]:
                await telling(run)
            await self._tell.ended(run)
        self._turns.pop(run, None)
        # Of a bake that was broken off, or whose picture a crash has cost.
        await self.chart(run)

    async def close(self) -> None:
        """Come back when all is told, but for pictures that take too long, and for words that no database keeps."""
        self._closing = True
        while tasks := [*self._tasks.values()]:
            await asyncio.wait(tasks)
        charts = asyncio.gather(*self._charts.values(), return_exceptions=True)
        patience = asyncio.ensure_future(self._clock.sleep(FAREWELL))
        both: set[asyncio.Future[Any]] = {charts, patience}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for waited in both:
            waited.cancel()
        await asyncio.wait(both)

    def _soon(self, run: RunId, telling: _Telling) -> None:
        self._due.setdefault(run, {})[telling] = None
        if run not in self._tasks:
            self._tasks[run] = asyncio.create_task(self._work(run))

    async def _work(self, run: RunId) -> None:
        try:
            while run in self._due:
                await self._clock.sleep(SOON)
                async with self._turn(run):
                    await self._flush(run)
        finally:
            del self._tasks[run]
            if run not in self._due:
                self._turns.pop(run, None)

    async def _flush(self, run: RunId) -> None:
        due = self._due.pop(run, {})
        if self._tell.status in due:
            # Last, because progress tells it too, and with less urgency.
            del due[self._tell.status]
            if self._tell.voted not in due:
                due[self._tell.status] = None
        for telling in due:
            try:
                await telling(run)
            except JournalBroken:
                if not self._closing:
                    self._due.setdefault(run, {})[telling] = None
                    await self._clock.sleep(_PAUSE)
            except Exception:
                # Words never hold a run up.
                log.exception("tell.failed", extra={"run": run})

    async def _draw(self, run: RunId, before: asyncio.Task[None] | None) -> None:
        try:
            if before is not None:
                await asyncio.wait([before])
            while True:
                try:
                    await self._tell.chart(run)
                except JournalBroken:
                    await self._clock.sleep(_PAUSE)
                else:
                    break
        except Exception:
            # A bake never fails of its picture.
            log.exception("tell.failed", extra={"run": run})
        finally:
            if self._charts.get(run) is asyncio.current_task():
                del self._charts[run]

    def _turn(self, run: RunId) -> asyncio.Lock:
        return self._turns.setdefault(run, asyncio.Lock())
