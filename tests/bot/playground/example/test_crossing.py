import json
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.domain.colour import Colour
from bot.domain.traffic import Weights
from bot.playground.example import crossing as module
from bot.playground.example.crossing import Crossing

if TYPE_CHECKING:
    from tests.bot.playground.example.conftest import Pair


def front(crossing: Crossing) -> TestClient[web.Request, web.Application]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", crossing.handle)
    return TestClient(TestServer(app))


async def test_requests_part(pair: "Pair") -> None:
    """Of ten customers one meets green, and each side is counted."""
    pair.spread.put(Weights(blue=90, green=10))
    crossing = pair.crossing()
    async with front(crossing) as client:
        seen = [(await (await client.get("/")).json())["version"] for _ in range(20)]
    assert seen.count("1-green") == 2
    assert [(crossing.tallies[colour].requests, crossing.tallies[colour].errors) for colour in Colour] == [
        (18, 0),
        (2, 0),
    ]


async def test_errors_are_the_colours(pair: "Pair") -> None:
    """A 500 is counted where it came from."""
    pair.release(Colour.GREEN, error_rate=0.5)
    pair.spread.put(Weights(blue=50, green=50))
    crossing = pair.crossing()
    async with front(crossing) as client:
        seen = [(await client.get("/")).status for _ in range(8)]
    assert sorted(seen) == [200] * 6 + [500] * 2
    assert [crossing.tallies[colour].errors for colour in Colour] == [0, 2]


async def test_one_is_gone(pair: "Pair") -> None:
    """Who comes to a colour that is not there gets a 502, and it counts as that colour's error."""
    await pair.storefronts[Colour.GREEN].close()
    pair.spread.put(Weights(blue=50, green=50))
    crossing = pair.crossing()
    async with front(crossing) as client:
        seen = [(await client.get("/")).status for _ in range(4)]
    assert sorted(seen) == [200, 200, 502, 502]
    assert crossing.tallies[Colour.GREEN].errors == 2


async def test_one_says_nothing(pair: "Pair", monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits too long gets a 504."""
    monkeypatch.setattr(module, "_PATIENCE", 0.1)
    pair.release(Colour.BLUE, latency_ms=5000)
    crossing = pair.crossing()
    async with front(crossing) as client:
        assert (await client.get("/")).status == 504
    assert crossing.tallies[Colour.BLUE].errors == 1


async def test_what_is_passed_on(pair: "Pair") -> None:
    """Method, path, question, body and headers go through, and the answer comes back as it was."""

    async def echo(request: web.Request) -> web.Response:
        seen = [request.method, request.path_qs, await request.text(), request.headers.get("X-Basket")]
        return web.json_response(seen, status=418, headers={"X-Shop": "1"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", echo)
    async with TestServer(app) as server:
        pair.urls[Colour.BLUE] = str(server.make_url("")).rstrip("/")
        async with front(pair.crossing()) as client:
            answer = await client.put("/a%20b?c=d", data="basket", headers={"X-Basket": "7"})
            assert answer.status == 418
            assert (answer.headers["X-Shop"], answer.headers["X-Colour"]) == ("1", "blue")
            assert json.loads(await answer.read()) == ["PUT", "/a%20b?c=d", "basket", "7"]


async def test_asked_directly(pair: "Pair") -> None:
    """The idle colour can be asked, and no customer is counted."""
    crossing = pair.crossing()
    answer = await crossing.asked(Colour.GREEN, "GET", "/health")
    assert (answer.status, answer.text) == (200, '{"healthy": true, "version": "1-green"}')
    assert crossing.tallies[Colour.GREEN].requests == 0
