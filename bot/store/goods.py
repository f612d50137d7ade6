"""Which deploys were good, and which were taken back."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, exists, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.run import Run
from bot.domain.value import RunId
from bot.store.runs import GOOD, Runs, as_run
from bot.store.schema import claims, runs

#: So long a commit that was taken back is remembered to whoever brings it again.
_MEMORY = timedelta(hours=24)


def _began(of: FromClause) -> ColumnElement[bool]:
    """Whether its apply began; only a deploy has one."""
    return exists().where(claims.c.run == of.c.id)


def _lately() -> Select[Any]:
    """The run that took back the commit `which` before the run `mine` began `there`, and began `since`."""
    brought = runs.alias()
    return (
        select(runs)
        .join(brought, brought.c.id == runs.c.reverts)
        .where(
            runs.c.environment == bindparam("there"),
            runs.c.began_at > bindparam("since"),
            runs.c.id < bindparam("mine"),
            brought.c.commit == bindparam("which"),
            _began(runs),
        )
        .order_by(runs.c.id.desc())
        .limit(1)
    )


#: Asked for in every report, so it is put together only once.
_LATELY = _lately()


class Goods(Runs):
    """Rows of deploys, looked at from the one that shall be taken back.

    One at a time holds an environment, so that their ends tell which came before which.
    """

    async def good_before(self, run: Run) -> Run | None:
        """The deploy that last ended well there before the end of *run*, of those that nobody took back."""
        at, same = runs.c.ended_at, runs.c.ended_at == run.ended_at
        # Whatever has ended, ended before one that has not.
        earlier = or_(at < run.ended_at, and_(same, runs.c.id < run.id)) if run.ended_at else true()
        later = runs.alias()
        taken_back = exists().where(later.c.reverts == runs.c.id, _began(later))
        return await self._one(self._ended(run.environment).where(*GOOD, earlier, ~taken_back))

    async def good_since(self, run: Run) -> Run | None:
        """The deploy that last ended well there after the end of *run*."""
        at, same = runs.c.ended_at, runs.c.ended_at == run.ended_at
        later = or_(at > run.ended_at, and_(same, runs.c.id > run.id)) if run.ended_at else false()
        return await self._one(self._ended(run.environment).where(*GOOD, later))

    async def _way_back(self, connection: AsyncConnection, run: RunId) -> Run | None:
        """The run that takes *run* back, or did; of several the last one."""
        ways = select(runs).where(runs.c.reverts == run).order_by(runs.c.id.desc()).limit(1)
        row = (await connection.execute(ways)).mappings().first()
        return as_run(row) if row else None

    async def _taken_back(self, connection: AsyncConnection, run: Run, now: datetime) -> Run | None:
        """The run that took the very commit of *run* back there, not long ago."""
        known = {"there": run.environment, "since": now - _MEMORY, "mine": run.id, "which": run.commit}
        row = (await connection.execute(_LATELY, known)).mappings().first()
        return as_run(row) if row else None
