"""Real processes: two stacks, and the proxy in front of them."""

import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.domain.colour import Colour
from bot.domain.errors import Refused
from bot.playground.example import ports
from bot.playground.example.stacks import Stacks
from tests.bot.playground.example.conftest import until

GOOD = {"healthy": True, "latency_ms": 0, "error_rate": 0}


class Site:
    """The processes, and a way to talk to them."""

    def __init__(self, folder: Path, session: aiohttp.ClientSession) -> None:
        self.folder = folder
        self.stacks = Stacks(folder)
        self._session = session

    def release(self) -> None:
        """Put release 1 on blue and release 2 on green."""
        for version, colour in enumerate(Colour, 1):
            document = self.stacks.document(colour)
            document.parent.mkdir(exist_ok=True)
            document.write_text(json.dumps(GOOD | {"version": str(version)}))

    async def get(self, name: str, path: str) -> tuple[int, Any]:
        """Ask one of the addresses."""
        async with self._session.get(self.stacks.address(name) + path) as answer:
            return answer.status, await answer.json()

    async def put(self, service: str, blue: int, green: int) -> int:
        """Steer."""
        url = f"{self.stacks.address('control')}/traffic/{service}"
        async with self._session.put(url, json={"blue": blue, "green": green}) as answer:
            return answer.status

    async def ran(self, colour: Colour) -> bool:
        """Whether a job ran on *colour*."""
        return bool((await self.get("control", f"/metrics/jobs/{colour}"))[1]["requests"])

    async def green_is_gone(self) -> bool:
        """Whether the green process is not there any more."""
        return self.stacks.processes["green"].pid is None

    async def versions(self, name: str, count: int) -> list[str]:
        """What so many visitors met; a number where it was no page."""
        met = [await self.get(name, "/") for _ in range(count)]
        return [said["version"] if status == 200 else str(status) for status, said in met]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with aiohttp.ClientSession() as session:
        site = Site(tmp_path, session)
        site.release()
        await site.stacks.open({})
        yield site
        await site.stacks.close()


async def test_traffic_moves(site: Site) -> None:
    """Three processes; customers and staff are steered apart, and the evidence is on the right side."""
    pids = {process.pid for process in site.stacks.processes.values()}
    assert len(pids - {None, os.getpid()}) == 3
    assert await site.versions("storefront", 3) == ["1", "1", "1"]

    assert await site.put("storefront", 75, 25) == 200

    assert sorted(await site.versions("storefront", 8)) == ["1"] * 6 + ["2"] * 2
    assert await site.versions("admin", 2) == ["1", "1"]
    _, blue = await site.get("control", "/metrics/storefront/blue")
    _, green = await site.get("control", "/metrics/storefront/green")
    assert (blue["requests"], green["requests"]) == (9, 2)
    assert (await site.get("control", "/metrics/admin/green"))[1]["requests"] == 0
    assert await site.get("green/storefront", "/health") == (200, {"healthy": True, "version": "2"})


async def test_jobs_move(site: Site) -> None:
    """The jobs run on blue from the start, then on green and only there."""
    assert await site.put("jobs", 90, 10) == 400
    await until(lambda: site.ran(Colour.BLUE))
    assert await site.put("jobs", 0, 100) == 200
    await until(lambda: site.ran(Colour.GREEN))
    runs = (await site.get("control", "/jobs"))[1]["runs"]
    assert [run["colour"] for run in runs] == sorted(run["colour"] for run in runs)
    assert all(run["ok"] for run in runs)


async def test_one_stack_is_killed(site: Site) -> None:
    """Its customers get a 502, the others do not notice, and nothing else falls with it."""
    await site.put("storefront", 50, 50)
    assert sorted(await site.versions("storefront", 2)) == ["1", "2"]
    pid = site.stacks.processes["green"].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await until(site.green_is_gone)
    assert sorted(await site.versions("storefront", 4)) == ["1", "1", "502", "502"]
    assert (await site.get("control", "/metrics/storefront/green"))[1]["errors"] == 2
    assert (await site.get("control", "/health/storefront/green"))[0] == 502
    assert (await site.get("control", "/health/storefront/blue"))[0] == 200


async def test_remembered(site: Site) -> None:
    """After a restart all of it is at the same ports, and the weights are what they were."""
    await site.put("storefront", 10, 90)
    before = dict(site.stacks.ports)
    await site.stacks.close()

    site.stacks = Stacks(site.folder)
    await site.stacks.open(before)

    assert dict(site.stacks.ports) == before
    assert await site.get("control", "/traffic/storefront") == (200, {"blue": 10, "green": 90})
    assert (await site.versions("storefront", 10)).count("2") == 9


async def test_a_port_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one port is somebody else's, nothing is started."""
    monkeypatch.setattr(ports, "_ATTEMPTS", 1)
    with await ports.bind(0) as other:
        stacks = Stacks(tmp_path)
        with pytest.raises(Refused):
            await stacks.open({"green/admin": ports.number(other)})
    assert all(process.pid is None for process in stacks.processes.values())
