"""Where traffic is steered over HTTP, in many places at once: it writes down every change, and stops whoever it is told to."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.domain.colour import Colour
from bot.domain.traffic import Weights
from bot.listener import Listener

#: Requests that customers make of a colour for each part of its weight, between two looks at the totals.
CUSTOMERS = 4
OLD, NEW = Weights(blue=100, green=0), Weights(blue=0, green=100)


@dataclass
class Gate:
    """Stops a question before or after it took effect, until the world goes on without whoever asked."""

    #: `GET prod/store`.
    asked: str
    #: So many such questions go by first.
    after: int = 0
    #: It takes effect before it is stopped.
    late: bool = False
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)


class Crossroads:
    """Answers on the loopback while entered; a place is an environment and a service, `prod/store`."""

    def __init__(self) -> None:
        self.url = ""
        self.weights: defaultdict[str, Weights] = defaultdict(lambda: OLD)
        #: Every change in its order: the place, and what was written there.
        self.written: list[tuple[str, Weights]] = []
        #: Places of which no request, only bad requests, or no total at all is told.
        self.quiet: set[str] = set()
        self.bad: set[str] = set()
        self.away: set[str] = set()
        #: Places that say no to every change, and colours of places that say they are ill: `prod/store/blue`.
        self.denied: set[str] = set()
        self.ill: set[str] = set()
        self.gates: list[Gate] = []
        self._totals: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._asked: defaultdict[str, int] = defaultdict(int)
        application = web.Application()
        application.router.add_get("/traffic/{environment}/{service}", self._look)
        application.router.add_put("/traffic/{environment}/{service}", self._steer)
        application.router.add_get("/metrics/{environment}/{service}/{colour}", self._count)
        application.router.add_get("/health/{environment}/{service}/{colour}", self._feel)
        self._listener = Listener(application, grace=0.1)

    def gate(self, asked: str, *, after: int = 0, late: bool = False) -> Gate:
        """Stop a question like `PUT prod/store`, after so many of them went by; *late* once it took effect."""
        made = Gate(asked, self._asked[asked] + after, late)
        self.gates.append(made)
        return made

    def open(self) -> None:
        """Whoever was stopped is gone by now: what had not taken effect never does."""
        for gate in self.gates:
            gate.opened.set()
        self.gates.clear()

    def turns(self, environment: str) -> list[tuple[str, Weights]]:
        """What was written in *environment*, in its order, by the names of its services."""
        return [
            (place.partition("/")[2], weights)
            for place, weights in self.written
            if place.partition("/")[0] == environment
        ]

    async def _passed(self, request: web.Request) -> Gate | None:
        asked = f"{request.method} {_place(request)}"
        self._asked[asked] += 1
        found = [gate for gate in self.gates if gate.asked == asked and gate.after < self._asked[asked]]
        if not found:
            return None
        if not found[0].late:
            await _stopped(found[0])
            raise web.HTTPServiceUnavailable
        return found[0]

    async def _look(self, request: web.Request) -> web.Response:
        gate = await self._passed(request)
        if gate is not None:
            await _stopped(gate)
        return self._told(_place(request))

    async def _steer(self, request: web.Request) -> web.Response:
        said, place = await request.json(), _place(request)
        gate = await self._passed(request)
        if place in self.denied:
            return web.json_response({"error": "not today"}, status=403)
        if request.headers.get("If-Match") not in {None, self._tag(place)}:
            return web.json_response({"error": "stale"}, status=412)
        self.weights[place] = Weights(blue=said["blue"], green=said["green"])
        self.written.append((place, self.weights[place]))
        if gate is not None:
            await _stopped(gate)
        return self._told(place)

    async def _count(self, request: web.Request) -> web.Response:
        place, colour = _place(request), request.match_info["colour"]
        if place in self.away:
            raise web.HTTPServiceUnavailable
        totals = self._totals[f"{place}/{colour}"]
        share = self.weights[place].of(Colour(colour))
        if place not in self.quiet:
            totals[0] += CUSTOMERS * share
            totals[1] += CUSTOMERS * share // 2 if place in self.bad and colour == "green" else 0
        return web.json_response({"requests": totals[0], "errors": totals[1]})

    async def _feel(self, request: web.Request) -> web.Response:
        if f"{_place(request)}/{request.match_info['colour']}" in self.ill:
            raise web.HTTPServiceUnavailable
        return web.Response(text="well")

    def _told(self, place: str) -> web.Response:
        return web.json_response(self.weights[place].model_dump(), headers={"ETag": self._tag(place)})

    def _tag(self, place: str) -> str:
        return f'"{sum(where == place for where, _ in self.written)}"'

    async def __aenter__(self) -> Self:
        self.url = f"http://127.0.0.1:{await self._listener.open('127.0.0.1')}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.open()
        await self._listener.close()


def _place(request: web.Request) -> str:
    return f"{request.match_info['environment']}/{request.match_info['service']}"


async def _stopped(gate: Gate) -> None:
    gate.reached.set()
    await gate.opened.wait()
