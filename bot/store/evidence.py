"""Checks, bakes and their samples; and everything about a run put together."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.person import Person
from bot.domain.report import BakeReport, CheckReport, Finding, Report, Sample, Verdict
from bot.domain.request import Emergency
from bot.domain.run import Outcome, StepName
from bot.domain.value import EnvironmentName, RunId
from bot.store.applies import Applies, as_apply
from bot.store.goods import Goods
from bot.store.leases import Leases
from bot.store.queue import Queue
from bot.store.runs import RUN, as_run
from bot.store.schema import bakes, checks, claims, runs, samples
from bot.store.votes import Votes

#: Asked for in every report, so they are put together only once.
_APPLY = select(claims).where(claims.c.run == bindparam("number"))
_CHECKS = select(checks.c.check).where(checks.c.run == bindparam("number")).order_by(checks.c.index)
_BAKES = select(bakes).where(bakes.c.run == bindparam("number")).order_by(bakes.c.rung)


class Evidence(Queue, Goods, Votes, Applies, Leases):
    """Rows of what was seen after a change."""

    async def checked(self, run: RunId, check: CheckReport, at: datetime) -> None:
        """How far a check got; the newest word on it stands."""
        values = {"check": check.model_dump_json(), "at": at}
        place = (checks.c.run == run, checks.c.index == check.index)
        async with self._database.write() as connection:
            if (await connection.execute(update(checks).where(*place).values(**values))).rowcount == 0:
                await connection.execute(insert(checks).values(run=run, index=check.index, **values))
            if check.verdict is not None:
                told = {"check": check.title, "verdict": check.verdict, "detail": check.detail}
                await self._append(connection, "check.judged", at, run=run, told=told)

    async def bake(self, run: RunId, bake: BakeReport) -> BakeReport:
        """Set the bake's begin and end, once; the bake as it stands comes back."""
        async with self._database.write() as connection:
            mine = (bakes.c.run == run, bakes.c.rung == bake.rung)
            if (await connection.execute(select(bakes.c.run).where(*mine))).first() is None:
                values = {
                    "rung": bake.rung,
                    "began_at": bake.began_at,
                    "until": bake.until,
                    "min_requests": bake.min_requests,
                }
                await connection.execute(insert(bakes).values(run=run, **values))
                told = {"until": str(bake.until), "rung": bake.rung}
                await self._append(connection, "bake.began", bake.began_at, run=run, told=told)
            found = (await connection.execute(select(bakes).where(*mine))).one()
            return await self._bake(connection, found)

    async def longer(self, run: RunId, rung: int, until: datetime, at: datetime) -> None:
        """Let a bake take until then; what was only lacking is judged anew."""
        mine = (bakes.c.run == run, bakes.c.rung == rung)
        async with self._database.write() as connection:
            kept = (await connection.execute(select(bakes.c.finding).where(*mine))).scalar()
            bad = kept is not None and Finding.model_validate_json(kept).verdict is Verdict.FAIL
            values = {"until": until} if bad else {"until": until, "finding": None}
            await connection.execute(update(bakes).where(*mine).values(**values))
            told = {"until": str(until), "rung": rung}
            await self._append(connection, "bake.longer", at, run=run, told=told)

    async def skip(self, run: RunId, rung: int, by: Person, emergency: Emergency, at: datetime) -> None:
        """Wait for the evidence of a bake no longer."""
        mine = update(bakes).where(bakes.c.run == run, bakes.c.rung == rung)
        async with self._database.write() as connection:
            await connection.execute(mine.values(skipped=True))
            told = {"rung": rung, **emergency.model_dump()}
            await self._append(connection, "bake.skipped", at, run=run, by=by, told=told)

    async def good_bake(self, environment: EnvironmentName) -> BakeReport | None:
        """The bake of the last deploy there that ended well; `None` where there is none.

        Before the first of them one that nobody could judge stands in, else nothing could ever be compared.
        """
        here = (runs.c.environment == environment, runs.c.switch.is_(None))
        unjudged = and_(runs.c.outcome == Outcome.UNKNOWN, runs.c.failed_at == StepName.BAKE)
        last = select(bakes).join(runs, runs.c.id == bakes.c.run)
        async with self._database.read() as connection:
            for ended in (runs.c.outcome == Outcome.DONE, unjudged):
                newest = last.where(*here, ended).order_by(runs.c.ended_at.desc(), runs.c.id.desc()).limit(1)
                if row := (await connection.execute(newest)).first():
                    return await self._bake(connection, row)
        return None

    async def sampled(self, run: RunId, rung: int, sample: Sample, finding: Finding) -> None:
        """One more sample, and what all of them say."""
        place = {"run": run, "rung": rung, "index": sample.index}
        async with self._database.write() as connection:
            known = select(samples.c.run).where(*(samples.c[name] == is_ for name, is_ in place.items()))
            if (await connection.execute(known)).first() is not None:
                return
            await connection.execute(insert(samples).values(**place, sample=sample.model_dump_json()))
            mine = (bakes.c.run == run, bakes.c.rung == rung)
            kept = (await connection.execute(select(bakes.c.finding).where(*mine))).scalar()
            before = Finding.model_validate_json(kept) if kept else None
            judged = update(bakes).where(*mine)
            await connection.execute(judged.values(finding=finding.model_dump_json()))
            # One that is held is looked at on and on; what it says is recorded where it is news.
            news = before is None or (before.verdict, before.final) != (finding.verdict, finding.final)
            if finding.final and news:
                told = {"verdict": finding.verdict, "reason": finding.reason, "rung": rung}
                await self._append(connection, "bake.judged", sample.at, run=run, told=told)

    async def _bakes(self, connection: AsyncConnection, run: RunId) -> tuple[BakeReport, ...]:
        rows = await connection.execute(_BAKES, {"number": run})
        return tuple([await self._bake(connection, row) for row in rows.all()])

    async def _bake(self, connection: AsyncConnection, row: Row[Any]) -> BakeReport:
        mine = (samples.c.run == row.run, samples.c.rung == row.rung)
        seen = select(samples.c.sample).where(*mine).order_by(samples.c.index)
        return BakeReport(
            rung=row.rung,
            began_at=row.began_at,
            until=row.until,
            min_requests=row.min_requests,
            skipped=row.skipped,
            samples=tuple(map(Sample.model_validate_json, (await connection.execute(seen)).scalars())),
            finding=Finding.model_validate_json(row.finding) if row.finding else None,
        )

    async def report(self, run: RunId, now: datetime) -> Report:
        """Everything that can be told about the run."""
        async with self._database.read() as connection:
            row = (await connection.execute(RUN, {"number": run})).mappings().one()
            known = as_run(row)
            bound = await self._binding(connection, run) if known.digest else None
            votes = await self._votes(connection, run) if known.digest else ()
            good = await self._deployed(connection, known.environment)
            apply = (await connection.execute(_APPLY, {"number": run})).mappings().first()
            seen = (await connection.execute(_CHECKS, {"number": run})).scalars().all()
            baked = await self._bakes(connection, run)
            shifted = await self._shifts(connection, run)
            lock = await self._lock(connection, known.environment, now) if known.open else None
            waiting = await self._queue(connection, known.environment) if known.queued else ()
            way_back = None if known.open else await self._way_back(connection, run)
            brings = known.commit is not None and known.back is None
            taken_back = await self._taken_back(connection, known, now) if brings else None
        holder = await self.holder(known.environment) if known.queued else None
        return Report(
            run=known,
            now=now,
            plan=bound.plan if bound else None,
            ask=bound.ask if bound else None,
            losses=bound.losses if bound else (),
            votes=votes,
            apply=as_apply(apply) if apply else None,
            checks=tuple(map(CheckReport.model_validate_json, seen)),
            bake=baked[-1] if baked else None,
            bakes=baked[:-1],
            moves=bound.moves if bound else (),
            shifts=shifted,
            deployed=good if good != known.commit else None,
            failed_at=StepName(row["failed_at"]) if row["failed_at"] else None,
            place=next((place for place, each in enumerate(waiting, start=1) if each.id == run), None),
            holder=holder,
            lock=lock,
            way_back=way_back,
            taken_back=taken_back,
        )
