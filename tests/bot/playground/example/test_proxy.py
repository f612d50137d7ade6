import asyncio
import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.playground.example import ports, process, proxy

if TYPE_CHECKING:
    from tests.bot.playground.example.conftest import Pair


async def test_everything_in_its_place(pair: "Pair", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Customers, staff and whoever steers come to a port each; the first job is run at once."""
    over = asyncio.Event()

    async def wait() -> None:
        await over.wait()

    monkeypatch.setattr(process, "over", wait)
    with contextlib.ExitStack() as opened:
        sockets = {
            name: opened.enter_context(await ports.bind(0)) for name in ("storefront", "admin", "control")
        }
        urls = {name: f"http://{ports.HOST}:{ports.number(each)}" for name, each in sockets.items()}
        words = [f"{name}={os.dup(each.fileno())}" for name, each in sockets.items()]
    stacks = json.dumps(dict.fromkeys(("storefront", "admin", "jobs"), pair.urls))
    serving = asyncio.create_task(proxy.serve([*words, "--", str(tmp_path), stacks]))
    async with aiohttp.ClientSession() as session:

        async def said(name: str, path: str) -> dict[str, object]:
            async with session.get(urls[name] + path) as answer:
                told: dict[str, object] = await answer.json()
                return told

        assert (await said("storefront", "/"))["version"] == "1-blue"
        async with session.put(f"{urls['control']}/traffic/admin", json={"blue": 0, "green": 1}) as answer:
            assert answer.status == 200
        assert (await said("admin", "/"))["version"] == "1-green"
        assert (await said("storefront", "/"))["version"] == "1-blue"
        jobs = await said("control", "/metrics/jobs/blue")
        assert (jobs["requests"], jobs["errors"]) == (1, 0)
        assert json.loads((tmp_path / "admin.json").read_text())["weights"] == {"blue": 0, "green": 1}
        over.set()
        await serving
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(urls["control"])
