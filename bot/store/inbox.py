"""What was heard: kept before it is acknowledged, struck off when it has been dealt with."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.domain.heard import Heard, emoji_on
from bot.domain.value import ChannelId, MessageTs
from bot.store.chain import Chain
from bot.store.schema import inbox

#: Both are said so often that they are put together only once.
_HEARD = insert(inbox)
#: Strikes off what was heard under the key `heard`, at the moment `now`.
HEEDED = update(inbox).where(inbox.c.key == bindparam("heard")).values(heeded_at=bindparam("now"))


class Inbox(Chain):
    """Rows of things said and done."""

    async def hear(self, heard: Heard) -> bool:
        """Keep it; `False` where the same key is already kept."""
        row = {
            "key": heard.key,
            "kind": heard.kind,
            "payload": json.dumps(heard.payload),
            "at": heard.at,
            "about": heard.about,
        }
        try:
            await self._database.put(_HEARD, row, hurry=True)
        except IntegrityError:
            return False
        return True

    async def unheeded(self) -> Sequence[Heard]:
        """What was heard and not dealt with, oldest first."""
        return await self._heard(inbox.c.heeded_at.is_(None))

    async def emoji(self, channel: ChannelId, ts: MessageTs) -> Sequence[Heard]:
        """What was heard of emoji on that message, dealt with or not, in the order in which it was heard."""
        return await self._heard(inbox.c.about == emoji_on(channel, ts))

    async def _heard(self, which: ColumnElement[bool]) -> Sequence[Heard]:
        async with self._database.read() as connection:
            rows = (await connection.execute(select(inbox).where(which).order_by(inbox.c.id))).all()
        return [Heard(key=row.key, kind=row.kind, payload=json.loads(row.payload), at=row.at) for row in rows]

    async def heeded(self, key: str, at: datetime) -> None:
        """It has been dealt with."""
        await self._database.put(HEEDED, {"heard": key, "now": at})
