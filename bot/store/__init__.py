"""The journal over SQLAlchemy: every state change and its record entry in one transaction."""

from collections.abc import Callable

from sqlalchemy import text

from bot.domain.errors import JournalBroken
from bot.store.database import Database
from bot.store.evidence import Evidence
from bot.store.freezes import Freezes
from bot.store.inbox import Inbox
from bot.store.sayings import Sayings
from bot.store.snapshots import Snapshots


class Store(Inbox, Evidence, Freezes, Sayings, Snapshots):
    """All rows of Interlock; implements `bot.journal.Journal` and `bot.ports.Post`."""

    @classmethod
    async def open(cls, url: str, ours: Callable[[], bool] = lambda: True) -> "Store":
        """Migrate and connect; raises `SettingsBroken` where *url* cannot be used, `JournalBroken` where it is away.

        It is away as well while it may not be *ours*: after a restart another process may be the first to work on it.
        """
        return cls(await Database.open(url, ours))

    async def answers(self) -> bool:
        """Whether the database can be read now."""
        try:
            async with self._database.read() as connection:
                await connection.execute(text("SELECT 1"))
        except JournalBroken:
            return False
        return True

    async def close(self) -> None:
        """Give all connections back."""
        await self._database.close()
