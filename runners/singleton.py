"""One process per role: whoever comes second must not take over work that is under way."""

import asyncio
import contextlib
import fcntl
import hashlib
import logging
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Protocol

import psycopg

from bot.domain.errors import JournalBroken, RoleTaken

log = logging.getLogger(__name__)

#: Seconds between two looks at whether the lock is still ours.
WATCH = 5.0
#: Seconds that a database may be away. Whoever supervises us would only start a process that cannot begin.
PATIENCE = 1800.0
#: Seconds between two tries to take the lock again, and for one of them.
_PAUSE, _CONNECTING = 0.5, 5
#: Seconds until a server has surely noticed that whoever had the role is gone, and between two looks meanwhile.
_MOMENT, _LOOK = 1.0, 0.05


class Hold(Protocol):
    """A role that is ours until it is released or the process dies."""

    @property
    def ours(self) -> bool:
        """`False` while nobody can say whether somebody else has it by now."""
        ...

    def release(self) -> None:
        """Let somebody else have it."""
        ...

    async def lost(self) -> None:
        """Come back only when the role is ours no more."""
        ...


class _FileHold:
    """A lock on a file beside the database: the kernel frees it with the process."""

    ours = True

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def release(self) -> None:
        self._file.close()

    async def lost(self) -> None:
        await asyncio.Event().wait()


class _PostgresHold:
    """An advisory lock on a connection of its own: Postgres frees it with the connection.

    A database that is started anew ends that connection. Then the lock is taken again, unless somebody else was faster.
    """

    def __init__(self, address: str, role: str) -> None:
        self._address = address
        self._role = role
        self._connection = _connected(address)
        self._session = self._taken()
        self._ours = True
        # One of its own: the engine's may all wait for the same database.
        self._thread = ThreadPoolExecutor(max_workers=1)

    def _taken(self) -> tuple[object, ...]:
        """Take the lock; gives what names our session there as long as the server lives. Raises `RoleTaken`."""
        take = "SELECT pg_try_advisory_lock(%s)"
        until = time.monotonic() + _MOMENT
        while self._connection.execute(take, (_key(self._role),)).fetchone() != (True,):
            if time.monotonic() > until:
                self._connection.close()
                raise RoleTaken(_sentence(self._role))
            time.sleep(_LOOK)
        mine = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        return self._connection.execute(mine).fetchone() or ()

    @property
    def ours(self) -> bool:
        return self._ours

    def release(self) -> None:
        self._connection.close()
        self._thread.shutdown(wait=False)

    async def lost(self) -> None:
        while True:
            await self._spoken()
            try:
                await self._in_thread(self._ask)
            except psycopg.Error as error:
                self._ours = False
                log.error("database.away", extra={"error": _one_line(error)})  # noqa: TRY400 -- a trace says no more
                self._ours = await self._back()
                if not self._ours:
                    return

    async def _spoken(self) -> None:
        """Come back when the server says something, which nobody asked it, or after a while."""
        loop, said = asyncio.get_running_loop(), asyncio.Event()
        try:
            place = self._connection.fileno()
        except psycopg.Error:
            return
        loop.add_reader(place, said.set)
        try:
            async with asyncio.timeout(WATCH):
                await said.wait()
        except TimeoutError:
            return
        finally:
            loop.remove_reader(place)

    async def _back(self) -> bool:
        """Wait until the database is back and the role is ours again; `False` where that may not be waited for any more."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while loop.time() < began + PATIENCE:
            try:
                await self._in_thread(self._again)
            except RoleTaken as error:
                log.critical("role.taken", extra={"error": str(error)})
                return False
            except (psycopg.Error, JournalBroken):
                await asyncio.sleep(_PAUSE)
            else:
                log.warning("database.back", extra={"seconds": round(loop.time() - began, 1)})
                return True
        log.critical("database.given_up", extra={"seconds": PATIENCE})
        return False

    async def _in_thread(self, work: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _ask(self) -> None:
        self._connection.execute("SELECT 1")

    def _again(self) -> None:
        self._connection.close()
        self._connection = _connected(self._address)
        # Where only the way to it broke, the server may not know yet, and keep the lock for who we were.
        mine = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s AND backend_start = %s"
        if self._connection.execute(mine, self._session).fetchone():
            msg = "our own former session ends just now"
            raise JournalBroken(msg)
        self._session = self._taken()


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
        return _PostgresHold(database.replace("postgresql+psycopg:", "postgresql:"), role)
    except psycopg.Error as error:
        msg = f"The database cannot be reached: {_one_line(error)}"
        raise JournalBroken(msg) from error


def _connected(address: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(address, autocommit=True, connect_timeout=_CONNECTING)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


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
