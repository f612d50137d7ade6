"""One process per role, on both databases."""

import asyncio
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from bot.domain.errors import JournalBroken, RoleTaken
from bot.store.database import urls
from runners import singleton

_OTHER = """
import sys, time
from runners import singleton
held = singleton.hold(sys.argv[1], "bot")
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def address(database_url: str) -> str:
    """The database's address in its blocking form."""
    return urls(database_url)[0]


def test_the_second_of_a_role_is_refused(address: str) -> None:
    """The same role twice is refused with a sentence; another role, or the same one later, is not."""
    first = singleton.hold(address, "bot")
    with pytest.raises(RoleTaken, match=r"another process.* already works as bot"):
        singleton.hold(address, "bot")
    singleton.hold(address, "runner-prod").release()
    first.release()
    singleton.hold(address, "bot").release()


def test_a_killed_process_gives_its_role_back(address: str) -> None:
    """SIGKILL is enough: nobody has to clean up."""
    with subprocess.Popen([sys.executable, "-c", _OTHER, address], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(RoleTaken):
            singleton.hold(address, "bot")
        other.kill()
    for _ in range(50):
        # Postgres needs a moment to see that its client is gone.
        with suppress(RoleTaken):
            singleton.hold(address, "bot").release()
            return
        time.sleep(0.1)
    singleton.hold(address, "bot").release()


def _of_postgres(url: str) -> tuple[str, singleton._PostgresHold]:
    address = urls(url)[0]
    held = singleton.hold(address, "bot")
    assert isinstance(held, singleton._PostgresHold)
    return address, held


@pytest.fixture
def swift(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks and tries follow each other closely."""
    monkeypatch.setattr(singleton, "WATCH", 0.05)
    monkeypatch.setattr(singleton, "_PAUSE", 0.05)


async def _back(caplog: pytest.LogCaptureFixture) -> None:
    async with asyncio.timeout(10):
        while "database.back" not in caplog.messages:  # noqa: ASYNC110 -- a log has no events
            await asyncio.sleep(0.02)


@pytest.mark.usefixtures("swift")
async def test_a_lost_connection_is_made_anew(postgres_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """A server that ends it takes the role along, and gives it back; nobody else gets it, and nobody leaves."""
    address, held = _of_postgres(postgres_url)
    watching = asyncio.create_task(singleton.watch(held, lambda: None))
    with psycopg.connect(postgres_url) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (held._session[0],))
    await _back(caplog)
    assert "database.away" in caplog.messages
    assert not watching.done()
    with pytest.raises(RoleTaken):
        singleton.hold(address, "bot")
    assert held.ours
    watching.cancel()
    held.release()


@pytest.mark.usefixtures("swift")
async def test_a_way_that_broke(postgres_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """A server that has not noticed keeps the role for who we were, and we are no stranger to that."""
    address, held = _of_postgres(postgres_url)
    unnoticed, held._connection = held._connection, psycopg.connect(postgres_url)
    held._connection.close()
    watching = asyncio.create_task(singleton.watch(held, lambda: None))
    await _back(caplog)
    with pytest.raises(RoleTaken):
        singleton.hold(address, "bot")
    assert not watching.done()
    with pytest.raises(psycopg.OperationalError):
        unnoticed.execute("SELECT 1")
    watching.cancel()
    held.release()


@pytest.mark.usefixtures("swift")
async def test_somebody_was_faster(postgres_url: str) -> None:
    """A role that another process has by then is lost for good, and that is told."""
    _, held = _of_postgres(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as other:
        waits = asyncio.to_thread(other.execute, "SELECT pg_advisory_lock(%s)", (singleton._key("bot"),))
        queued = asyncio.create_task(waits)
        with psycopg.connect(postgres_url, autocommit=True) as third:
            while third.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone() == (0,):  # noqa: ASYNC110 -- locks have no events
                await asyncio.sleep(0.02)
            third.execute("SELECT pg_terminate_backend(%s)", (held._session[0],))
        await queued
        left: list[bool] = []
        async with asyncio.timeout(10):
            await singleton.watch(held, lambda: left.append(True))
    assert left == [True]


@pytest.mark.usefixtures("swift")
async def test_a_database_that_stays_away(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited for, though not for ever."""
    monkeypatch.setattr(singleton, "PATIENCE", 0.3)
    _, held = _of_postgres(postgres_url)
    held._address = "host=/nowhere"
    held._connection.close()
    left: list[bool] = []
    async with asyncio.timeout(10):
        await singleton.watch(held, lambda: left.append(True))
    assert left == [True]
    assert not held.ours


def test_where_there_is_no_room(tmp_path: Path) -> None:
    """A lock that cannot be written is one sentence, and no role."""
    (tmp_path / "db.bot.lock").symlink_to("/dev/full")
    with pytest.raises(JournalBroken, match=r"db\.bot\.lock cannot be written"):
        singleton.hold(f"sqlite:///{tmp_path / 'db'}", "bot")
