import asyncio
import contextlib
import json
import os
from pathlib import Path

import aiohttp
import pytest

from bot.playground.example import ports, process, stack


async def test_one_release_on_two_ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Customers and staff see the same release, each is counted alone, and the end of the demonstration ends both."""
    document = tmp_path / "release.json"
    document.write_text(json.dumps({"version": "3", "healthy": True, "latency_ms": 0, "error_rate": 0}))
    over = asyncio.Event()

    async def wait() -> None:
        await over.wait()

    monkeypatch.setattr(process, "over", wait)
    with contextlib.ExitStack() as opened:
        sockets = {name: opened.enter_context(await ports.bind(0)) for name in ("storefront", "admin")}
        urls = {name: f"http://{ports.HOST}:{ports.number(each)}" for name, each in sockets.items()}
        words = [f"{name}={os.dup(each.fileno())}" for name, each in sockets.items()]
    serving = asyncio.create_task(stack.serve([*words, "--", str(document)]))
    async with aiohttp.ClientSession() as session:
        for name in ("storefront", "storefront", "admin"):
            async with session.get(urls[name]) as answer:
                assert (await answer.json())["version"] == "3"
        async with session.get(f"{urls['storefront']}/metrics") as answer:
            assert (await answer.json())["requests"] == 2
        over.set()
        await serving
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(urls["admin"])
