"""What SQLite does in place, and what it leaves to a thread."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.sqlite import InPlace, connector

HERE, ELSEWHERE = "here", "in a thread"


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A database with one table."""
    made = tmp_path / "interlock.db"
    with closing(sqlite3.connect(made)) as connection:
        connection.executescript("PRAGMA journal_mode=WAL; CREATE TABLE words (word TEXT)")
    return made


@pytest.fixture
async def open_connection(file: Path) -> AsyncIterator[InPlace]:
    """A connection that leaves transactions to whoever uses it."""
    connection = connector(str(file))()
    async with connection:
        connection.isolation_level = None
        yield connection


@pytest.mark.parametrize(
    ("before", "statement", "where"),
    [
        pytest.param((), "SELECT 1", HERE, id="a look at the rows"),
        pytest.param(
            (), "BEGIN IMMEDIATE", ELSEWHERE, id="the begin of a transaction, which waits for others"
        ),
        pytest.param(
            (), "INSERT INTO words VALUES ('a')", ELSEWHERE, id="a change by itself, which is synced"
        ),
        pytest.param((), "PRAGMA journal_mode=WAL", ELSEWHERE, id="a setting, which may wait for others"),
        pytest.param(
            ("BEGIN IMMEDIATE",), "INSERT INTO words VALUES ('a')", HERE, id="a change among others"
        ),
        pytest.param(("BEGIN IMMEDIATE",), "SELECT 1", HERE, id="a look among changes"),
        pytest.param(
            ("BEGIN IMMEDIATE",), "COMMIT", ELSEWHERE, id="the end of a transaction, which is synced"
        ),
    ],
)
async def test_where_it_is_done(
    open_connection: InPlace, before: tuple[str, ...], statement: str, where: str
) -> None:
    """Whatever may wait is left to a thread."""
    for each in before:
        await open_connection.execute(each)
    threads: list[int] = []
    await open_connection.set_trace_callback(lambda _: threads.append(threading.get_ident()))
    await (open_connection.commit() if statement == "COMMIT" else open_connection.execute(statement))
    assert threads == [threads[0]]
    assert (HERE if threads[0] == threading.get_ident() else ELSEWHERE) == where


async def test_who_waits_holds_nobody_up(open_connection: InPlace, file: Path) -> None:
    """While another process writes, the loop goes on, and the transaction begins when that one has ended."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        beginning = asyncio.create_task(_begun(open_connection))
        await asyncio.sleep(0.05)
        assert not beginning.done()
        other.execute("COMMIT")
        await asyncio.wait_for(beginning, 5)
    assert open_connection.in_transaction


async def _begun(connection: InPlace) -> None:
    await connection.execute("BEGIN IMMEDIATE")


async def test_what_is_committed_is_there_for_others(open_connection: InPlace, file: Path) -> None:
    """A transaction that went through both threads is one."""
    await open_connection.execute("BEGIN IMMEDIATE")
    for word in ("signal", "points"):
        await open_connection.execute("INSERT INTO words VALUES (?)", (word,))
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT count(*) FROM words").fetchone() == (0,)
        await open_connection.commit()
        assert other.execute("SELECT count(*) FROM words").fetchone() == (2,)
