"""What is there: one row an environment."""

from datetime import datetime

from sqlalchemy import delete, insert, select

from bot.domain.risk import History
from bot.domain.run import Run
from bot.domain.value import EnvironmentName
from bot.store.chain import Chain
from bot.store.schema import snapshots


class Snapshots(Chain):
    """Rows of what is there."""

    async def snapshot(self, run: Run, history: History, at: datetime) -> None:
        """Keep what is there in the run's environment; the newest word stands."""
        row = {"environment": run.environment, "run": run.id, "history": history.model_dump_json(), "at": at}
        async with self._database.write() as connection:
            await self._database.lock_record(connection)
            await connection.execute(delete(snapshots).where(snapshots.c.environment == run.environment))
            await connection.execute(insert(snapshots).values(row))
            told = {"lineage": history.lineage, "objects": len(history.existed or {})}
            await self._append(connection, "run.snapshot", at, run=run.id, told=told)

    async def history(self, environment: EnvironmentName) -> History:
        """What was there after the last apply, as far as anybody knows."""
        kept = select(snapshots.c.history).where(snapshots.c.environment == environment)
        async with self._database.read() as connection:
            found = (await connection.execute(kept)).scalar()
        return History.model_validate_json(found) if found else History()
