"""Locks: each time somebody kept an environment for themselves is one row; the newest counts, while it does."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.lock import Lock
from bot.domain.person import Person
from bot.domain.value import EnvironmentName
from bot.store.chain import Chain
from bot.store.schema import locks


def as_lock(row: RowMapping) -> Lock:
    """The row as a value."""
    ended = row["ended_user"] is not None
    return Lock(
        id=row["id"],
        environment=row["environment"],
        by=Person(team=row["team"], user=row["user"]),
        reason=row["reason"],
        at=row["at"],
        until=row["until"],
        ended_at=row["ended_at"],
        ended_by=Person(team=row["ended_team"], user=row["ended_user"]) if ended else None,
        taken_over=row["taken_over"],
    )


class Locks(Chain):
    """Rows of locks."""

    async def lock(self, environment: EnvironmentName, now: datetime) -> Lock | None:
        """The lock that counts there at *now*."""
        async with self._database.read() as connection:
            return await self._lock(connection, environment, now)

    async def _lock(
        self, connection: AsyncConnection, environment: EnvironmentName, now: datetime
    ) -> Lock | None:
        counting = (locks.c.environment == environment, locks.c.ended_at.is_(None), locks.c.until > now)
        newest = select(locks).where(*counting).order_by(locks.c.id.desc()).limit(1)
        row = (await connection.execute(newest)).mappings().first()
        return as_lock(row) if row else None

    async def take_lock(
        self, environment: EnvironmentName, by: Person, reason: str, until: datetime, at: datetime
    ) -> Lock:
        """Keep others out until *until*: a new lock, one's own renewed, or somebody else's taken over."""
        async with self._database.write() as connection:
            await self._database.lock_record(connection)
            before = await self._lock(connection, environment, at)
            if before and before.by == by:
                return await self._renewed(connection, before, reason, until, at)
            if before:
                await self._close_lock(connection, before, by, at, taken_over=reason)
            values = {
                "environment": environment,
                "team": by.team,
                "user": by.user,
                "reason": reason,
                "at": at,
                "until": until,
            }
            row = (await connection.execute(insert(locks).values(values).returning(locks))).mappings().one()
            told = {"environment": environment, "reason": reason, "until": until.isoformat()}
            if before:
                told["from"] = f"{before.by.team}/{before.by.user}"
            event = "lock.taken_over" if before else "lock.taken"
            await self._append(connection, event, at, by=by, told=told)
            return as_lock(row)

    async def _renewed(
        self, connection: AsyncConnection, lock: Lock, reason: str, until: datetime, at: datetime
    ) -> Lock:
        """Change the row of the same lock; the same words again, after a crash, change nothing."""
        renewed = lock.model_copy(update={"reason": reason, "until": until})
        if renewed != lock:
            mine = update(locks).where(locks.c.id == lock.id)
            await connection.execute(mine.values(reason=reason, until=until))
            told = {"environment": lock.environment, "reason": reason, "until": until.isoformat()}
            await self._append(connection, "lock.renewed", at, by=lock.by, told=told)
        return renewed

    async def release_lock(self, environment: EnvironmentName, by: Person, at: datetime) -> Lock | None:
        """End the lock that counts there, whoever holds it; `None` where none does."""
        async with self._database.write() as connection:
            await self._database.lock_record(connection)
            lock = await self._lock(connection, environment, at)
            if lock is None:
                return None
            await self._close_lock(connection, lock, by, at)
            told = {"environment": environment, "of": f"{lock.by.team}/{lock.by.user}"}
            await self._append(connection, "lock.released", at, by=by, told=told)
            return lock.model_copy(update={"ended_at": at, "ended_by": by})

    async def _close_lock(
        self, connection: AsyncConnection, lock: Lock, by: Person, at: datetime, taken_over: str = ""
    ) -> None:
        values = {"ended_at": at, "ended_team": by.team, "ended_user": by.user, "taken_over": taken_over}
        await connection.execute(update(locks).where(locks.c.id == lock.id).values(**values))

    async def unsettled_locks(self) -> Sequence[Lock]:
        """Locks of which something may still have to be said, oldest first."""
        async with self._database.read() as connection:
            open_ones = select(locks).where(locks.c.settled.is_(False)).order_by(locks.c.id)
            rows = (await connection.execute(open_ones)).mappings().all()
        return [as_lock(row) for row in rows]

    async def settle_lock(self, lock: Lock) -> None:
        """Its end is told, and nothing more is to be said of it."""
        await self._database.put(update(locks).where(locks.c.id == lock.id).values(settled=True))
