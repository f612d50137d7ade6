"""Whose turn it is to write into SQLite."""

import asyncio
from pathlib import Path

from sqlalchemy import insert

from bot.store.database import Database
from bot.store.schema import inbox
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
