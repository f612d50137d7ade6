"""A Postgres that is away only takes longer, as long as somebody has patience."""

import asyncio

import psycopg
import pytest

from bot.store.database import urls
from runners.patience import Patience


async def test_one_that_is_there(postgres_url: str) -> None:
    """It is connected to at once, by the address that SQLAlchemy uses."""
    patience = Patience(urls(postgres_url)[0])
    with patience.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


async def test_one_that_is_away() -> None:
    """Before the begin that is told at once; then it is waited for, until the end."""
    patience = Patience("postgresql+psycopg:///nothing?host=/nowhere")
    with pytest.raises(psycopg.OperationalError):
        patience.connect()
    patience.begin()
    waiting = asyncio.create_task(asyncio.to_thread(patience.connect))
    await asyncio.sleep(1.2)
    assert not waiting.done()
    patience.end()
    with pytest.raises(psycopg.OperationalError):
        await waiting
