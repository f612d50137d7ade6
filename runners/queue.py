"""Keeps each environment's queue moving, and visible to those who wait in it."""

import logging
from collections.abc import Sequence

from bot.domain.errors import JournalBroken
from bot.domain.lock import Lock
from bot.domain.run import Run
from bot.domain.value import EnvironmentName, RunId
from bot.journal import Journal
from bot.ports import Clock, Engine
from runners.kit import Tell

log = logging.getLogger(__name__)


class Queue:
    """Implements `bot.ports.Turns`. May be asked as often as one likes; who holds what is decided by the rows alone."""

    def __init__(self, *, journal: Journal, clock: Clock, engine: Engine, tell: Tell) -> None:
        """Start runs by *engine* when it is their turn, and have their places told by *tell*."""
        self._journal = journal
        self._clock = clock
        self._engine = engine
        self._tell = tell
        #: What each run that may be concerned was last told: its place, who holds the environment, and the lock.
        self._told: dict[RunId, tuple[int, RunId | None, Lock | None]] = {}

    async def moved(self, environment: EnvironmentName) -> None:
        """Let in whose turn it is there, and tell everybody who waits; raises `JournalBroken` alone."""
        try:
            await self._finish()
            await self._move(environment)
        except JournalBroken:
            raise
        except Exception:
            # Whoever ends a run must not fail of the next one's beginning; the next look round makes up for it.
            log.exception("queue.stuck", extra={"environment": environment})

    async def __call__(self) -> None:
        """Look round: walk every run that holds its environment, and let in whoever can be."""
        await self._finish()
        still_open = await self._journal.open_runs()
        known = {run.id for run in still_open}
        self._told = {run: told for run, told in self._told.items() if run in known}
        waited_for = {run.environment for run in still_open if run.queued}
        for run in still_open:
            # One that waits is never walked.
            if not run.queued and run.environment not in waited_for:
                await self._engine.start(run.id)
        for environment in sorted(waited_for):
            await self._move(environment)

    async def _finish(self) -> None:
        """Have the walks of runs that others ended tell of it, also of those that never walked."""
        for run in await self._journal.untold():
            self._engine.ring(run.id)
            await self._engine.start(run.id)

    async def _move(self, environment: EnvironmentName) -> None:
        now = self._clock.now()
        holder = await self._journal.holder(environment)
        waiting = await self._journal.queue(environment)
        if holder is None and waiting and await self._journal.take_up(environment, now):
            holder = await self._journal.holder(environment)
            waiting = await self._journal.queue(environment)
        if holder is not None:
            await self._engine.start(holder.id)
        await self._show(holder, waiting, await self._journal.lock(environment, now))

    async def _show(self, holder: Run | None, waiting: Sequence[Run], lock: Lock | None) -> None:
        ahead = holder.id if holder else None
        places = {run.id: (place, ahead, lock) for place, run in enumerate(waiting, start=1)}
        if holder is not None:
            places[holder.id] = (0, ahead, lock)
        for run, place in places.items():
            if self._told.get(run) != place:
                await self._tell.status(run)
                self._told[run] = place
