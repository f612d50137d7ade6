"""What a deployment brings to life: health, running totals, and a state of somebody else's."""

import asyncio
from collections import defaultdict
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.listener import Listener

#: Requests that customers make between two looks at the totals.
CUSTOMERS = 200
_STATE = '{"version": 4, "terraform_version": "1.5.0", "serial": 1, "lineage": "x", "outputs": {}, "resources": []}'


class Service:
    """Answers under any path on the loopback while entered; whoever waits for a question is told of it."""

    def __init__(self) -> None:
        self.url = ""
        #: Seconds before an answer, by path.
        self.delays: dict[str, float] = {}
        #: The share of requests that fail, by path.
        self.error_rates: dict[str, float] = {}
        #: Requests that customers make between two looks, by path; else `CUSTOMERS`.
        self.customers: dict[str, int] = {}
        #: Paths under which there is nothing.
        self.gone: set[str] = set()
        self._asked: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._requests: defaultdict[str, int] = defaultdict(int)
        application = web.Application()
        application.router.add_get("/{path:.*}", self._answer)
        self._listener = Listener(application, grace=0.1)

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self._asked[path].set()
        await asyncio.sleep(self.delays.get(path, 0.0))
        if path in self.gone:
            raise web.HTTPNotFound
        if path.endswith("state"):
            return web.Response(text=_STATE)
        self._requests[path] += self.customers.get(path, CUSTOMERS)
        errors = round(self._requests[path] * self.error_rates.get(path, 0.0))
        return web.json_response({"requests": self._requests[path], "errors": errors})

    async def asked(self, path: str) -> None:
        """Come back when somebody has asked for *path*."""
        await self._asked[path].wait()

    async def __aenter__(self) -> Self:
        self.url = f"http://127.0.0.1:{await self._listener.open('127.0.0.1')}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._listener.close()
