"""Opens the database: SQLite that keeps its word, or Postgres."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Executable, create_engine, event, inspect, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.domain.errors import JournalBroken, SettingsBroken
from bot.store.schema import HEAD
from bot.store.sqlite import connector

T = TypeVar("T")

_DRIVERS = {
    "sqlite": ("sqlite", "sqlite+aiosqlite"),
    "postgresql": ("postgresql+psycopg", "postgresql+psycopg"),
}

#: A Postgres whose machine is gone is noticed within seconds, where the address does not say otherwise.
_NOTICE = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
#: The same for whoever has to answer Slack within three seconds that it is away.
_SOON = {"connect_timeout": "2"}
#: Seconds after which a connection may have died unnoticed.
_REST = 5.0
#: One number for the whole program: whoever appends to the record holds it.
_RECORD_LOCK = 0x1E7E710C


def urls(url: str) -> tuple[str, str]:
    """The blocking and the async form of *url*; raises `SettingsBroken`."""
    try:
        parsed = make_url(url)
    except Exception as error:
        msg = "INTERLOCK_DATABASE_URL is no database address: write sqlite:///FILE or postgresql://USER@HOST/NAME"
        raise SettingsBroken(msg) from error
    family = parsed.get_backend_name()
    if family not in _DRIVERS:
        msg = f"INTERLOCK_DATABASE_URL names {family}: Interlock keeps its rows in sqlite or postgresql"
        raise SettingsBroken(msg)
    blocking, waiting = _DRIVERS[family]
    notice, soon = (_NOTICE, _SOON) if family == "postgresql" else ({}, {})
    return _written(parsed, blocking, notice), _written(parsed, waiting, {**notice, **soon})


def _written(address: URL, driver: str, unless_said: Mapping[str, str]) -> str:
    told = address.update_query_dict({**unless_said, **address.query})
    return told.set(drivername=driver).render_as_string(hide_password=False)


def migrate(url: str) -> None:
    """Bring the tables up to date. Blocks; meant for the start."""
    blocking, _ = urls(url)
    if (file := make_url(blocking).database) and blocking.startswith("sqlite"):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(blocking)
    try:
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _sqlite_pragmas)
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                # Two processes that start at once must not both create the tables.
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _RECORD_LOCK + 1})
            if version(connection) != HEAD:
                _upgrade(connection)
    finally:
        engine.dispose()


def version(connection: Connection) -> str | None:
    """The migration that the tables have come to; `None` before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    # Ten megabytes and a quarter of a second, which most starts need not pay.
    from alembic import command  # noqa: PLC0415 -- see above
    from alembic.config import Config  # noqa: PLC0415 -- see above

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _sqlite_pragmas(connection: DBAPIConnection, _: Any) -> None:
    cursor = connection.cursor()
    # WAL with FULL: a commit that was reported is on the disk, as far as the disk tells the truth.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _explicit_transactions(connection: DBAPIConnection, _: Any) -> None:
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _ask_after_a_rest(engine: AsyncEngine) -> None:
    """Let a connection that has rested be asked whether it still is one, and be made anew where it is not."""

    def rested(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = time.monotonic()

    def taken(connection: DBAPIConnection, record: ConnectionPoolEntry, _: Any) -> None:
        now = time.monotonic()
        if now - record.info.get("rests_since", now) > _REST:
            try:
                engine.dialect.do_ping(connection)
            except Exception as error:
                raise DisconnectionError from error

    event.listen(engine.sync_engine, "checkin", rested)
    event.listen(engine.sync_engine, "checkout", taken)


@contextmanager
def _told() -> Iterator[None]:
    """Turn what a driver raises when the database is away or full into `JournalBroken`."""
    try:
        yield
    except (OperationalError, InterfaceError, InternalError, PoolTimeout, OSError) as error:
        cause = getattr(error, "orig", None) or error
        said = (str(cause).splitlines() or ["it says no more"])[0]
        msg = f"The database cannot be used just now: {type(cause).__name__}: {said}"
        raise JournalBroken(msg) from error


class Database:
    """A pool of connections, with one way to read and one way to write."""

    def __init__(self, engine: AsyncEngine, ours: Callable[[], bool] = lambda: True) -> None:
        """Use `Database.open`."""
        self._engine = engine
        self._ours = ours
        self._writer = engine.execution_options(writes=True)
        self._sqlite = engine.dialect.name == "sqlite"
        # A statement that reads needs no transaction around it, and each of those costs two round trips.
        self._reader = engine if self._sqlite else engine.execution_options(isolation_level="AUTOCOMMIT")
        # SQLite has one writer at a time; queueing here is fair, its own busy loop is not.
        self._turn = asyncio.Lock()
        #: Of all who write in the background only one at a time stands in that queue.
        self._background = asyncio.Lock()
        self._under_way: set[asyncio.Task[Any]] = set()

    @classmethod
    async def open(cls, url: str, ours: Callable[[], bool] = lambda: True) -> "Database":
        """Migrate and connect; raises `SettingsBroken` where *url* cannot be used, `JournalBroken` where it is away.

        It is away as well while it may not be *ours*: after a restart another process may be the first to work on it.
        """
        with _told():
            await asyncio.to_thread(migrate, url)
        address, pool = make_url(urls(url)[1]), {"pool_size": 5, "max_overflow": 5}
        if address.get_backend_name() == "sqlite":
            engine = create_async_engine(address, async_creator=connector(address.database or ""), **pool)
            event.listen(engine.sync_engine, "connect", _sqlite_pragmas)
            event.listen(engine.sync_engine, "connect", _explicit_transactions)
            event.listen(engine.sync_engine, "begin", _begin)
        else:
            engine = create_async_engine(address, **pool)
            _ask_after_a_rest(engine)
        return cls(engine, ours)

    async def close(self) -> None:
        """Give all connections back, once nobody works with them any more."""
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._engine.dispose()

    async def carry(self, work: Coroutine[Any, Any, T]) -> T:
        """Do *work* to its end, even when whoever asked for it is cancelled meanwhile.

        A statement that is cut off in SQLite keeps its lock until the garbage is collected.
        """
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._landed)
        return await asyncio.shield(task)

    def _landed(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            # Whoever still waits hears of it; nobody else has to.
            task.exception()

    @contextmanager
    def _ours_alone(self) -> Iterator[None]:
        with _told():
            if not self._ours():
                msg = "The database cannot be used just now: it was away, and who works on it now is not known yet"
                raise JournalBroken(msg)
            yield

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A look at the rows, each statement for itself; raises `JournalBroken`."""
        with self._ours_alone():
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: all of it is kept, or nothing; raises `JournalBroken`, and `IntegrityError` as it is."""
        with self._ours_alone():
            async with self._alone(), self._writer.begin() as connection:
                yield connection

    async def put(
        self, statement: Executable, values: Mapping[str, Any] | None = None, *, hurry: bool = False
    ) -> None:
        """One statement that is a transaction by itself, with *hurry* one that somebody waits for.

        Raises `JournalBroken`, and `IntegrityError` as it is.
        """
        with self._ours_alone():
            async with self._alone(hurry=hurry), self._reader.connect() as connection:
                await connection.execute(statement, values)

    @asynccontextmanager
    async def _alone(self, *, hurry: bool = False) -> AsyncIterator[None]:
        """One's turn to write, at once on Postgres; whoever is in a *hurry* passes those who write in the background."""
        if not self._sqlite:
            yield
            return
        async with nullcontext() if hurry else self._background, self._turn:
            yield

    async def lock_record(self, connection: AsyncConnection) -> None:
        """Let nobody else append to the record until this transaction ends."""
        if not self._sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _RECORD_LOCK})
