"""Claims: the one right to execute a plan, and what became of it."""

from datetime import datetime

from sqlalchemy import RowMapping, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.domain.report import ApplyReport, Ledger
from bot.domain.value import PlanDigest, RunId
from bot.domain.vote import Choice
from bot.journal import Claim
from bot.ports import Process
from bot.store.chain import Chain
from bot.store.schema import claims, runs, votes


def as_apply(row: RowMapping) -> ApplyReport:
    """The row as it can be told."""
    return ApplyReport(
        began_at=row["began_at"] or row["at"],
        ended_at=row["ended_at"],
        ledger=Ledger.model_validate_json(row["ledger"]) if row["ledger"] else Ledger(pieces=()),
        exit_code=row["exit_code"],
        reconciliation=row["reconciliation"],
    )


class Applies(Chain):
    """Rows of claims."""

    async def claim(self, run: RunId, digest: PlanDigest, at: datetime) -> bool:
        """Take the one right to execute this plan; `False` where it was ever taken, or somebody stopped or rejected it."""
        no = exists().where(
            votes.c.run == run,
            votes.c.digest == digest,
            votes.c.choice == Choice.REJECT,
            votes.c.withdrawn_at.is_(None),
        )
        wanted = select(runs.c.id).where(
            runs.c.id == run, runs.c.ended_at.is_(None), runs.c.stop_user.is_(None), ~no
        )
        try:
            async with self._database.write() as connection:
                # Whoever stops, rejects or claims comes first or comes later: there is no at the same time.
                await self._database.lock_record(connection)
                if (await connection.execute(wanted)).first() is None:
                    return False
                await connection.execute(insert(claims).values(digest=digest, run=run, at=at))
                await self._append(connection, "apply.claimed", at, run=run, told={"digest": digest})
        except IntegrityError:
            return False
        return True

    async def unclaim(self, run: RunId, digest: PlanDigest, at: datetime) -> None:
        """Give back the right that was taken at exactly this moment, if it was; only where nothing was begun with it."""
        mine = delete(claims).where(
            claims.c.digest == digest, claims.c.run == run, claims.c.at == at, claims.c.began_at.is_(None)
        )
        async with self._database.write() as connection:
            # A claim whose answer was lost may still be on its way to the disk, and holds the record until it is there.
            await self._database.lock_record(connection)
            if (await connection.execute(mine)).rowcount:
                await self._append(connection, "apply.unclaimed", at, run=run, told={"digest": digest})

    async def claimed(self, digest: PlanDigest) -> Claim | None:
        """Who took the right to execute this plan, if anybody did."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(claims).where(claims.c.digest == digest))).first()
        if row is None:
            return None
        return Claim(
            digest=row.digest,
            run=row.run,
            at=row.at,
            process=Process.model_validate_json(row.process) if row.process else None,
            ended_at=row.ended_at,
            exit_code=row.exit_code,
        )

    async def began(self, digest: PlanDigest, process: Process, at: datetime) -> None:
        """The process of the apply exists."""
        statement = update(claims).where(claims.c.digest == digest).returning(claims.c.run)
        async with self._database.write() as connection:
            values = {"process": process.model_dump_json(), "began_at": at}
            run = (await connection.execute(statement.values(**values))).scalar_one()
            await self._append(connection, "apply.began", at, run=run, told={"pid": process.pid})

    async def progress(self, digest: PlanDigest, ledger: Ledger) -> None:
        """How far the apply got."""
        statement = update(claims).where(claims.c.digest == digest, claims.c.ended_at.is_(None))
        await self._database.put(statement.values(ledger=ledger.model_dump_json()))

    async def applied(
        self, digest: PlanDigest, ledger: Ledger, exit_code: int | None, reconciliation: str, at: datetime
    ) -> None:
        """The apply is over, as far as anybody can tell."""
        statement = (
            update(claims)
            .where(claims.c.digest == digest, claims.c.ended_at.is_(None))
            .values(
                ledger=ledger.model_dump_json(),
                ended_at=at,
                exit_code=exit_code,
                reconciliation=reconciliation,
            )
            .returning(claims.c.run)
        )
        async with self._database.write() as connection:
            run = (await connection.execute(statement)).scalar()
            if run is not None:
                states: dict[str, int] = {}
                for piece in ledger.pieces:
                    states[piece.state] = states.get(piece.state, 0) + 1
                told = {"exit_code": exit_code, "complete": ledger.complete, "pieces": states}
                await self._append(connection, "apply.ended", at, run=run, told=told)
