"""Votes: one row for each way in which a person voted, so that each way can be taken back."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.person import Person
from bot.domain.value import PlanDigest, RunId
from bot.domain.vote import Choice, Vote
from bot.store.chain import Chain
from bot.store.schema import votes

#: Asked for in every report, so it is put together only once.
_STANDING = (
    select(votes)
    .where(votes.c.run == bindparam("number"), votes.c.withdrawn_at.is_(None))
    .order_by(votes.c.id)
)


class Votes(Chain):
    """Rows of votes."""

    async def vote(self, vote: Vote) -> bool:
        """Keep a vote that the law let count; `False` where it already stands, or was taken back since it was cast."""
        way = and_(
            votes.c.run == vote.run,
            votes.c.digest == vote.digest,
            votes.c.team == vote.voter.team,
            votes.c.user == vote.voter.user,
            votes.c.via == vote.via,
            votes.c.choice == vote.choice,
        )
        groups = json.dumps(sorted(vote.groups))
        async with self._database.write() as connection:
            await self._database.lock_record(connection)
            kept = select(votes.c.withdrawn_at, votes.c.groups).where(way)
            before = (await connection.execute(kept)).first()
            # Whoever has come into another group since may say it again, and then it counts for that one too.
            same = before is not None and before.withdrawn_at is None and before.groups == groups
            if before and (same or (before.withdrawn_at is not None and before.withdrawn_at > vote.at)):
                return False
            if before:
                await connection.execute(
                    update(votes).where(way).values(at=vote.at, groups=groups, withdrawn_at=None)
                )
            else:
                await connection.execute(
                    insert(votes).values(
                        run=vote.run,
                        digest=vote.digest,
                        team=vote.voter.team,
                        user=vote.voter.user,
                        choice=vote.choice,
                        via=vote.via,
                        groups=groups,
                        at=vote.at,
                    )
                )
            told = {
                "choice": vote.choice,
                "via": vote.via,
                "groups": sorted(vote.groups),
                "digest": vote.digest,
            }
            await self._append(connection, "vote.cast", vote.at, run=vote.run, by=vote.voter, told=told)
        return True

    async def withdraw(
        self, run: RunId, digest: PlanDigest, voter: Person, via: str, choice: Choice, at: datetime
    ) -> bool:
        """Take a vote away; `False` where none stands. One that was cast before, and comes later, counts no more.

        Where votes on that plan were carried over to a fresh one, it is taken away from that as well.
        """
        way = {
            "run": run,
            "digest": digest,
            "team": voter.team,
            "user": voter.user,
            "via": via,
            "choice": choice,
        }
        said = and_(*(votes.c[name] == value for name, value in way.items() if name != "digest"))
        mine = and_(said, votes.c.digest == digest)
        # A vote that was carried over has the moment of the one that was cast.
        cast = select(votes.c.at).where(
            said, votes.c.digest.startswith(digest), votes.c.withdrawn_at.is_(None)
        )
        taken = update(votes).values(withdrawn_at=at)
        async with self._database.write() as connection:
            await self._database.lock_record(connection)
            moments = (await connection.execute(cast)).scalars().all()
            standing = and_(said, votes.c.withdrawn_at.is_(None), votes.c.at <= at, votes.c.at.in_(moments))
            stood = (await connection.execute(taken.where(standing))).rowcount > 0
            if not stood and (await connection.execute(select(votes.c.id).where(mine))).first() is None:
                await connection.execute(insert(votes).values(**way, at=at, withdrawn_at=at))
            elif not stood:
                await connection.execute(taken.where(mine, votes.c.withdrawn_at < at))
            if stood:
                told = {"choice": choice, "via": via, "digest": digest}
                await self._append(connection, "vote.withdrawn", at, run=run, by=voter, told=told)
        return stood

    async def votes(self, run: RunId) -> Sequence[Vote]:
        """Votes that stand, oldest first."""
        async with self._database.read() as connection:
            return await self._votes(connection, run)

    async def _votes(self, connection: AsyncConnection, run: RunId) -> tuple[Vote, ...]:
        rows = (await connection.execute(_STANDING, {"number": run})).all()
        return tuple(
            Vote(
                run=row.run,
                digest=row.digest,
                voter=Person(team=row.team, user=row.user),
                choice=row.choice,
                via=row.via,
                groups=frozenset(json.loads(row.groups)),
                at=row.at,
            )
            for row in rows
        )
