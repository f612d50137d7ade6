"""One process per role: whoever comes second must not take over work that is under way."""

import asyncio
import contextlib
import fcntl
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Protocol

import psycopg

from bot.domain.errors import JournalBroken, RoleTaken

#: Seconds between two looks at whether the lock is still ours.
WATCH = 5.0


class Hold(Protocol):
    """A role that is ours until it is released or the process dies."""

    def release(self) -> None:
        """Let somebody else have it."""
        ...

    async def lost(self) -> None:
        """Come back only when the role is ours no more."""
        ...


class _FileHold:
    """A lock on a file beside the database: the kernel frees it with the process."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def release(self) -> None:
        self._file.close()

    async def lost(self) -> None:
        await asyncio.Event().wait()


class _PostgresHold:
    """An advisory lock on a connection of its own: Postgres frees it with the connection."""

    def __init__(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        self._connection = connection

    def release(self) -> None:
        self._connection.close()

    async def lost(self) -> None:
        def ask() -> None:
            self._connection.execute("SELECT 1")

        while True:
            await asyncio.sleep(WATCH)
            try:
                await asyncio.to_thread(ask)
            except psycopg.Error:
                return


def _key(role: str) -> int:
    """A stable 63-bit number for *role*."""
    return int.from_bytes(hashlib.sha256(f"interlock/{role}".encode()).digest()[:8], "big") >> 1


def hold(database: str, role: str) -> Hold:
    """Take *role*; raises `RoleTaken` where another process has it, `JournalBroken` where the place is out of reach.

    *database* is the address in its blocking form: a file's lock for SQLite, an advisory lock for Postgres.
    """
    if database.startswith("sqlite"):
        return _hold_file(Path(f"{database.removeprefix('sqlite:///')}.{role}.lock"), role)
    try:
        connection = psycopg.connect(database.replace("postgresql+psycopg:", "postgresql:"), autocommit=True)
    except psycopg.Error as error:
        msg = f"The database cannot be reached: {' '.join(str(error).split())}"
        raise JournalBroken(msg) from error
    taken = connection.execute("SELECT pg_try_advisory_lock(%s)", (_key(role),)).fetchone()
    if taken != (True,):
        connection.close()
        raise RoleTaken(_sentence(role))
    return _PostgresHold(connection)


def _hold_file(path: Path, role: str) -> Hold:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror}"
        raise JournalBroken(msg) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        other = file.read().strip()
        file.close()
        raise RoleTaken(_sentence(role, other)) from error
    try:
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
    except OSError as error:
        # Closing tries once more to write what found no room.
        with contextlib.suppress(OSError):
            file.close()
        msg = f"{path} cannot be written: {error.strerror}"
        raise JournalBroken(msg) from error
    return _FileHold(file)


def _sentence(role: str, pid: str = "") -> str:
    process = f" (process {pid})" if pid else ""
    return f"another process{process} already works as {role} on this database; stop it first"


async def watch(held: Hold, leave: Callable[[], None]) -> None:
    """Call *leave* as soon as the role is lost: two processes must never share it."""
    await held.lost()
    leave()
