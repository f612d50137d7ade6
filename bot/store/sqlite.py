"""SQLite for an event loop: most statements take less time than asking a thread for them does."""

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import aiosqlite

#: Rows that are fetched together where somebody walks over them.
_CHUNK = 64


class InPlace(aiosqlite.Connection):
    """Works where it is asked; only what may wait for the disk or for another process is left to its thread.

    In WAL mode that is what begins or ends a transaction, or is one by itself; a look at the rows waits for nobody.
    """

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        mine = self._conn
        alone = bool(args) and not mine.in_transaction and not str(args[0]).startswith("SELECT")
        if alone or fn in (mine.commit, mine.close):
            in_thread: Callable[..., Awaitable[Any]] = super()._execute
            return await in_thread(fn, *args, **kwargs)
        return fn(*args, **kwargs)


def connector(file: str) -> Callable[[], InPlace]:
    """Make connections to *file*; each has to be awaited."""

    def opened() -> sqlite3.Connection:
        # Never used by two threads at once, though by more than one.
        return sqlite3.connect(file, check_same_thread=False)

    return partial(InPlace, opened, _CHUNK)
