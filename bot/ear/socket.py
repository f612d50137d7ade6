"""Socket Mode: an outgoing WebSocket, kept alive and watched."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import SettingsBroken

log = logging.getLogger(__name__)

#: Seconds between two looks at the connection.
LOOK = 5.0
#: Seconds without a connection before the client is made anew; its own reconnect gets the first chance.
GRACE = 60.0
#: Longest pause between two first connects.
LONGEST = 30.0
#: What Slack says of a token that no waiting makes right.
_WRONG_TOKEN = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)


class Socket:
    """A connection that comes back by itself."""

    def __init__(
        self, app: AsyncApp, client: AsyncWebClient, app_token: str, greeted: Callable[[], None]
    ) -> None:
        """Hear for *app*; *client* shows where Slack is. *greeted* hears of each connection that came about."""
        self._app = app
        self._web = AsyncWebClient(token=app_token, base_url=client.base_url)
        self._token = app_token
        self._greeted = greeted
        self._handler: AsyncSocketModeHandler | None = None
        self._watch: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect, as often as it takes, and keep watch; raises `SettingsBroken` where the token is wrong."""
        await self._demand_token()
        await self._connect()
        self._watch = asyncio.create_task(self._keep())

    async def _demand_token(self) -> None:
        """Ask Slack once by ourselves: the SDK would knock with a wrong token for ever."""
        try:
            await self._web.apps_connections_open(app_token=self._token)
        except SlackApiError as error:
            code = error.response.get("error")
            if code in _WRONG_TOKEN:
                msg = (
                    f"INTERLOCK_SLACK_APP_TOKEN is not accepted: Slack refused apps.connections.open: {code}"
                )
                raise SettingsBroken(msg) from error
        except Exception as error:  # noqa: BLE001 -- Slack is away, and `_connect` waits for it
            log.warning("socket.unreachable", extra={"error": type(error).__name__})

    async def _connect(self) -> None:
        pause = 1.0
        while True:
            # A short ping makes a dead peer noticed in seconds, not in a minute.
            self._handler = AsyncSocketModeHandler(
                self._app, self._token, web_client=self._web, ping_interval=3
            )
            self._handler.client.message_listeners.append(self._hello)
            try:
                await self._handler.client.connect()
            except Exception as error:  # noqa: BLE001 -- whatever the SDK raises, the answer is to try again
                log.warning("socket.unreachable", extra={"error": type(error).__name__, "pause": pause})
                await self._close_handler()
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST)
            else:
                log.info("socket.connected")
                return

    async def _hello(self, _client: object, message: Mapping[str, Any], _raw: str | None = None) -> None:
        """Slack says it first on every connection; also on those that the SDK makes by itself."""
        if message.get("type") == "hello":
            self._greeted()

    async def alive(self) -> bool:
        """Whether words can reach us now."""
        return self._handler is not None and bool(await self._handler.client.is_connected())

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        heard = loop.time()
        while True:
            await asyncio.sleep(LOOK)
            if await self.alive():
                heard = loop.time()
            elif loop.time() - heard > GRACE:
                log.warning("socket.restarted")
                await self._close_handler()
                await self._connect()
                heard = loop.time()

    async def _close_handler(self) -> None:
        if self._handler is not None:
            with suppress(Exception):
                await self._handler.client.close()

    async def close(self) -> None:
        """Hang up."""
        if self._watch:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        await self._close_handler()
