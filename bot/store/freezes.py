"""Freezes from Slack: kept until they end or are lifted, and in the record for ever."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, insert, select, update

from bot.domain.person import Person
from bot.domain.window import Freeze
from bot.store.chain import Chain
from bot.store.schema import freezes


def standing(since: datetime) -> Select[Any]:
    """Freezes that were not lifted and end after *since*."""
    alive = and_(freezes.c.lifted_at.is_(None), freezes.c.to_at > since)
    return select(freezes).where(alive).order_by(freezes.c.from_at, freezes.c.id)


def as_freeze(row: Row[Any]) -> Freeze:
    """The row as a value."""
    return Freeze(
        name=row.name,
        from_=row.from_at,
        to=row.to_at,
        environments=tuple(json.loads(row.environments)),
        source="slack",
        by=Person(team=row.team, user=row.user) if row.user else None,
    )


class Freezes(Chain):
    """Rows of freezes."""

    async def freeze(self, freeze: Freeze, at: datetime) -> bool:
        """Keep a freeze that the law let be, or of Interlock's own; `False` where another of its name is on or to come."""
        environments = json.dumps(freeze.environments)
        async with self._database.write() as connection:
            # Nobody else may add one of this name between the look and the row.
            await self._database.lock_record(connection)
            same = standing(at).where(func.lower(freezes.c.name) == freeze.name.lower())
            if (await connection.execute(same)).first() is not None:
                return False
            row = {
                "name": freeze.name,
                "from_at": freeze.from_,
                "to_at": freeze.to,
                "environments": environments,
                "team": freeze.by.team if freeze.by else "",
                "user": freeze.by.user if freeze.by else "",
                "at": at,
            }
            await connection.execute(insert(freezes).values(row))
            said = {
                "name": freeze.name,
                "from": str(freeze.from_),
                "to": str(freeze.to),
                "environments": list(freeze.environments),
            }
            await self._append(connection, "freeze.added", at, by=freeze.by, told=said)
        return True

    async def freezes(self, since: datetime) -> Sequence[Freeze]:
        """Those that were not lifted and end after *since*, the first to begin first."""
        async with self._database.read() as connection:
            rows = (await connection.execute(standing(since))).all()
        return [as_freeze(row) for row in rows]

    async def lift(self, name: str, by: Person, at: datetime) -> bool:
        """End the freeze of that name before its time; `False` where none is on or to come."""
        alive = and_(freezes.c.name == name, freezes.c.lifted_at.is_(None), freezes.c.to_at > at)
        async with self._database.write() as connection:
            lifted = (await connection.execute(update(freezes).where(alive).values(lifted_at=at))).rowcount
            if lifted:
                await self._append(connection, "freeze.lifted", at, by=by, told={"name": name})
        return lifted > 0
