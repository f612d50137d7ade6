"""The bot's own HTTP server: health for supervisors, and Slack's signed requests in HTTP mode."""

import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from bot.listener import Listener
from bot.ports import Clock

log = logging.getLogger(__name__)

#: Seconds that a signature is good for, in either direction.
SLACK = 300
#: Slack's own payloads are far smaller.
LARGEST = 1024 * 1024

#: Tells whether the bot can do its work, and what it cannot.
Health = Callable[[], Awaitable[dict[str, bool]]]


class Replays:
    """Signatures that were seen, for as long as they would be accepted again."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._seen: dict[str, float] = {}

    def fresh(self, signature: str) -> bool:
        """Whether no request with this *signature* was answered yet."""
        return signature not in self._seen

    def answered(self, signature: str, now: float) -> None:
        """A request with this *signature* was answered well; only then, for Slack repeats what failed."""
        while self._seen and next(iter(self._seen.values())) < now - 2 * SLACK:
            self._seen.pop(next(iter(self._seen)))
        self._seen[signature] = now


def signed(secret: str, stamp: str, body: bytes, signature: str, now: float) -> bool:
    """Whether *signature* is Slack's v0 HMAC over exactly these bytes, made within five minutes of *now*.

    Any text in *stamp* and *signature* is fine: what cannot be right is wrong, never an error.
    """
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12) or abs(now - int(stamp)) > SLACK:
        return False
    honest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"v0={honest}".encode(), signature.encode(errors="surrogateescape"))


class Web:
    """Serves until it is closed."""

    def __init__(self, address: str, clock: Clock, health: Health) -> None:
        """Listen on *address* (`host:port`)."""
        host, _, port = address.rpartition(":")
        self._host, self._port = host or "0.0.0.0", int(port)  # noqa: S104 -- an empty host means all, as people write it
        self._clock = clock
        self._health = health
        self._replays = Replays()
        self._app = web.Application(client_max_size=LARGEST)
        self._app.router.add_get("/healthz", self._healthz)
        self._listener = Listener(self._app)

    def hear(self, app: AsyncApp, secret: str) -> None:
        """Pass Slack's signed requests to *app*; everybody else gets a 401."""

        async def events(request: web.Request) -> web.Response:
            if not await self._honest(request, secret):
                return web.Response(status=401)
            said = await to_bolt_request(request)
            answer: web.Response = await to_aiohttp_response(await app.async_dispatch(said))
            if answer.status == web.HTTPOk.status_code:
                signature = request.headers["X-Slack-Signature"]
                self._replays.answered(signature, self._clock.now().timestamp())
            return answer

        self._app.router.add_post("/slack/events", events)

    async def _honest(self, request: web.Request, secret: str) -> bool:
        try:
            body = await request.read()
            body.decode()
        except Exception:  # noqa: BLE001 -- unauthenticated bytes: whatever is wrong with them, they are refused
            return False
        stamp = request.headers.getall("X-Slack-Request-Timestamp", [])
        signature = request.headers.getall("X-Slack-Signature", [])
        if len(stamp) != 1 or len(signature) != 1:
            return False
        now = self._clock.now().timestamp()
        return signed(secret, stamp[0], body, signature[0], now) and self._replays.fresh(signature[0])

    async def _healthz(self, _: web.Request) -> web.Response:
        parts = await self._health()
        return web.json_response(parts, status=200 if all(parts.values()) else 503)

    async def open(self) -> None:
        """Bind; raises `OSError` where the address is taken."""
        await self._listener.open(self._host, self._port)
        log.info("web.listening", extra={"host": self._host, "port": self._port})

    async def close(self) -> None:
        """Stop listening."""
        await self._listener.close()
