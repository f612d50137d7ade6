"""Where the requests of one service part: to the stack whose turn it is, and counted there."""

import asyncio
from collections.abc import Mapping

import aiohttp
from aiohttp import web
from multidict import CIMultiDict

from bot.domain.colour import Colour
from bot.playground.example.spread import Spread
from bot.playground.example.tally import Tally

#: Headers that are about one connection only, and those that are written anew.
_HOP = frozenset(
    {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "host", "content-length"}
)
#: Seconds that a stack has for an answer.
_PATIENCE = 5


class Crossing:
    """Passes requests on to one of two stacks; where that one is gone, the answer is 502."""

    def __init__(self, spread: Spread, stacks: Mapping[Colour, str], session: aiohttp.ClientSession) -> None:
        """Take the weights, the addresses of both stacks, and the way to reach them."""
        self.spread = spread
        self.tallies = {colour: Tally() for colour in Colour}
        self._stacks = stacks
        self._session = session

    async def handle(self, request: web.Request) -> web.Response:
        """Answer somebody who does not know that there are two."""
        return await self.counted(
            self.spread.turn(), request.method, request.path_qs, request.headers, await request.read()
        )

    async def counted(
        self,
        colour: Colour,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> web.Response:
        """Ask *colour*, and count what comes of it."""
        clock = asyncio.get_running_loop().time
        began = clock()
        answer = await self.asked(colour, method, path, headers, body)
        self.tallies[colour].count(clock(), clock() - began, failed=answer.status >= 500)
        return answer

    async def asked(
        self,
        colour: Colour,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> web.Response:
        """Ask *colour*, whoever's turn it is."""
        try:
            async with self._session.request(
                method,
                self._stacks[colour] + path,
                headers=_passed_on(headers or {}),
                data=body or None,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=_PATIENCE),
            ) as answer:
                content = await answer.read()
        except TimeoutError:
            return web.json_response({"error": f"{colour} does not answer"}, status=504)
        except aiohttp.ClientError:
            return web.json_response({"error": f"{colour} is not there"}, status=502)
        told = _passed_on(answer.headers)
        told["X-Colour"] = colour
        return web.Response(status=answer.status, body=content, headers=told)


def _passed_on(headers: Mapping[str, str]) -> CIMultiDict[str]:
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in _HOP)
