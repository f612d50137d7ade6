"""Reviews: opened with an emergency's run, closed by somebody who looked at it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.person import Person
from bot.domain.request import Emergency
from bot.domain.review import Review
from bot.domain.value import RunId
from bot.store.chain import Chain
from bot.store.schema import reviews, runs


class Reviews(Chain):
    """Rows of reviews."""

    async def _open_review(
        self, connection: AsyncConnection, run: RunId, by: Person, emergency: Emergency, at: datetime
    ) -> None:
        """Open it together with the run."""
        told = {"ticket": emergency.ticket, "reason": emergency.reason}
        await connection.execute(insert(reviews).values(run=run, at=at, **told))
        await self._append(connection, "review.opened", at, run=run, by=by, told=told)

    async def reviews(self) -> Sequence[Review]:
        """Reviews that are open, oldest first."""
        still = _whole().where(reviews.c.closed_at.is_(None)).order_by(reviews.c.run)
        async with self._database.read() as connection:
            return [_review(row) for row in (await connection.execute(still)).all()]

    async def review(self, run: RunId) -> Review | None:
        """The review of *run*, open or closed."""
        async with self._database.read() as connection:
            row = (await connection.execute(_whole().where(reviews.c.run == run))).first()
        return _review(row) if row else None

    async def close_review(self, run: RunId, by: Person, note: str, at: datetime) -> bool:
        """Close it with what was found; `False` where it is closed already, or there is none."""
        close = update(reviews).where(reviews.c.run == run, reviews.c.closed_at.is_(None))
        async with self._database.write() as connection:
            # First, like everybody who changes a run: two who wait for each other would wait for ever.
            await self._database.lock_record(connection)
            values = {"closed_at": at, "team": by.team, "user": by.user, "note": note}
            closed = (await connection.execute(close.values(**values))).rowcount == 1
            if closed:
                await self._append(connection, "review.closed", at, run=run, by=by, told={"note": note})
        return closed


def _whole() -> Select[Any]:
    """A review with what its run knows of it."""
    asked = (runs.c.environment, runs.c.team.label("asked_team"), runs.c.user.label("asked_user"))
    return select(reviews, *asked).join(runs, runs.c.id == reviews.c.run)


def _review(row: Row[Any]) -> Review:
    return Review(
        run=row.run,
        environment=row.environment,
        by=Person(team=row.asked_team, user=row.asked_user),
        ticket=row.ticket,
        reason=row.reason,
        at=row.at,
        closed_at=row.closed_at,
        closed_by=Person(team=row.team, user=row.user) if row.user else None,
        note=row.note,
    )
