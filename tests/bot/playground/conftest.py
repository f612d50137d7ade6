"""A playground, and a real Bolt app that is connected to it over a real WebSocket."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground

Connect = Callable[[Playground, AsyncApp], Awaitable[AsyncSocketModeHandler]]


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """A workspace with the demonstration's people; pauses between repetitions are short."""
    async with Playground(pause_factor=0.001) as served:
        yield served


@pytest.fixture
def client(playground: Playground) -> AsyncWebClient:
    """The bot's own client."""
    return AsyncWebClient(token=playground.keys.bot, base_url=playground.url)


@pytest.fixture
def app(client: AsyncWebClient) -> AsyncApp:
    """An app without listeners."""
    return AsyncApp(client=client, signing_secret="unused", request_verification_enabled=False)


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Connects an app; hangs up at the end."""
    async with AsyncExitStack() as stack:

        async def one(served: Playground, app: AsyncApp) -> AsyncSocketModeHandler:
            web = AsyncWebClient(token=served.keys.app, base_url=served.url)
            handler = AsyncSocketModeHandler(app, served.keys.app, web_client=web, ping_interval=1)
            before = served.socket.count
            await handler.connect_async()
            stack.push_async_callback(handler.close_async)
            while served.socket.count == before:
                await served.socket.open()
            return handler

        yield one
