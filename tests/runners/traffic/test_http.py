import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from bot.domain.errors import TrafficBroken, TrafficMoved, TrafficRefused
from bot.domain.traffic import Health, Weights
from runners.context import Context
from runners.traffic.http import Http
from tests.fakes.places import HttpPlace

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]
BLUE, GREEN, TENTH = Weights(blue=100, green=0), Weights(blue=0, green=100), Weights(blue=90, green=10)


@pytest.fixture
async def place(serve: Serve) -> HttpPlace:
    """A document where blue gets everything."""
    made = HttpPlace()
    made.url = await serve(made.answer)
    return made


@pytest.fixture
def switcher(place: HttpPlace, context: Context) -> Http:
    """What steers it."""
    made = place.switcher(context)
    assert isinstance(made, Http)
    return made


async def test_what_is_seen(switcher: Http, place: HttpPlace) -> None:
    """Weights, targets and stickiness, where the document tells them."""
    place.document["targets"] = {"green": {"healthy": 1, "total": 2, "why": "one is slow"}}
    seen = await switcher.look()
    assert (seen.weights, seen.sticky, seen.blue) == (BLUE, 5, None)
    assert seen.green == Health(healthy=1, total=2, why="one is slow")
    assert switcher.place == f"{place.url}/weights"


async def test_what_is_kept(switcher: Http, place: HttpPlace) -> None:
    """Fields that nobody here knows are sent back as they came."""
    place.document["owner"] = {"name": "us", "since": [1, 2.5, None]}
    before = place.whole()
    await switcher.shift(BLUE, TENTH)
    assert place.whole() == before | {"blue": 90, "green": 10}


async def test_without_an_etag(switcher: Http, place: HttpPlace) -> None:
    """A place that has no versions is written all the same."""
    place.etags = False
    assert await switcher.shift(BLUE, GREEN) == GREEN == place.there()


async def test_somebody_was_faster(context: Context, serve: Serve) -> None:
    """A version that does not stand any more is not written over, and what is there instead is told."""
    place = HttpPlace()

    async def answer(request: web.Request) -> web.Response:
        if request.method == "PUT" and place.version == 1:
            place.put(Weights(blue=70, green=30))
        return await place.answer(request)

    place.url = await serve(answer)
    with pytest.raises(TrafficMoved) as caught:
        await place.switcher(context).shift(BLUE, GREEN)
    assert caught.value.found == Weights(blue=70, green=30) == place.there()


async def test_nobody_healthy(switcher: Http, place: HttpPlace) -> None:
    """No more goes to a colour that has nobody."""
    place.document["targets"] = {"green": {"healthy": 0, "total": 2}}
    with pytest.raises(TrafficRefused, match="nobody is behind green: none of 2 targets is healthy"):
        await switcher.shift(BLUE, TENTH)
    assert place.there() == BLUE


@pytest.mark.parametrize(
    ("document", "why"),
    [
        pytest.param("no json", "no JSON object", id="no JSON"),
        pytest.param("[]", "no JSON object", id="a list"),
        pytest.param('{"blue": 1, "green": 0, "x": "' + "x" * 70_000 + '"}', "no JSON object", id="too long"),
        pytest.param("[" * 60_000, "no JSON object", id="too deep"),
        pytest.param('{"blue": 100}', "`green` of its document", id="a colour is missing"),
        pytest.param('{"blue": "100", "green": 0}', "`blue` of its document", id="text"),
        pytest.param('{"blue": 99.5, "green": 0.5}', "`blue` of its document", id="fractions"),
        pytest.param('{"blue": true, "green": 0}', "`blue` of its document", id="yes"),
        pytest.param('{"blue": -1, "green": 0}', "`blue` of its document", id="less than nothing"),
        pytest.param('{"blue": NaN, "green": 0}', "`blue` of its document", id="no number"),
        pytest.param('{"blue": 0, "green": 0}', "both colours weigh 0", id="no weights"),
        pytest.param('{"blue": 1, "green": 0, "targets": {"red": {}}}', "`targets.red", id="a third colour"),
    ],
)
async def test_what_is_not_understood(context: Context, serve: Serve, document: str, why: str) -> None:
    """It is left alone, and said."""
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.method)
        return web.Response(text=document)

    switcher = Http(Http.Settings(kind="http", url=await serve(answer)), context)
    for attempt in (switcher.look(), switcher.shift(BLUE, GREEN)):
        with pytest.raises(TrafficRefused, match=rf"{why}.*Nothing was written\.$"):
            await attempt
    assert set(asked) == {"GET"}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        pytest.param(301, TrafficRefused, id="a redirect"),
        pytest.param(401, TrafficRefused, id="who are you"),
        pytest.param(403, TrafficRefused, id="no"),
        pytest.param(404, TrafficRefused, id="nothing here"),
        pytest.param(408, TrafficBroken, id="too slow"),
        pytest.param(429, TrafficBroken, id="too often"),
        pytest.param(500, TrafficBroken, id="broken"),
        pytest.param(503, TrafficBroken, id="not now"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_other_answers(
    context: Context, serve: Serve, status: int, kind: type[Exception], method: str
) -> None:
    """A no is a no, and "not now" is none; neither has written anything."""
    place = HttpPlace()

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status) if request.method == method else await place.answer(request)

    place.url = await serve(answer)
    with pytest.raises(kind, match=rf"it answers {status}\. Nothing was written\.$"):
        await place.switcher(context).shift(BLUE, GREEN)
    assert place.there() == BLUE


@pytest.mark.parametrize(
    ("url", "why"),
    [
        pytest.param("http://169.254.169.254/weights", "link-local or metadata address", id="credentials"),
        pytest.param("http://127.0.0.1:1/weights", "could not connect", id="nobody there"),
    ],
)
async def test_where_nobody_can_be_asked(context: Context, url: str, why: str) -> None:
    """Nothing can have been written."""
    with pytest.raises(TrafficBroken, match=rf"{why}.*Nothing was written\.$"):
        await Http(Http.Settings(kind="http", url=url), context).shift(BLUE, GREEN)


async def test_no_answer_in_time(context: Context, serve: Serve) -> None:
    """A write that takes too long and is done after all is done."""
    place = HttpPlace()

    async def answer(request: web.Request) -> web.Response:
        said = await place.answer(request)
        await asyncio.sleep(0.4 if request.method == "PUT" else 0)
        return said

    place.url = await serve(answer)
    switcher = place.switcher(context, timeout="200ms")
    assert await switcher.shift(BLUE, GREEN) == GREEN == place.there()


async def test_what_is_sent(context: Context, serve: Serve) -> None:
    """One PUT of JSON, for the version that was read."""
    place, seen = HttpPlace(), []

    async def answer(request: web.Request) -> web.Response:
        if request.method == "PUT":
            seen.append(
                (
                    request.headers["Content-Type"],
                    request.headers["If-Match"],
                    json.loads(await request.read()),
                )
            )
        return await place.answer(request)

    place.url = await serve(answer)
    await place.switcher(context).shift(BLUE, GREEN)
    assert seen == [("application/json", '"1"', {"blue": 0, "green": 100, "sticky": 5, "owner": "us"})]


@pytest.mark.parametrize("url", ["ftp://x/weights", "/weights", "", "weights"])
def test_bad_settings(url: Any) -> None:
    """What cannot be asked is said when the estate is read."""
    with pytest.raises(ValidationError, match="no address that can be asked"):
        Http.Settings.model_validate({"kind": "http", "url": url})
