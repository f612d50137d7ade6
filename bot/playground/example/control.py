"""Where the example's traffic is steered, and what is known of it: for Interlock, never for customers.

GET, PUT  /traffic/SERVICE           {"blue": 90, "green": 10}, with an ETag; PUT honours If-Match
GET       /metrics/SERVICE[/COLOUR]  running totals, as the proxy saw them
GET       /health/SERVICE/COLOUR     the health of a stack, whether it gets traffic or not
GET       /jobs                      how the scheduled jobs ended, and where
"""

import asyncio
from collections.abc import Mapping

from aiohttp import web

from bot.domain.colour import Colour
from bot.domain.nearest import hint
from bot.playground.example.crossing import Crossing
from bot.playground.example.schedule import Schedule
from bot.playground.example.tally import told


class Control:
    """Answers and changes what the proxy does, by the names of its services."""

    def __init__(self, crossings: Mapping[str, Crossing], schedule: Schedule) -> None:
        """Take what there is to steer."""
        self._crossings = crossings
        self._schedule = schedule

    def app(self) -> web.Application:
        """Make what serves it."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/traffic/{service}", self._look),
                web.put("/traffic/{service}", self._steer),
                web.get("/metrics/{service}", self._metrics),
                web.get("/metrics/{service}/{colour}", self._metrics),
                web.get("/health/{service}/{colour}", self._health),
                web.get("/jobs", self._jobs),
            ]
        )
        return app

    async def _look(self, request: web.Request) -> web.Response:
        return _said(self._crossing(request))

    async def _steer(self, request: web.Request) -> web.Response:
        crossing = self._crossing(request)
        body = await request.read()
        spread = crossing.spread
        # From here on nothing waits, so nobody comes between the comparison and the change.
        wanted = request.headers.get("If-Match", "*")
        if wanted != "*" and spread.tag not in {tag.strip() for tag in wanted.split(",")}:
            return _said(crossing, status=412)
        try:
            spread.put(spread.read(body))
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        return _said(crossing)

    async def _metrics(self, request: web.Request) -> web.Response:
        tallies = self._crossing(request).tallies
        seen = [tallies[_colour(request)]] if "colour" in request.match_info else tallies.values()
        return web.json_response(told(seen, asyncio.get_running_loop().time()))

    async def _health(self, request: web.Request) -> web.Response:
        return await self._crossing(request).asked(_colour(request), "GET", "/health")

    async def _jobs(self, _: web.Request) -> web.Response:
        return web.json_response(self._schedule.document)

    def _crossing(self, request: web.Request) -> Crossing:
        name = request.match_info["service"]
        if name not in self._crossings:
            raise web.HTTPNotFound(text=f"There is no service {name}; {hint(name, self._crossings)}")
        return self._crossings[name]


def _colour(request: web.Request) -> Colour:
    word = request.match_info["colour"]
    try:
        return Colour(word)
    except ValueError:
        raise web.HTTPNotFound(text=f"There is no colour {word}; {hint(word, Colour)}") from None


def _said(crossing: Crossing, status: int = 200) -> web.Response:
    spread = crossing.spread
    return web.json_response(spread.weights.model_dump(), status=status, headers={"ETag": spread.tag})
