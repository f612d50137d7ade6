from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.clock import SystemClock
from bot.domain.colour import Colour
from bot.playground.example.control import Control
from bot.playground.example.crossing import Crossing
from bot.playground.example.schedule import Schedule
from bot.playground.example.spread import Spread

if TYPE_CHECKING:
    from tests.bot.playground.example.conftest import Pair

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def control(pair: "Pair", tmp_path: Path) -> AsyncIterator[Client]:
    jobs = Crossing(Spread(tmp_path / "jobs.json", gradual=False), pair.urls, pair.session)
    schedule = Schedule(jobs, SystemClock())
    async with TestClient(
        TestServer(Control({"shop": pair.crossing(), "jobs": jobs}, schedule).app())
    ) as client:
        yield client


async def test_look_and_steer(control: Client) -> None:
    """What was written is read back, under another tag."""
    first = await control.get("/traffic/shop")
    assert (first.status, await first.json()) == (200, {"blue": 100, "green": 0})
    written = await control.put("/traffic/shop", json={"blue": 90, "green": 10})
    assert (written.status, await written.json()) == (200, {"blue": 90, "green": 10})
    then = await control.get("/traffic/shop")
    assert await then.json() == {"blue": 90, "green": 10}
    assert then.headers["ETag"] == written.headers["ETag"] != first.headers["ETag"]


async def test_somebody_else_was_faster(control: Client) -> None:
    """Who compares before writing, writes only what still fits; the answer says what is there."""
    tag = (await control.get("/traffic/shop")).headers["ETag"]
    wanted = {"blue": 90, "green": 10}
    assert (await control.put("/traffic/shop", json=wanted, headers={"If-Match": tag})).status == 200
    late = await control.put("/traffic/shop", json={"blue": 0, "green": 100}, headers={"If-Match": tag})
    assert (late.status, await late.json()) == (412, wanted)
    assert late.headers["ETag"] != tag
    assert await (await control.get("/traffic/shop")).json() == wanted
    anyway = await control.put("/traffic/shop", json={"blue": 1, "green": 0}, headers={"If-Match": "*"})
    assert anyway.status == 200


@pytest.mark.parametrize(
    ("service", "body", "told"),
    [
        pytest.param("shop", b"ninety", "Write both colours", id="no weights"),
        pytest.param("shop", b'{"blue": 0, "green": 0}', "nobody would be served", id="nobody"),
        pytest.param("jobs", b'{"blue": 50, "green": 50}', "one colour only", id="half of the jobs"),
    ],
)
async def test_bad_weights(control: Client, service: str, body: bytes, told: str) -> None:
    """What cannot be followed is refused in a sentence, and nothing changes."""
    answer = await control.put(f"/traffic/{service}", data=body)
    assert answer.status == 400
    assert told in (await answer.json())["error"]
    assert await (await control.get(f"/traffic/{service}")).json() == {"blue": 100, "green": 0}


async def test_what_is_known_of_each(control: Client, pair: "Pair") -> None:
    """Each colour's totals and health, traffic or not; and how the jobs went."""
    pair.release(Colour.GREEN, healthy=False)
    both = await (await control.get("/metrics/shop")).json()
    green = await (await control.get("/metrics/shop/green")).json()
    assert both == green == {"requests": 0, "errors": 0, "latency_p99_ms": None}
    assert (await control.get("/health/shop/blue")).status == 200
    assert (await control.get("/health/shop/green")).status == 503
    await pair.storefronts[Colour.GREEN].close()
    assert (await control.get("/health/shop/green")).status == 502
    assert await (await control.get("/jobs")).json() == {"runs": []}


@pytest.mark.parametrize(
    ("path", "told"),
    [
        pytest.param("/traffic/shp", "did you mean `shop`?", id="service"),
        pytest.param("/metrics/shop/gren", "did you mean `green`?", id="colour"),
        pytest.param("/health/shop/x", "There is no colour x", id="nothing like it"),
    ],
)
async def test_unknown_names(control: Client, path: str, told: str) -> None:
    """A slip is told with the right word."""
    answer = await control.get(path)
    assert answer.status == 404
    assert told in await answer.text()
