"""Old colours that are kept: each change on what the one before left, and in the record."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.lease import Lease
from bot.domain.person import Person
from bot.domain.report import CheckReport, Verdict
from bot.domain.run import Outcome, Run
from bot.domain.traffic import Move, Shift
from bot.domain.value import EnvironmentName, RunId
from bot.policy import moving
from bot.policy.leases import Switched
from bot.store.runs import Runs, as_run
from bot.store.schema import claims, leases, runs, shifts
from bot.store.traffic import Traffic

_APPLIED = exists().where(claims.c.run == runs.c.id)


class Leases(Runs, Traffic):
    """Rows of leases, and of what runs have changed."""

    async def changed(self, environment: EnvironmentName) -> Run | None:
        """The run that ended last there and may have changed something."""
        # A switch with any other end moved nothing, or everything back.
        moved = runs.c.switch.is_not(None) & runs.c.outcome.in_((Outcome.DONE, Outcome.UNKNOWN))
        shifted = exists().where(shifts.c.run == runs.c.id)
        return await self._one(self._ended(environment).where(_APPLIED | (moved & shifted)))

    async def last_applied(self, environment: EnvironmentName) -> Run | None:
        """The run that ended last there of those that applied a plan, whatever came of it."""
        return await self._one(self._ended(environment).where(_APPLIED))

    async def switched(self, environment: EnvironmentName, since: datetime) -> Sequence[Switched]:
        """Switches there that made all their moves and ended after *since*, oldest first; none that went back by itself."""
        switches = (runs.c.environment == environment, runs.c.switch.is_not(None))
        newer = select(runs).where(*switches, runs.c.ended_at > since).order_by(runs.c.ended_at, runs.c.id)
        found = []
        async with self._database.read() as connection:
            for run in map(as_run, (await connection.execute(newer)).mappings().all()):
                bound = await self._binding(connection, run.id)
                if bound is None or not bound.moves:
                    continue
                made = run.back is not None and _made(bound.moves, await self._shifts(connection, run.id))
                if run.outcome is Outcome.DONE or made:
                    names = dict.fromkeys(move.service for move in bound.moves)
                    found.append(Switched(run=run, services=tuple(names)))
        return found

    async def lease(self, lease: Lease, at: datetime) -> None:
        """Keep the old colour of a switch, once."""
        async with self._database.write() as connection:
            await self._database.lock_record(connection)
            if await self._leased(connection, lease.run) is not None:
                return
            row = {"run": lease.run, "environment": lease.environment, "lease": lease.model_dump_json()}
            await connection.execute(insert(leases).values(**row, settled=False))
            await self._append(connection, "lease.began", at, run=lease.run, told=_told(lease))

    async def leased(self, run: RunId) -> Lease | None:
        """The old colour that this switch left behind."""
        async with self._database.read() as connection:
            return await self._leased(connection, run)

    async def _leased(self, connection: AsyncConnection, run: RunId) -> Lease | None:
        mine = select(leases.c.lease).where(leases.c.run == run)
        found = (await connection.execute(mine)).scalar()
        return Lease.model_validate_json(found) if found else None

    async def leases(self) -> Sequence[Lease]:
        """Those of which something is still to be said, oldest first."""
        async with self._database.read() as connection:
            open_ = select(leases.c.lease).where(leases.c.settled.is_(False)).order_by(leases.c.run)
            found = (await connection.execute(open_)).scalars().all()
        return tuple(map(Lease.model_validate_json, found))

    async def looked(self, run: RunId, checks: tuple[CheckReport, ...], at: datetime) -> Lease | None:
        """What its checks say now; `None`, and nothing is kept, where it has ended meanwhile."""

        def seen(lease: Lease) -> Lease:
            return _turned(lease, lease.model_copy(update={"checks": checks, "looked_at": at}))

        return await self._amend(run, seen, "lease.turned", at, tells=lambda old, new: new.turns > old.turns)

    async def extend(self, run: RunId, until: datetime, by: Person, asked: str, at: datetime) -> Lease | None:
        """Keep it until then, once for the words of this key; `None` where it has ended meanwhile."""

        def longer(lease: Lease) -> Lease:
            if lease.asked == asked:
                return lease
            return lease.model_copy(update={"until": until, "asked": asked})

        return await self._amend(
            run, longer, "lease.extended", at, by=by, tells=lambda old, new: old.asked != new.asked
        )

    async def narrow(self, run: RunId, services: tuple[str, ...], at: datetime) -> None:
        """Keep it for these services only: the others have moved on."""
        # What was seen of the others is of no concern any more.
        update_ = {"services": services, "checks": (), "looked_at": None}
        await self._amend(run, lambda lease: lease.model_copy(update=update_), "lease.narrowed", at)

    async def end_lease(self, ended: Lease) -> Lease | None:
        """End it as *ended* says; `None` where it has ended before."""
        if ended.ended_at is None:
            msg = f"the lease of run {ended.run} has no end"
            raise ValueError(msg)
        names = ("ended_at", "end", "ended_by", "after")
        how = {name: getattr(ended, name) for name in names}
        return await self._amend(
            ended.run,
            lambda lease: lease.model_copy(update=how),
            "lease.ended",
            ended.ended_at,
            by=ended.ended_by,
        )

    async def settle_lease(self, run: RunId) -> None:
        """Its end is told, and nothing more is to be said of it."""
        await self._database.put(update(leases).where(leases.c.run == run).values(settled=True))

    async def _amend(
        self,
        run: RunId,
        change: Callable[[Lease], Lease],
        event: str,
        at: datetime,
        *,
        by: Person | None = None,
        tells: Callable[[Lease, Lease], bool] = lambda _old, _new: True,
    ) -> Lease | None:
        """Change one that has not ended, and record it where that *tells* something."""
        async with self._database.write() as connection:
            await self._database.lock_record(connection)
            lease = await self._leased(connection, run)
            if lease is None or lease.ended_at is not None:
                return None
            changed = change(lease)
            mine = update(leases).where(leases.c.run == run)
            await connection.execute(mine.values(lease=changed.model_dump_json()))
            if tells(lease, changed):
                await self._append(connection, event, at, run=run, by=by, told=_told(changed))
        return changed


def _made(moves: Sequence[Move], made: Sequence[Shift]) -> bool:
    """Whether a way back was made: whatever became of its bake, it stays where it is unless a person wanted it otherwise."""
    return moving.due(moves, made) is None and all(shift.move is not None for shift in made)


def _turned(before: Lease, now: Lease) -> Lease:
    """Count a turn: what was good is bad now, or worse, or good again."""
    then = before.turned
    news = now.sound != (then is Verdict.PASS) or (now.verdict, then) == (Verdict.FAIL, Verdict.UNKNOWN)
    if not news:
        return now
    bad = next((check for check in now.checks if check.verdict is now.verdict), None)
    why = f"{bad.title}: {bad.detail}" if bad and not now.sound else ""
    return now.model_copy(update={"turns": before.turns + 1, "turned": now.verdict, "why": why})


def _told(lease: Lease) -> dict[str, object]:
    told: dict[str, object] = {
        "colour": lease.colour,
        "services": list(lease.services),
        "until": str(lease.until),
    }
    if lease.end is not None:
        told |= {"end": lease.end, "after": lease.after}
    return told | ({"why": lease.why} if lease.why else {})
