"""Runs, who of them holds which environment, and their plans."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    bindparam,
    case,
    delete,
    insert,
    null,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.colour import Colour
from bot.domain.person import Person
from bot.domain.request import Wish
from bot.domain.run import Outcome, Run, StepName, Switching
from bot.domain.value import Commit, EnvironmentName, PlanDigest, RunId
from bot.journal import Binding
from bot.ports import CommitInfo
from bot.store.database import Database
from bot.store.reviews import Reviews
from bot.store.schema import claims, holds, plans, runs, votes

#: Plans that are kept in memory.
_AT_HAND = 16
#: Deploys that ended well; a switch brings no commit.
GOOD = (runs.c.outcome == Outcome.DONE, runs.c.switch.is_(None))


def scope(environment: EnvironmentName) -> str:
    """The name under which *environment* is held."""
    return f"environment:{environment}"


def as_run(row: RowMapping) -> Run:
    """The row as a value."""
    stopped = row["stop_user"] is not None
    return Run(
        id=row["id"],
        environment=row["environment"],
        by=Person(team=row["team"], user=row["user"]),
        channel=row["channel"],
        ref=row["ref"],
        recipe=tuple(json.loads(row["recipe"])),
        asked=row["asked"],
        wish=Wish.model_validate_json(row["wish"]),
        switch=Switching.model_validate_json(row["switch"]) if row["switch"] else None,
        reverts=row["reverts"],
        held=row["held"],
        queued=row["queued"],
        taken_up_at=row["taken_up_at"],
        superseded_by=row["superseded_by"],
        stage=row["stage"],
        commit=row["commit"],
        subject=row["subject"],
        committers=tuple(json.loads(row["committers"])),
        digest=row["digest"],
        change_class=row["change_class"],
        began_at=row["began_at"],
        expires_at=row["expires_at"],
        begins_at=row["begins_at"],
        ended_at=row["ended_at"],
        outcome=row["outcome"],
        text=row["text"],
        stop_by=Person(team=row["stop_team"], user=row["stop_user"]) if stopped else None,
    )


def _told(binding: Binding) -> dict[str, Any]:
    """What the record says of a plan."""
    return {
        "digest": binding.plan.digest,
        "class": binding.change_class,
        "window": binding.window,
        "lineage": binding.plan.lineage,
        "serial": binding.plan.serial,
        "estate": binding.estate,
        "counts": binding.plan.counts.model_dump(),
    }


#: Asked for more often than anything else, so they are put together only once.
RUN = select(runs).where(runs.c.id == bindparam("number"))
_MADE = select(plans.c.digest, plans.c.at).where(plans.c.run == bindparam("number"))


class Runs(Reviews):
    """Rows of runs."""

    def __init__(self, database: Database) -> None:
        """Work on *database*."""
        super().__init__(database)
        #: Plans that were read lately, and of which version, by run.
        self._bindings: dict[RunId, tuple[tuple[PlanDigest, datetime], Binding]] = {}

    async def _one(self, statement: Select[Any], values: Mapping[str, Any] | None = None) -> Run | None:
        async with self._database.read() as connection:
            row = (await connection.execute(statement, values)).mappings().first()
        return as_run(row) if row else None

    async def _known(self, run: RunId) -> Run:
        found = await self.run(run)
        if found is None:
            msg = f"run {run} has no row"
            raise LookupError(msg)
        return found

    async def run(self, run: RunId) -> Run | None:
        """The run, as its row says now."""
        return await self._one(RUN, {"number": run})

    async def holder(self, environment: EnvironmentName) -> Run | None:
        """The run that holds the environment."""
        return await self._one(
            select(runs).join(holds, holds.c.run == runs.c.id).where(holds.c.scope == scope(environment))
        )

    async def open_runs(self) -> Sequence[Run]:
        """Runs that have not ended, oldest first."""
        async with self._database.read() as connection:
            statement = select(runs).where(runs.c.ended_at.is_(None)).order_by(runs.c.id)
            rows = (await connection.execute(statement)).mappings().all()
        return [as_run(row) for row in rows]

    def _ended(self, environment: EnvironmentName) -> Select[Any]:
        return (
            select(runs)
            .where(runs.c.environment == environment, runs.c.ended_at.is_not(None))
            # Not by number: whoever waited longer ends later.
            .order_by(runs.c.ended_at.desc(), runs.c.id.desc())
            .limit(1)
        )

    async def latest(self, environment: EnvironmentName) -> Run | None:
        """The run that ended last there."""
        return await self._one(self._ended(environment))

    async def deployed(self, environment: EnvironmentName) -> Commit | None:
        """The commit of the last run there that ended well."""
        async with self._database.read() as connection:
            return await self._deployed(connection, environment)

    async def _deployed(self, connection: AsyncConnection, environment: EnvironmentName) -> Commit | None:
        good = self._ended(environment).where(*GOOD)
        commit = (await connection.execute(good.with_only_columns(runs.c.commit))).scalar()
        return Commit(commit) if commit else None

    async def brought(self, environment: EnvironmentName, service: str) -> Colour | None:
        """The colour that the last good switch of *service* by a plan brought there; `None` where there was none."""
        there = (
            runs.c.environment == environment,
            runs.c.outcome == Outcome.DONE,
            runs.c.switch.is_not(None),
        )
        good = select(runs).where(*there).order_by(runs.c.ended_at.desc(), runs.c.id.desc())
        async with self._database.read() as connection:
            ended = map(as_run, (await connection.execute(good)).mappings())
            switches = (run.switch for run in ended if run.by_plan)
            return next((one.colour for one in switches if one and service in one.services), None)

    async def proved(self, environment: EnvironmentName, commit: Commit) -> bool:
        """Whether a run of this commit there ended well."""
        good = (*GOOD, runs.c.commit == commit)
        return await self._one(self._ended(environment).where(*good)) is not None

    async def _set(
        self,
        run: RunId,
        event: str,
        at: datetime,
        *unless: ColumnElement[bool],
        by: Person | None = None,
        told: dict[str, Any] | None = None,
        **values: Any,
    ) -> bool:
        """Change the row and record it; nothing at all happens where a condition does not hold."""
        statement = update(runs).where(runs.c.id == run, *unless).values(**values)
        async with self._database.write() as connection:
            # First, like everybody who changes a run: two who wait for each other would wait for ever.
            await self._database.lock_record(connection)
            changed = (await connection.execute(statement)).rowcount == 1
            if changed:
                await self._append(connection, event, at, run=run, by=by, told=told or {})
        return changed

    async def stage(self, run: RunId, step: StepName, at: datetime) -> None:
        """The run has entered a step; whoever comes back to ask for votes gives people their whole time again."""
        values: dict[str, Any] = {"stage": step}
        if step is StepName.APPROVE:
            later = runs.c.stage.in_((StepName.WINDOW, StepName.APPLY))
            values["expires_at"] = case((later, null()), else_=runs.c.expires_at)
        await self._set(run, "run.stage", at, runs.c.ended_at.is_(None), told={"step": step}, **values)

    async def resolved(self, run: RunId, commit: CommitInfo, at: datetime) -> None:
        """The ref means this commit, for the rest of the run."""
        await self._set(
            run,
            "run.resolved",
            at,
            runs.c.commit.is_(None),
            told={"commit": commit.commit},
            commit=commit.commit,
            subject=commit.subject,
            committers=json.dumps(commit.committers),
        )

    async def planned(self, binding: Binding, at: datetime) -> None:
        """The run has a plan, and its class what it needs."""
        async with self._database.write() as connection:
            await self._database.lock_record(connection)
            await self._keep(connection, binding, at)
            await self._append(connection, "run.planned", at, run=binding.run, told=_told(binding))

    async def replanned(self, binding: Binding, at: datetime, *, carried: bool) -> None:
        """Put a fresh plan in the place of the run's plan; votes on the old one are *carried* over to it, or void."""
        mine = (votes.c.run == binding.run, votes.c.withdrawn_at.is_(None))
        old = select(runs.c.digest).where(runs.c.id == binding.run).scalar_subquery()
        async with self._database.write() as connection:
            await self._database.lock_record(connection)
            before = (await connection.execute(select(old))).scalar_one()
            cast = select(*(column for column in votes.c if column is not votes.c.id)).where(*mine)
            standing = (await connection.execute(cast.where(votes.c.digest == before))).mappings().all()
            await self._keep(connection, binding, at)
            if carried and standing:
                rows = [{**row, "digest": binding.plan.digest} for row in standing]
                await connection.execute(insert(votes), rows)
            told = {**_told(binding), "before": before, "votes": len(standing), "carried": carried}
            await self._append(connection, "run.replanned", at, run=binding.run, told=told)

    async def _keep(self, connection: AsyncConnection, binding: Binding, at: datetime) -> None:
        # A plan that nobody saw (a crash came before the card) gives way to the new one.
        await connection.execute(delete(plans).where(plans.c.run == binding.run))
        row = {
            "run": binding.run,
            "digest": binding.plan.digest,
            "binding": binding.model_dump_json(),
            "at": at,
        }
        await connection.execute(insert(plans).values(row))
        change = update(runs).where(runs.c.id == binding.run)
        await connection.execute(change.values(digest=binding.plan.digest, change_class=binding.change_class))

    async def awaits(self, run: RunId, begins: datetime, at: datetime) -> None:
        """The run has its votes and goes on at that moment."""
        await self._set(run, "run.waits", at, told={"begins": str(begins)}, begins_at=begins)

    async def lasted(self, environment: EnvironmentName) -> timedelta | None:
        """How long the last good run there took from the begin of its apply to its end; `None` where there is none."""
        good = self._ended(environment).where(*GOOD)
        times = good.join(claims, claims.c.run == runs.c.id).with_only_columns(claims.c.at, runs.c.ended_at)
        async with self._database.read() as connection:
            row = (await connection.execute(times)).first()
        return row.ended_at - row.at if row else None

    async def binding(self, run: RunId) -> Binding | None:
        """The run's plan and what votes on it are bound to."""
        async with self._database.read() as connection:
            return await self._binding(connection, run)

    async def _binding(self, connection: AsyncConnection, run: RunId) -> Binding | None:
        """Read it, or take it from memory: a plan of thousands of resources is told of again and again."""
        made = (await connection.execute(_MADE, {"number": run})).first()
        if made is None:
            return None
        version = (made.digest, made.at)
        if run not in self._bindings or self._bindings[run][0] != version:
            plan = select(plans.c.binding).where(plans.c.run == run)
            written = (await connection.execute(plan)).scalar_one()
            while len(self._bindings) >= _AT_HAND:
                self._bindings.pop(next(iter(self._bindings)))
            self._bindings[run] = (version, Binding.model_validate_json(written))
        return self._bindings[run][1]

    async def await_votes(self, run: RunId, until: datetime, at: datetime) -> Run:
        """Set the time for votes, once; a second call changes nothing."""
        await self._set(
            run, "run.awaits", at, runs.c.expires_at.is_(None), told={"until": str(until)}, expires_at=until
        )
        return await self._known(run)
