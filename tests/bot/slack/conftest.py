"""A server that answers as a test tells it to, and Slack's real client in front of it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import connected


class Api:
    """What was asked, and what is answered: by method, as (status, headers, body)."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, tuple[int, dict[str, str], Any]] = {}
        self.url = ""

    def answer(self, method: str, body: Any, status: int = 200, **headers: str) -> None:
        """Answer *method* so from now on; *body* may be JSON or text."""
        self.answers[method] = (
            status,
            {name.replace("_", "-"): value for name, value in headers.items()},
            body,
        )

    async def handle(self, request: web.Request) -> web.Response:
        """Note the call and answer it."""
        method = request.match_info["method"]
        if request.content_type == "application/json":
            said = await request.json()
        elif request.content_type == "application/octet-stream":
            said = {"octets": await request.read()}
        else:
            said = dict(await request.post())
        self.asked.append((method, {**request.query, **said}))
        status, headers, body = self.answers.get(method, (200, {}, {"ok": True}))
        if isinstance(body, str):
            return web.Response(text=body, status=status, headers=headers)
        return web.json_response(body, status=status, headers=headers)


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    """The server."""
    it = Api()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", it.handle)
    server = TestServer(app)
    await server.start_server()
    it.url = str(server.make_url("/api/"))
    yield it
    await server.close()


@pytest.fixture
async def client(api: Api) -> AsyncIterator[AsyncWebClient]:
    """Slack's own client."""
    async with connected("xoxb-test", api.url) as it:
        yield it
