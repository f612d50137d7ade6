"""The storefront: a small HTTP service whose behaviour is what Terraform last applied."""

import asyncio
import socket
from collections import deque
from pathlib import Path
from typing import Annotated

from aiohttp import web
from pydantic import Field, ValidationError

from bot.domain.value import Value
from bot.playground.example.ports import bind, number
from bot.playground.example.tally import p99

#: Seconds over which the load is measured.
_OVER = 2.0


class Release(Value):
    """The document that an apply writes: which release is in service, and how it behaves."""

    version: str
    #: Whether `/health` says so.
    healthy: bool
    #: Milliseconds until an answer.
    latency_ms: Annotated[float, Field(ge=0)]
    #: Part of all requests that end in a 500, from 0 to 1.
    error_rate: Annotated[float, Field(ge=0, le=1)]
    #: Requests a second up to which nothing of that happens.
    errs_above: Annotated[float, Field(ge=0)] = 0


class Storefront:
    """Serves `/`, `/health` and `/metrics` as the release document says; 503 while there is none."""

    def __init__(self, document: Path) -> None:
        """Read *document* anew whenever it was replaced."""
        self._document = document
        self._stamp: tuple[int, int] | None = None
        self._release: Release | None = None
        self._requests = 0
        self._errors = 0
        self._owed = 0.0
        self._arrivals: deque[float] = deque(maxlen=2000)
        self._latencies: deque[float] = deque(maxlen=500)
        self._runner: web.AppRunner | None = None

    async def open(self, port: int) -> int:
        """Listen on *port*, 0 for a free one, and say which it is; raises `Refused` where it is taken."""
        listening = await bind(port)
        await self.serve(listening)
        return number(listening)

    async def serve(self, listening: socket.socket) -> None:
        """Serve on a socket that listens already."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/", self._shop),
                web.get("/health", self._health),
                web.get("/metrics", self._metrics),
                web.post("/jobs/{job}", self._job),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def _current(self) -> Release | None:
        """Look up what is in service; latencies are counted anew with each release."""
        try:
            status = self._document.stat()
            stamp = (status.st_mtime_ns, status.st_ino)
            if stamp != self._stamp:
                self._release = Release.model_validate_json(self._document.read_bytes())
                self._stamp = stamp
                self._latencies.clear()
        except (OSError, ValidationError):
            self._release = self._stamp = None
        return self._release

    async def _shop(self, _: web.Request) -> web.Response:
        release = self._current()
        if release is None:
            return _nothing()
        began = asyncio.get_running_loop().time()
        self._arrivals.append(began)
        await asyncio.sleep(release.latency_ms / 1000)
        self._latencies.append((asyncio.get_running_loop().time() - began) * 1000)
        self._requests += 1
        # Spread evenly instead of by chance, so that a demonstration ends the same way every time.
        if self._load(began) > release.errs_above:
            self._owed += release.error_rate
        if self._owed >= 1:
            self._owed -= 1
            self._errors += 1
            return web.json_response({"error": "the basket is gone"}, status=500)
        return web.json_response({"welcome": "to the shop", "version": release.version})

    def _load(self, now: float) -> float:
        """How many requests a second there are just now."""
        while self._arrivals and self._arrivals[0] <= now - _OVER:
            self._arrivals.popleft()
        return len(self._arrivals) / _OVER

    async def _job(self, request: web.Request) -> web.Response:
        release = self._current()
        if release is None:
            return _nothing()
        return web.json_response({"done": request.match_info["job"], "version": release.version})

    async def _health(self, _: web.Request) -> web.Response:
        release = self._current()
        if release is None:
            return _nothing()
        answer = {"healthy": release.healthy, "version": release.version}
        return web.json_response(answer, status=200 if release.healthy else 503)

    async def _metrics(self, _: web.Request) -> web.Response:
        release = self._current()
        return web.json_response(
            {
                "version": release.version if release else None,
                "requests": self._requests,
                "errors": self._errors,
                "latency_p99_ms": p99(self._latencies),
            }
        )


def _nothing() -> web.Response:
    return web.json_response({"error": "nothing is deployed"}, status=503)
