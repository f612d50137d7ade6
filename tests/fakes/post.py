"""Rows of what must be said, in memory: the same promises as the real store's."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.message import Saying
from bot.domain.value import MessageTs
from bot.ports import Unsent


class _Row:
    def __init__(self, saying: Saying, at: datetime) -> None:
        self.saying = saying
        self.at = at
        self.version = 1
        self.sent_version = 0
        self.ts: MessageTs | None = None
        self.files_sent = 0
        self.attempts = 0
        self.error = ""
        self.settled = False


class MemoryPost:
    """A `Post` that tests can write into."""

    def __init__(self) -> None:
        self.rows: dict[str, _Row] = {}

    def say(self, saying: Saying, at: datetime) -> None:
        """Say it, or edit it where the key was said before."""
        row = self.rows.get(saying.key)
        if row is None:
            self.rows[saying.key] = _Row(saying, at)
        elif row.saying != saying:
            row.saying = saying
            row.version += 1
            row.attempts = 0
            row.settled = False

    async def unsent(self, limit: int) -> Sequence[Unsent]:
        """What can be sent now, most urgent first, then oldest."""
        waiting: set[str] = set()
        due = []
        for row in self.rows.values():
            under = row.saying.under
            parent = self.rows.get(under) if under else None
            first = row.ts is not None or under is None or under not in waiting
            if under is not None and row.ts is None and not row.settled:
                waiting.add(under)
            if not row.settled and first and (under is None or (parent and parent.ts)):
                due.append(row)
        due.sort(key=lambda row: row.saying.urgency)
        return [self._unsent(row) for row in due[:limit]]

    async def sent(self, key: str, version: int, ts: MessageTs | None) -> None:
        """Note that this version is out."""
        row = self.rows[key]
        row.sent_version = version
        row.ts = ts or row.ts
        row.attempts = 0
        self._settle(row)

    async def file_sent(self, key: str, count: int) -> None:
        """So many attachments are in the thread now."""
        self.rows[key].files_sent = count
        self._settle(self.rows[key])

    async def failed(self, key: str, version: int, error: str, *, give_up: bool) -> None:
        """It could not be sent."""
        row = self.rows[key]
        if row.version == version:
            row.attempts += 1
            row.error = error
            row.settled = give_up

    def _unsent(self, row: _Row) -> Unsent:
        under = self.rows.get(row.saying.under) if row.saying.under else None
        return Unsent(
            saying=row.saying,
            version=row.version,
            ts=row.ts,
            under_ts=under.ts if under else None,
            at=row.at,
            attempts=row.attempts,
            files_sent=row.files_sent,
        )

    def _settle(self, row: _Row) -> None:
        files = len(row.saying.message.attachments)
        row.settled = row.sent_version == row.version and row.files_sent >= files
