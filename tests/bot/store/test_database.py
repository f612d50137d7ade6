"""Whose turn it is to write into SQLite, and how long a Postgres is listened to that says nothing."""

import asyncio
import socket
import time
from pathlib import Path

import pytest
from sqlalchemy import insert, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.domain.errors import JournalBroken
from bot.store import Store
from bot.store.database import Database, urls
from bot.store.schema import inbox
from tests.bot.store.test_store import new
from tests.fakes.town import NOON


async def test_who_is_in_a_hurry_passes_the_others(tmp_path: Path) -> None:
    """It waits for what is under way, and for nobody else; those keep their order."""
    database = await Database.open(f"sqlite:///{tmp_path / 'interlock.db'}")
    wrote: list[str] = []
    held, free = asyncio.Event(), asyncio.Event()

    async def under_way() -> None:
        async with database.write():
            held.set()
            await free.wait()
        wrote.append("under way")

    async def put(key: str, *, hurry: bool) -> None:
        row = insert(inbox).values(key=key, kind="event", payload="{}", at=NOON)
        await database.put(row, hurry=hurry)
        wrote.append(key)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(under_way())
        await held.wait()
        for key in ("first", "second", "third"):
            tasks.create_task(put(key, hurry=False))
        await asyncio.sleep(0)
        tasks.create_task(put("in a hurry", hurry=True))
        await asyncio.sleep(0)
        free.set()
    await database.close()
    assert wrote == ["under way", "in a hurry", "first", "second", "third"]


async def test_a_postgres_that_says_nothing(postgres_url: str) -> None:
    """Whoever asks hears within the three seconds that Slack waits, though its machine takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"postgresql://nobody@127.0.0.1:{mute.getsockname()[1]}/nothing"
        database = Database(create_async_engine(urls(address)[1]))
        began = time.monotonic()
        with pytest.raises(JournalBroken):
            async with database.read():
                pass
        assert time.monotonic() - began < 3
        await database.close()
    told = urls(f"{postgres_url}&connect_timeout=7&tcp_user_timeout=9")[1]
    assert make_url(told).query["connect_timeout"] == "7"
    assert make_url(told).query["tcp_user_timeout"] == "9"
    await (await Database.open(told)).close()


async def test_one_that_may_be_another_process_s(database_url: str) -> None:
    """Nobody looks, and nobody writes, before it is known who works on it."""
    ours = True
    store = await Store.open(database_url, lambda: ours)
    assert await store.answers()
    ours = False
    assert not await store.answers()
    with pytest.raises(JournalBroken, match="not known yet"):
        await store.begin(new(), NOON)
    ours = True
    assert await store.open_runs() == []
    await store.close()
