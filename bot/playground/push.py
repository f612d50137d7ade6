"""HTTP mode: signed requests to the app's own address."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.playground.delivery import Answer, Kind, Retry
from bot.playground.things import Json
from bot.ports import Clock


def signed(secret: str, stamp: int, body: bytes) -> str:
    """Slack's signature over *body* at *stamp* (seconds since 1970)."""
    digest = hmac.new(secret.encode(), b"v0:%d:%s" % (stamp, body), hashlib.sha256)
    return f"v0={digest.hexdigest()}"


def encoded(kind: Kind, payload: Json) -> tuple[str, bytes]:
    """Content type and body of a delivery."""
    if kind is Kind.EVENT:
        return "application/json", json.dumps(payload).encode()
    form = payload if kind is Kind.COMMAND else {"payload": json.dumps(payload)}
    return "application/x-www-form-urlencoded", urlencode(form).encode()


class Push:
    """Posts each delivery to one address."""

    def __init__(self, url: str, secret: str, clock: Clock, ack_seconds: float) -> None:
        """Sign with *secret*."""
        self._url = url
        self._secret = secret
        self._clock = clock
        self._ack_seconds = ack_seconds
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """There is always an address to deliver to."""

    async def deliver(self, kind: Kind, payload: Json, retry: Retry | None) -> Answer:
        """Post *payload* and wait for status 200."""
        content_type, body = encoded(kind, payload)
        stamp = int(self._clock.now().timestamp())
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": str(stamp),
            "X-Slack-Signature": signed(self._secret, stamp, body),
        }
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry.attempt), "X-Slack-Retry-Reason": retry.reason}
        self._session = self._session or aiohttp.ClientSession()
        timeout = aiohttp.ClientTimeout(total=self._ack_seconds)
        try:
            async with self._session.post(self._url, data=body, headers=headers, timeout=timeout) as said:
                return _answer(said.status, said.headers, await said.read())
        except TimeoutError:
            return Answer(error="operation_timeout", reason="http_timeout")
        except aiohttp.ClientError:
            return Answer(error="dispatch_failed", reason="connection_failed")

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session:
            await self._session.close()


def _answer(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    enough = headers.get("X-Slack-No-Retry") == "1"
    if not 200 <= status < 300:
        return Answer(error="dispatch_failed", reason="http_error", enough=enough)
    if not body:
        return Answer()
    try:
        payload: Any = json.loads(body)
    except ValueError:
        payload = {"text": body.decode(errors="replace")}
    return Answer(payload=payload if isinstance(payload, dict) and payload else None)
