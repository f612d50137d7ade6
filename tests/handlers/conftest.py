"""A town on a fresh database."""

from collections.abc import AsyncIterator

import pytest

from bot.store import Store
from tests.fakes.town import Town
from tests.fakes.yard import journey

__all__ = ["journey"]


@pytest.fixture
async def town(sqlite_url: str) -> AsyncIterator[Town]:
    """A desk with a real store behind it."""
    store = await Store.open(sqlite_url)
    yield Town(store)
    await store.close()
