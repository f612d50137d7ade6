"""What a deployment brings to life: health, running totals, and a state of somebody else's."""

import asyncio
from collections import defaultdict
from types import TracebackType
from typing import Self

from aiohttp import web

#: Requests that customers make between two looks at the totals.
CUSTOMERS = 200
_STATE = '{"version": 4, "terraform_version": "1.5.0", "serial": 1, "lineage": "x", "outputs": {}, "resources": []}'


class Service:
    """Answers on the loopback while entered; whoever waits for a question is told of it."""

    def __init__(self) -> None:
        self.url = ""
        #: Seconds before each answer, by path.
        self.delays: dict[str, float] = {}
        #: The share of requests that fail.
        self.error_rate = 0.0
        self._asked: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._requests = 0
        self._errors = 0.0
        self._runner = web.AppRunner(web.Application(), access_log=None, shutdown_timeout=0.1)
        self._runner.app.router.add_get("/{path}", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self._asked[path].set()
        await asyncio.sleep(self.delays.get(path, 0.0))
        if path == "state":
            return web.Response(text=_STATE)
        self._requests += CUSTOMERS
        self._errors += CUSTOMERS * self.error_rate
        return web.json_response({"requests": self._requests, "errors": round(self._errors)})

    async def asked(self, path: str) -> None:
        """Come back when somebody asks for *path* for the first time."""
        await self._asked[path].wait()

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
