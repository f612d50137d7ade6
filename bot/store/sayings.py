"""What must be said: rows first, Slack after. A message is one row, and an edit is a new version of it."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from bot.domain.message import Picture, Saying
from bot.domain.value import ChannelId, MessageTs
from bot.ports import Unsent
from bot.store.chain import Chain
from bot.store.inbox import HEEDED
from bot.store.schema import sayings

_parent = sayings.alias("parent")
_earlier = sayings.alias("earlier")


def _due() -> Select[Any]:
    """Rows that can go out now: see `Post.unsent`."""
    waits_for_its_turn = exists().where(
        _earlier.c.under == sayings.c.under,
        _earlier.c.id < sayings.c.id,
        _earlier.c.ts.is_(None),
        _earlier.c.settled.is_(False),
    )
    own_turn = or_(sayings.c.ts.is_not(None), sayings.c.under.is_(None), ~waits_for_its_turn)
    parent_stands = or_(sayings.c.under.is_(None), _parent.c.ts.is_not(None))
    return (
        select(sayings, _parent.c.ts.label("under_ts"))
        .join(_parent, _parent.c.key == sayings.c.under, isouter=True)
        .where(and_(sayings.c.settled.is_(False), parent_stands, own_turn))
        .order_by(sayings.c.urgency, sayings.c.id)
        .limit(bindparam("limit"))
    )


#: Asked for after every message, so they are put together only once.
_DUE = _due()
_KNOWN = (
    select(sayings.c.saying, sayings.c.version).where(sayings.c.key == bindparam("said")).with_for_update()
)
_NEW = insert(sayings)
_MINE = update(sayings).where(sayings.c.key == bindparam("said")).returning(sayings)
_SENT = _MINE.values(
    sent_version=bindparam("out"),
    attempts=0,
    ts=func.coalesce(bindparam("stands", type_=String), sayings.c.ts),
)
_FILES = _MINE.values(files_sent=bindparam("count"))
_SETTLED = (
    update(sayings).where(sayings.c.id == bindparam("row")).values(settled=True, saying=bindparam("kept"))
)


class Sayings(Chain):
    """Rows of messages."""

    async def say(self, saying: Saying, at: datetime, heeds: str | None = None) -> None:
        """Say it, or edit it where the key was said before; the same words again change nothing.

        What was heard under the key *heeds* has been dealt with by that.
        """
        try:
            await self._say(saying, at, heeds)
        except IntegrityError:
            # Somebody else said it for the first time at the same moment, so that it is known now.
            await self._say(saying, at, heeds)

    async def _say(self, saying: Saying, at: datetime, heeds: str | None) -> None:
        written = saying.model_dump_json()
        row = {
            "run": saying.run,
            "channel": saying.channel,
            "under": saying.under,
            "urgency": saying.urgency,
            "saying": written,
        }
        async with self._database.write() as connection:
            before = (await connection.execute(_KNOWN, {"said": saying.key})).first()
            if before is None:
                await connection.execute(_NEW, {"key": saying.key, "version": 1, "at": at, **row})
            elif before.saying not in {written, _sent(saying)}:
                changed = {"version": before.version + 1, "attempts": 0, "settled": False, "error": ""}
                statement = update(sayings).where(sayings.c.key == saying.key)
                await connection.execute(statement.values(**row, **changed))
            if heeds is not None:
                await connection.execute(HEEDED, {"heard": heeds, "now": at})

    async def said(self, channel: ChannelId, ts: MessageTs) -> str | None:
        """The key of the message that stands there."""
        place = and_(sayings.c.channel == channel, sayings.c.ts == ts)
        async with self._database.read() as connection:
            return (await connection.execute(select(sayings.c.key).where(place))).scalar()

    async def whereabouts(self, key: str) -> tuple[ChannelId, MessageTs] | None:
        """Where the message with this key stands, once it has been posted."""
        statement = select(sayings.c.channel, sayings.c.ts).where(sayings.c.key == key)
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).first()
        return (row.channel, row.ts) if row and row.ts else None

    async def unsent(self, limit: int) -> Sequence[Unsent]:
        """What can be sent now, most urgent first, then oldest."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_DUE, {"limit": limit})).all()
        return [
            Unsent(
                saying=Saying.model_validate_json(row.saying),
                version=row.version,
                ts=row.ts,
                under_ts=row.under_ts,
                at=row.at,
                attempts=row.attempts,
                files_sent=row.files_sent,
            )
            for row in rows
        ]

    async def sent(self, key: str, version: int, ts: MessageTs | None) -> None:
        """This version is out; *ts* is `None` for a private answer, which has no place."""
        async with self._database.write() as connection:
            await self._settle(connection, _SENT, {"said": key, "out": version, "stands": ts})

    async def file_sent(self, key: str, count: int) -> None:
        """So many attachments are in the thread now."""
        async with self._database.write() as connection:
            await self._settle(connection, _FILES, {"said": key, "count": count})

    async def failed(self, key: str, version: int, error: str, *, give_up: bool) -> None:
        """It could not be sent; with *give_up* it is not tried again until the words change."""
        statement = update(sayings).where(sayings.c.key == key, sayings.c.version == version)
        values = {"attempts": sayings.c.attempts + 1, "error": error, "settled": give_up}
        await self._database.put(statement.values(**values))

    async def _settle(
        self, connection: AsyncConnection, change: ReturningUpdate[Any], values: Mapping[str, Any]
    ) -> None:
        """Make the *change* of one row, and settle the row where nothing is left to be sent."""
        row = (await connection.execute(change, values)).one()
        saying = Saying.model_validate_json(row.saying)
        if row.sent_version == row.version and row.files_sent >= len(saying.message.attachments):
            await connection.execute(_SETTLED, {"row": row.id, "kept": _sent(saying)})


def _sent(saying: Saying) -> str:
    """What is kept of words that are out: of each picture a hash, by which the same one is known again."""
    files = [
        file.model_copy(update={"png": _hashed(file.png)}) if isinstance(file, Picture) else file
        for file in saying.message.attachments
    ]
    message = saying.message.model_copy(update={"attachments": tuple(files)})
    return saying.model_copy(update={"message": message}).model_dump_json()


def _hashed(png: bytes) -> bytes:
    """A hash stays what it is: words may be sent again whose picture is out long since."""
    return png if len(png) == hashlib.sha256().digest_size else hashlib.sha256(png).digest()
