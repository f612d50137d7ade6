import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.playground.example import service
from bot.playground.example.service import Storefront

GOOD = {"version": "1.0.0", "healthy": True, "latency_ms": 20, "error_rate": 0}


class Shop:
    """A storefront and the way to look at it."""

    def __init__(self, folder: Path) -> None:
        self.document = folder / "release.json"
        self.storefront = Storefront(self.document)
        self.port = 0

    def release(self, **different: object) -> None:
        """Put a release into service, as an apply does."""
        new = self.document.with_suffix(".new")
        new.write_text(json.dumps(GOOD | different))
        new.replace(self.document)

    async def get(self, path: str) -> tuple[int, dict[str, object]]:
        """Ask, and read the answer."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.port}{path}") as answer,
        ):
            return answer.status, await answer.json()


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    shop = Shop(tmp_path)
    shop.port = await shop.storefront.open(0)
    yield shop
    await shop.storefront.close()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param('{"version": "1.0.0"}', id="half"),
        pytest.param(json.dumps(GOOD | {"error_rate": 2}), id="more errors than requests"),
    ],
)
async def test_no_release(shop: Shop, content: str | None) -> None:
    """Without a readable release document nothing is served and nothing is counted."""
    if content is not None:
        shop.document.write_text(content)

    assert (await shop.get("/"))[0] == 503
    assert (await shop.get("/health"))[0] == 503
    assert await shop.get("/metrics") == (
        200,
        {"version": None, "requests": 0, "errors": 0, "latency_p99_ms": None},
    )


async def test_good_release(shop: Shop) -> None:
    """A good release answers after its latency, and is counted."""
    shop.release()

    assert await shop.get("/") == (200, {"welcome": "to the shop", "version": "1.0.0"})
    assert await shop.get("/health") == (200, {"healthy": True, "version": "1.0.0"})
    _, metrics = await shop.get("/metrics")
    latency = metrics.pop("latency_p99_ms")
    assert metrics == {"version": "1.0.0", "requests": 1, "errors": 0}
    assert isinstance(latency, float)
    assert latency >= 19


async def test_unhealthy(shop: Shop) -> None:
    """A release may say itself that it is not well."""
    shop.release(healthy=False)
    assert await shop.get("/health") == (503, {"healthy": False, "version": "1.0.0"})


async def test_error_rate(shop: Shop) -> None:
    """Exactly the given part of the requests ends in a 500, spread evenly."""
    shop.release(error_rate=0.4, latency_ms=0)

    seen = [(await shop.get("/"))[0] for _ in range(10)]

    assert seen == [200, 200, 500, 200, 500] * 2
    assert (await shop.get("/metrics"))[1]["errors"] == 4


async def test_next_release(shop: Shop) -> None:
    """A new document counts from the next request on; totals go on, latencies begin anew."""
    shop.release(latency_ms=60)
    await shop.get("/")
    shop.release(version="1.1.0", latency_ms=1)
    await shop.get("/")

    _, metrics = await shop.get("/metrics")

    assert (metrics["version"], metrics["requests"]) == ("1.1.0", 2)
    latency = metrics["latency_p99_ms"]
    assert isinstance(latency, float)
    assert latency < 59


async def test_same_port_again(shop: Shop) -> None:
    """After a restart the storefront answers where it answered before."""
    shop.release()
    await shop.get("/")
    await shop.storefront.close()

    assert await shop.storefront.open(shop.port) == shop.port

    assert (await shop.get("/health"))[0] == 200


async def test_errs_under_load_only(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few customers meet no error at all; many meet as many as the release says."""
    monkeypatch.setattr(service, "_OVER", 0.2)
    shop.release(error_rate=0.5, errs_above=30, latency_ms=0)

    calm = []
    for _ in range(5):
        calm.append((await shop.get("/"))[0])
        await asyncio.sleep(0.06)
    await asyncio.sleep(0.3)
    busy = [(await shop.get("/"))[0] for _ in range(20)]

    assert calm == [200] * 5
    assert busy.count(500) in {6, 7, 8}


async def test_jobs(shop: Shop) -> None:
    """A job is done by the release that is there, and by none where there is none."""
    async with aiohttp.ClientSession() as session:
        async with session.post(f"http://127.0.0.1:{shop.port}/jobs/nightly") as answer:
            assert answer.status == 503
        shop.release()
        async with session.post(f"http://127.0.0.1:{shop.port}/jobs/nightly") as answer:
            assert (answer.status, await answer.json()) == (200, {"done": "nightly", "version": "1.0.0"})
