"""Which deploys were good, and which were taken back."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, FromClause, and_, exists, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.run import Run
from bot.domain.value import RunId
from bot.store.runs import GOOD, Runs, as_run
from bot.store.schema import claims, runs

#: So long a commit that was taken back is remembered to whoever brings it again.
_MEMORY = timedelta(hours=24)


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
        brought = runs.alias()
        lately = (
            select(runs)
            .join(brought, brought.c.id == runs.c.reverts)
            .where(
                runs.c.environment == run.environment,
                runs.c.began_at > now - _MEMORY,
                runs.c.id < run.id,
                brought.c.commit == run.commit,
                _began(runs),
            )
            .order_by(runs.c.id.desc())
            .limit(1)
        )
        row = (await connection.execute(lately)).mappings().first()
        return as_run(row) if row else None


def _began(of: FromClause) -> ColumnElement[bool]:
    """Whether its apply began; only a deploy has one."""
    return exists().where(claims.c.run == of.c.id)
