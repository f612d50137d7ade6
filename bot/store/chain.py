"""The record: append-only, each entry bound to the one before by its hash."""

import hashlib
import inspect
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from functools import wraps
from types import MappingProxyType
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.person import INTERLOCK, Person
from bot.domain.value import RunId
from bot.journal import Entry
from bot.store.database import Database
from bot.store.schema import record

P = ParamSpec("P")
T = TypeVar("T")

#: What the first entry names as its predecessor.
GENESIS = "0" * 64
#: Who acts where no person does.
NOBODY = "interlock"
#: Asked with every change, so it is put together only once.
_NEWEST = select(record.c.seq, record.c.hash).order_by(record.c.seq.desc()).limit(1)
_NEXT = insert(record)


def digest(seq: int, run: int | None, at: datetime, actor: str, event: str, data: str, previous: str) -> str:
    """SHA-256 over everything an entry says, in a form that has one way to be written."""
    said = json.dumps(
        [seq, run, at.astimezone(UTC).isoformat(timespec="microseconds"), actor, event, data, previous],
        separators=(",", ":"),
    )
    return hashlib.sha256(said.encode()).hexdigest()


def broken(entries: Sequence[Entry]) -> int | None:
    """The number of the first entry that is not what it was, `None` where the whole chain holds."""
    previous = GENESIS
    for expected, entry in enumerate(entries, start=1):
        written = _written(entry.data)
        honest = digest(entry.seq, entry.run, entry.at, entry.actor, entry.event, written, previous)
        if entry.seq != expected or entry.previous != previous or entry.hash != honest:
            return entry.seq
        previous = entry.hash
    return None


def _written(data: Mapping[str, Any]) -> str:
    return json.dumps(dict(data), sort_keys=True, separators=(",", ":"))


def _whole(
    method: Callable[Concatenate[Any, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]:
    @wraps(method)
    async def carried(self: "Chain", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._database.carry(method(self, *args, **kwargs))

    return carried


class Chain:
    """Whoever changes a state appends here, in the same transaction; what was begun is carried to its end."""

    def __init_subclass__(cls) -> None:
        """Carry each public question and change of *cls*."""
        super().__init_subclass__()
        for name, method in list(vars(cls).items()):
            if inspect.iscoroutinefunction(method) and not name.startswith("_") and name != "close":
                setattr(cls, name, _whole(method))

    def __init__(self, database: Database) -> None:
        """Work on *database*."""
        self._database = database

    async def _append(
        self,
        connection: AsyncConnection,
        event: str,
        at: datetime,
        *,
        run: RunId | None = None,
        by: Person | None = None,
        told: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Write down that *event* happened; *told* is what there is to say of it, as JSON."""
        await self._database.lock_record(connection)
        last = (await connection.execute(_NEWEST)).first()
        seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
        actor = NOBODY if by is None or by == INTERLOCK else f"{by.team}/{by.user}"
        written = _written(told)
        entry = {
            "seq": seq,
            "run": run,
            "at": at,
            "actor": actor,
            "event": event,
            "data": written,
            "previous": previous,
            "hash": digest(seq, run, at, actor, event, written, previous),
        }
        await connection.execute(_NEXT, entry)

    async def record(self, run: RunId | None = None) -> Sequence[Entry]:
        """The record, or one run's part of it, in order."""
        statement = select(record).order_by(record.c.seq)
        if run is not None:
            statement = statement.where(record.c.run == run)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return [_entry(row) for row in rows]


def _entry(row: RowMapping) -> Entry:
    return Entry(**{**row, "data": json.loads(row["data"])})
