"""The server's addresses: Web API, answers, uploads. Each request becomes a call, each refusal Slack's JSON."""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.playground.answering import answer_hook
from bot.playground.api import Call, Desk, Method, channels, chat, files, people, reactions, views
from bot.playground.keys import Keys
from bot.playground.refusal import Refusal
from bot.playground.socket import Socket
from bot.playground.things import Json
from bot.playground.throttle import Throttle, Trouble
from bot.playground.triggers import Hooks

METHODS: Mapping[str, Method] = {
    **people.METHODS,
    **channels.METHODS,
    **chat.METHODS,
    **reactions.METHODS,
    **files.METHODS,
    **views.METHODS,
}
#: The one method that wants the app-level token.
_APP_LEVEL = "apps.connections.open"
_LARGEST = 64 * 1024 * 1024


class Web:
    """What is served, and the record of what was asked."""

    def __init__(self, desk: Desk, keys: Keys, socket: Socket, hooks: Hooks, throttle: Throttle) -> None:
        """Answer from *desk*."""
        self._desk = desk
        self._keys = keys
        self._hooks = hooks
        self._throttle = throttle
        #: The last methods that were called, oldest first, with their arguments.
        self.calls: deque[tuple[str, Mapping[str, Any]]] = deque(maxlen=1000)
        self.application = web.Application(client_max_size=_LARGEST)
        self.application.router.add_route("*", "/api/{method}", self._api)
        self.application.router.add_post("/upload/v1/{file}", self._upload)
        self.application.router.add_post("/hooks/{hook}", self._hook)
        self.application.router.add_get("/link", socket.handle)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            call = Call(await _arguments(request))
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_json"})
        self.calls.append((method, call.arguments))
        trouble = self._throttle.judge(method)
        if trouble and not trouble.after:
            return _in_trouble(request, trouble)
        answer = self._answered(method, call, request)
        if trouble:
            return _in_trouble(request, trouble)
        return web.json_response(answer)

    def _answered(self, method: str, call: Call, request: web.Request) -> Json:
        if method == "api.test":
            return {"ok": True, "args": dict(call.arguments)}
        if method not in METHODS:
            return {"ok": False, "error": "unknown_method", "req_method": method}
        try:
            self._admit(method, call, request)
            return {"ok": True, **METHODS[method](self._desk, call)}
        except Refusal as refusal:
            answer: Json = {"ok": False, "error": refusal.code}
            if refusal.details:
                answer |= {
                    "errors": list(refusal.details),
                    "response_metadata": {"messages": list(refusal.details)},
                }
            return answer

    def _admit(self, method: str, call: Call, request: web.Request) -> None:
        """Raise `Refusal` unless the right token came along."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or call.text("token")
        if not token:
            raise Refusal(code="not_authed")
        if token not in (self._keys.bot, self._keys.app):
            raise Refusal(code="invalid_auth")
        if (token == self._keys.app) != (method == _APP_LEVEL):
            raise Refusal(code="not_allowed_token_type")

    async def _upload(self, request: web.Request) -> web.Response:
        file = self._desk.workspace.files.get(request.match_info["file"])
        if not file:
            return web.Response(status=404, text="not found")
        if request.content_type == "multipart/form-data":
            parts = (await request.post()).values()
            held = [part.file.read() for part in parts if isinstance(part, web.FileField)]
            content = held[0] if held else b""
        else:
            content = await request.read()
        if len(content) != file.size:
            return web.Response(status=400, text=f"expected {file.size} bytes, got {len(content)}")
        await asyncio.to_thread(self._desk.workspace.receive, file.id, content)
        return web.Response(text=f"OK - {len(content)}")

    async def _hook(self, request: web.Request) -> web.Response:
        try:
            body = json.loads(await request.read())
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        trouble = self._throttle.judge("response_url")
        if trouble:
            return _in_trouble(request, trouble)
        try:
            hook = self._hooks.use(request.match_info["hook"], self._desk.workspace.now())
            answer_hook(self._desk.workspace, hook, body)
        except Refusal as refusal:
            status = 404 if refusal.code in {"used_url", "expired_url", "invalid_url"} else 400
            return web.json_response({"ok": False, "error": refusal.code}, status=status)
        return web.Response(text="ok")


def _in_trouble(request: web.Request, trouble: Trouble) -> web.Response:
    if trouble.error:
        return web.json_response({"ok": False, "error": trouble.error})
    if not trouble.status:
        if request.transport:
            request.transport.abort()
        return web.Response(status=500)
    if trouble.status == web.HTTPTooManyRequests.status_code:
        headers = {"Retry-After": str(trouble.retry_after)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    return web.Response(status=trouble.status, text="upstream trouble", content_type="text/html")


async def _arguments(request: web.Request) -> dict[str, Any]:
    """Arguments from wherever Slack takes them; raises `ValueError`."""
    arguments: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = json.loads(await request.read() or b"{}")
        if not isinstance(body, dict):
            raise ValueError
        return arguments | body
    with contextlib.suppress(LookupError):
        arguments |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return arguments
