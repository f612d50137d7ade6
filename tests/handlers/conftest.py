"""A town on a fresh database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Store
from tests.fakes.town import Town
from tests.fakes.yard import journey

__all__ = ["journey"]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A desk with a real store behind it."""
    store = await Store.open(f"sqlite:///{tmp_path / 'interlock.db'}")
    yield Town(store)
    await store.close()
