"""How runs begin and end: one holds its environment, the others wait, and each end hands it on in the same transaction."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import QueueFull
from bot.domain.person import Person
from bot.domain.request import Emergency
from bot.domain.run import Outcome, Run, StepName
from bot.domain.value import EnvironmentName, RunId
from bot.journal import NewRun
from bot.policy import queue
from bot.store.locks import Locks
from bot.store.runs import Runs, as_run, scope
from bot.store.schema import claims, holds, runs


def _waiting(environment: EnvironmentName) -> tuple[ColumnElement[bool], ...]:
    return runs.c.environment == environment, runs.c.queued.is_(True), runs.c.ended_at.is_(None)


class Queue(Locks, Runs):
    """Rows of runs as they come and go.

    Everything that hands an environment on holds the lock of the record from its first statement on, so these happen
    one after the other on every database.
    """

    async def begin(self, new: NewRun, at: datetime) -> Run:
        """Make the run: it takes the environment, or queues. The same words again give the same run; raises `QueueFull`."""
        async with self._database.write() as connection:
            await self._database.lock_record(connection)
            if before := await self._asked(connection, new.asked):
                return before
            number = await self._made(connection, new, at, queued=True)
            let_in = await self._let_in(connection, new.environment, at)
            if let_in == number:
                await connection.execute(update(runs).where(runs.c.id == number).values(taken_up_at=None))
            elif let_in is not None:
                # A lock has just run out, and nobody has noticed until now.
                await self._append(connection, "run.taken_up", at, run=let_in)
            if let_in != number and await self._no_room(connection, new):
                raise QueueFull
            await self._began(connection, number, new, at, queued=let_in != number)
        return await self._known(number)

    async def supersede(self, new: NewRun, old: RunId, at: datetime) -> Run | None:
        """Make the run in the place of *old*, which ends; `None`, and nothing is done, once *old* may not be superseded."""
        async with self._database.write() as connection:
            await self._database.lock_record(connection)
            if before := await self._asked(connection, new.asked):
                return before
            still_waits = (
                runs.c.id == old,
                runs.c.environment == new.environment,
                runs.c.ended_at.is_(None),
                runs.c.queued.is_(False),
                runs.c.stage.in_(sorted(queue.SUPERSEDABLE)),
                ~exists().where(claims.c.run == old),
            )
            if (await connection.execute(select(runs.c.id).where(*still_waits))).first() is None:
                return None
            number = await self._made(connection, new, at, queued=False)
            text = f"Run {number} took its place."
            await self._ended_by(connection, old, Outcome.SUPERSEDED, text, new.by, at, superseded_by=number)
            await connection.execute(update(holds).where(holds.c.run == old).values(run=number, at=at))
            await self._began(connection, number, new, at, queued=False, instead_of=old)
        return await self._known(number)

    async def take_up(self, environment: EnvironmentName, at: datetime) -> RunId | None:
        """Let in whose turn it is, where nobody holds the environment; `None` where nobody is let in."""
        async with self._database.write() as connection:
            await self._database.lock_record(connection)
            let_in = await self._let_in(connection, environment, at)
            if let_in is not None:
                await self._append(connection, "run.taken_up", at, run=let_in)
            return let_in

    async def request_stop(self, run: RunId, by: Person, at: datetime) -> bool:
        """Somebody wants the run to stop; one that waits in a queue ends at once. `False` where it has ended or was told."""
        open_and_untold = (runs.c.id == run, runs.c.ended_at.is_(None), runs.c.stop_user.is_(None))
        told = update(runs).where(*open_and_untold).values(stop_team=by.team, stop_user=by.user)
        async with self._database.write() as connection:
            await self._database.lock_record(connection)
            stopped = (await connection.execute(told.returning(runs.c.queued))).first()
            if stopped is None:
                return False
            await self._append(connection, "run.stop", at, run=run, by=by)
            if stopped.queued:
                text = "It was still waiting for its turn."
                await self._ended_by(connection, run, Outcome.CANCELLED, text, by, at)
        return True

    async def end(
        self,
        run: RunId,
        outcome: Outcome,
        text: str,
        failed_at: StepName | None,
        at: datetime,
        then: NewRun | None = None,
    ) -> Run:
        """Close the run and hand its environment on, once, to *then* before anybody who waits; a second call changes nothing."""
        close = update(runs).where(runs.c.id == run, runs.c.ended_at.is_(None))
        values = {
            "ended_at": at,
            "outcome": outcome,
            "text": text,
            "failed_at": failed_at,
            "stage": None,
            "queued": False,
        }
        async with self._database.write() as connection:
            await self._database.lock_record(connection)
            row = (await connection.execute(close.values(**values).returning(runs.c.environment))).first()
            if row is None:
                # Others ended it; but whoever calls this is its walk, which tells of it now.
                await connection.execute(update(runs).where(runs.c.id == run).values(untold=False))
            else:
                await connection.execute(delete(holds).where(holds.c.run == run))
                told = {"outcome": outcome, "text": text}
                await self._append(connection, "run.ended", at, run=run, told=told)
                if then is not None:
                    await self._follow(connection, then, at)
                let_in = await self._let_in(connection, row.environment, at)
                if let_in is not None:
                    await self._append(connection, "run.taken_up", at, run=let_in, told={"after": run})
        return await self._known(run)

    async def queue(self, environment: EnvironmentName) -> Sequence[Run]:
        """The runs that wait for the environment, in order."""
        async with self._database.read() as connection:
            return await self._queue(connection, environment)

    async def untold(self) -> Sequence[Run]:
        """Runs that others ended, and whose own walks have still to tell of it."""
        async with self._database.read() as connection:
            statement = select(runs).where(runs.c.untold.is_(True)).order_by(runs.c.id)
            rows = (await connection.execute(statement)).mappings().all()
        return [as_run(row) for row in rows]

    async def begun(self, asked: str) -> Run | None:
        """The run that these words, known by their key, have begun before."""
        return await self._one(select(runs).where(runs.c.asked == asked))

    async def _asked(self, connection: AsyncConnection, asked: str) -> Run | None:
        row = (await connection.execute(select(runs).where(runs.c.asked == asked))).mappings().first()
        return as_run(row) if row else None

    async def _queue(self, connection: AsyncConnection, environment: EnvironmentName) -> tuple[Run, ...]:
        statement = select(runs).where(*_waiting(environment)).order_by(runs.c.id)
        rows = (await connection.execute(statement)).mappings()
        return queue.in_order(as_run(row) for row in rows)

    async def _follow(self, connection: AsyncConnection, new: NewRun, at: datetime) -> None:
        """Make the run that takes the environment over from one that ends in this transaction."""
        number = await self._made(connection, new, at, queued=False)
        await connection.execute(insert(holds).values(scope=scope(new.environment), run=number, at=at))
        await self._began(connection, number, new, at, queued=False)

    async def _no_room(self, connection: AsyncConnection, new: NewRun) -> bool:
        """Whether *new* may not wait; what it would go back to may be another thing by its turn."""
        if new.switch is not None and new.switch.back is not None:
            return False
        return new.reverts is not None or await self._length(connection, new.environment) > queue.MOST

    async def _length(self, connection: AsyncConnection, environment: EnvironmentName) -> int:
        count = select(func.count()).select_from(runs).where(*_waiting(environment))
        return (await connection.execute(count)).scalar_one()

    async def _let_in(
        self, connection: AsyncConnection, environment: EnvironmentName, at: datetime
    ) -> RunId | None:
        """Give the environment to whose turn it is, where nobody holds it."""
        held = select(holds.c.run).where(holds.c.scope == scope(environment))
        if (await connection.execute(held)).first() is not None:
            return None
        waiting = await self._queue(connection, environment)
        run = queue.turn(waiting, await self._lock(connection, environment, at))
        if run is None:
            return None
        await connection.execute(insert(holds).values(scope=scope(environment), run=run.id, at=at))
        mine = update(runs).where(runs.c.id == run.id)
        await connection.execute(mine.values(queued=False, taken_up_at=at))
        return run.id

    async def _made(self, connection: AsyncConnection, new: NewRun, at: datetime, *, queued: bool) -> RunId:
        row = {
            "environment": new.environment,
            "team": new.by.team,
            "user": new.by.user,
            "channel": new.channel,
            "ref": new.ref,
            "recipe": json.dumps(new.recipe),
            "wish": new.wish.model_dump_json(),
            "switch": new.switch.model_dump_json() if new.switch else None,
            "reverts": new.reverts,
            "asked": new.asked,
            "queued": queued,
            "began_at": at,
        }
        made = insert(runs).values(row).returning(runs.c.id)
        return RunId((await connection.execute(made)).scalar_one())

    async def _began(
        self,
        connection: AsyncConnection,
        number: RunId,
        new: NewRun,
        at: datetime,
        *,
        queued: bool,
        instead_of: RunId | None = None,
    ) -> None:
        told = {
            "environment": new.environment,
            "ref": new.ref,
            "recipe": list(new.recipe),
            "wish": new.wish.model_dump(mode="json"),
            "queued": queued,
        }
        if new.switch is not None:
            told["switch"] = new.switch.model_dump(mode="json")
        if new.reverts is not None:
            told["reverts"] = new.reverts
        if instead_of is not None:
            told["instead_of"] = instead_of
        await self._append(connection, "run.began", at, run=number, by=new.by, told=told)
        if new.review:
            await self._open_review(connection, number, new.by, new.wish.emergency or _rollback(new), at)

    async def _ended_by(
        self,
        connection: AsyncConnection,
        run: RunId,
        outcome: Outcome,
        text: str,
        by: Person,
        at: datetime,
        superseded_by: RunId | None = None,
    ) -> None:
        """Close a run that is not asked itself; its own walk tells of it."""
        values = {"ended_at": at, "outcome": outcome, "text": text, "stage": None, "queued": False}
        close = update(runs).where(runs.c.id == run)
        await connection.execute(close.values(**values, untold=True, superseded_by=superseded_by))
        told = {"outcome": outcome, "text": text}
        await self._append(connection, "run.ended", at, run=run, by=by, told=told)


def _rollback(new: NewRun) -> Emergency:
    """What a way back is reviewed under, which nobody gave a ticket."""
    return Emergency(ticket="rollback", reason=f"{new.environment} goes back to {new.ref}.")
