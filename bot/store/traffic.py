"""What was moved, and why a switch stays where it is."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.person import Person
from bot.domain.traffic import Shift, ShiftState
from bot.domain.value import RunId
from bot.domain.vote import Choice
from bot.store.chain import Chain
from bot.store.schema import runs, shifts, votes

#: What the record calls it.
_EVENTS = {
    ShiftState.BEGUN: "shift.began",
    ShiftState.DONE: "shift.done",
    ShiftState.FAILED: "shift.failed",
    ShiftState.UNKNOWN: "shift.failed",
}
#: Asked for in every report, so it is put together only once.
_SHIFTS = select(shifts.c.shift).where(shifts.c.run == bindparam("number")).order_by(shifts.c.index)


class Traffic(Chain):
    """Rows of switches."""

    async def shifting(self, run: RunId, shift: Shift) -> bool:
        """Begin a shift, or keep one that failed before it began.

        `False`, and nothing is kept, where the run has ended or, on the way forth, somebody stopped or rejected it.
        """
        wanted = select(runs.c.id).where(runs.c.id == run, runs.c.ended_at.is_(None))
        if shift.move is not None:
            no = exists().where(
                votes.c.run == run,
                votes.c.digest == runs.c.digest,
                votes.c.choice == Choice.REJECT,
                votes.c.withdrawn_at.is_(None),
            )
            wanted = wanted.where(runs.c.stop_user.is_(None), ~no)
        async with self._database.write() as connection:
            # Whoever stops, rejects or shifts comes first or comes later: there is no at the same time.
            await self._database.lock_record(connection)
            if (await connection.execute(wanted)).first() is None:
                return False
            row = {"run": run, "index": shift.index, "shift": shift.model_dump_json()}
            await connection.execute(insert(shifts).values(row))
            await self._append(connection, _EVENTS[shift.state], shift.at, run=run, told=_told(shift))
        return True

    async def shifted(self, run: RunId, shift: Shift, at: datetime) -> None:
        """What became of a shift."""
        mine = update(shifts).where(shifts.c.run == run, shifts.c.index == shift.index)
        async with self._database.write() as connection:
            await connection.execute(mine.values(shift=shift.model_dump_json()))
            await self._append(connection, _EVENTS[shift.state], at, run=run, told=_told(shift))

    async def shifts(self, run: RunId) -> Sequence[Shift]:
        """What was moved, and moved back, in order."""
        async with self._database.read() as connection:
            return await self._shifts(connection, run)

    async def _shifts(self, connection: AsyncConnection, run: RunId) -> tuple[Shift, ...]:
        told = (await connection.execute(_SHIFTS, {"number": run})).scalars()
        return tuple(map(Shift.model_validate_json, told))

    async def hold(self, run: RunId, why: str, by: Person | None, at: datetime) -> bool:
        """Let a switch stay where it is; `False` where it does already, or has ended."""
        unheld = (runs.c.id == run, runs.c.ended_at.is_(None), runs.c.held == "")
        async with self._database.write() as connection:
            await self._database.lock_record(connection)
            changed = (await connection.execute(update(runs).where(*unheld).values(held=why))).rowcount == 1
            if changed:
                await self._append(connection, "run.held", at, run=run, by=by, told={"why": why})
        return changed

    async def release(self, run: RunId, by: Person | None, at: datetime) -> bool:
        """Let a switch go on; `False` where nothing holds it, or it has ended."""
        held = (runs.c.id == run, runs.c.ended_at.is_(None), runs.c.held != "")
        async with self._database.write() as connection:
            await self._database.lock_record(connection)
            changed = (await connection.execute(update(runs).where(*held).values(held=""))).rowcount == 1
            if changed:
                await self._append(connection, "run.released", at, run=run, by=by, told={})
        return changed


def _told(shift: Shift) -> dict[str, object]:
    told: dict[str, object] = {
        "service": shift.service,
        "before": str(shift.before),
        "after": str(shift.after),
        "index": shift.index,
    }
    if shift.state is not ShiftState.BEGUN:
        told |= {"state": shift.state, "text": shift.text}
    if shift.found is not None:
        told["found"] = str(shift.found)
    return told
