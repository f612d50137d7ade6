import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground.example import traffic
from bot.playground.example.service import Storefront

OPEN = '{"version": "1", "healthy": true, "latency_ms": 5, "error_rate": 0.5}'


@contextlib.asynccontextmanager
async def visited(url: str, customers: int) -> AsyncIterator[None]:
    """Send customers for as long as this lasts."""
    visits = asyncio.create_task(traffic.visit(url, customers))
    yield
    visits.cancel()
    with pytest.raises(asyncio.CancelledError):
        await visits


async def test_steady_load(tmp_path: Path) -> None:
    """Each customer comes some five times a second, errors or not."""
    (tmp_path / "release.json").write_text(OPEN)
    storefront = Storefront(tmp_path / "release.json")
    port = await storefront.open(0)

    async with visited(f"http://127.0.0.1:{port}", 4):
        await asyncio.sleep(1)

    # Fewer where the machine is busy, never more.
    assert 8 <= storefront._requests <= 30
    await storefront.close()


async def test_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a shop that is gone nor one that is closed keeps customers away for long."""
    monkeypatch.setattr(traffic, "_PAUSE_WHEN_CLOSED", 0.05)
    storefront = Storefront(tmp_path / "release.json")
    port = await storefront.open(0)
    await storefront.close()

    async with visited(f"http://127.0.0.1:{port}", 4):
        await asyncio.sleep(0.1)
        await storefront.open(port)
        await asyncio.sleep(0.1)
        assert storefront._requests == 0
        (tmp_path / "release.json").write_text(OPEN)
        await asyncio.sleep(0.5)
        assert storefront._requests > 0

    await storefront.close()
