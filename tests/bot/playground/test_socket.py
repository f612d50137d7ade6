import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.delivery import Kind
from bot.playground.server import Playground
from bot.playground.socket import MOST_CONNECTIONS

DEPLOYS, ANA = "C0DEPLOYS", "U0ANA"
Connect = Callable[[Playground, AsyncApp], Awaitable[AsyncSocketModeHandler]]


@pytest.fixture
def opener(playground: Playground) -> AsyncWebClient:
    """The client with the app-level token."""
    return AsyncWebClient(token=playground.keys.app, base_url=playground.url)


def mentions(app: AsyncApp) -> list[dict[str, Any]]:
    """What the app hears of calls by name."""
    heard: list[dict[str, Any]] = []

    @app.event("app_mention")
    async def hear(body: dict[str, Any]) -> None:
        heard.append(body)

    return heard


async def test_hello_and_envelope(playground: Playground, opener: AsyncWebClient) -> None:
    """The frames have Slack's shape, and an acknowledgement ends the waiting."""
    url = (await opener.apps_connections_open(app_token=playground.keys.app))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        hello = await socket.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        assert hello["connection_info"] == {"app_id": "A0INTERLOCK"}
        typed = asyncio.create_task(playground.command(ANA, DEPLOYS, "/deploy", "staging"))
        envelope = await socket.receive_json()
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        assert set(envelope["payload"]) == {
            *("token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name"),
            *("command", "text", "response_url", "trigger_id", "api_app_id", "is_enterprise_install"),
        }
        await socket.send_str("no json")
        await socket.send_json({"envelope_id": "another"})
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "yes"}})
        assert [said.text for said in (await typed).seen] == ["yes"]


async def test_address_works_once(playground: Playground, opener: AsyncWebClient) -> None:
    """A second connection needs a second address."""
    url = (await opener.apps_connections_open(app_token=playground.keys.app))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_bot_token_opens_no_connection(playground: Playground, client: AsyncWebClient) -> None:
    """Only the app-level token does."""
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await client.apps_connections_open(app_token=playground.keys.bot)


async def test_each_delivery_goes_to_one_connection(
    playground: Playground, app: AsyncApp, client: AsyncWebClient, connect: Connect
) -> None:
    """Two connections take turns."""
    other = AsyncApp(client=client, signing_secret="unused")
    heard = mentions(app), mentions(other)
    await connect(playground, app)
    await connect(playground, other)
    for number in range(4):
        await playground.say(ANA, DEPLOYS, f"@interlock {number}")
        await playground.mail.settled()
    assert [len(each) for each in heard] == [2, 2]


async def test_eleventh_connection_is_sent_away(playground: Playground, opener: AsyncWebClient) -> None:
    """Ten are served; one more is told why it is not."""
    async with aiohttp.ClientSession() as session:
        sockets = []
        for _ in range(MOST_CONNECTIONS + 1):
            url = (await opener.apps_connections_open(app_token=playground.keys.app))["url"]
            sockets.append(await session.ws_connect(url))
            last = await sockets[-1].receive_json()
        assert (last["type"], last["reason"]) == ("disconnect", "too_many_websockets")
        assert playground.socket.count == MOST_CONNECTIONS
        for socket in sockets:
            await socket.close()


async def test_unacknowledged_event_is_repeated(
    app: AsyncApp, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """A listener that fails is told again, with number and reason, and after three repetitions no more."""
    async with Playground(ack_seconds=0.05, pause_factor=0) as playground:
        client = AsyncWebClient(token=playground.keys.bot, base_url=playground.url)
        app = AsyncApp(client=client, signing_secret="unused", process_before_response=True)
        tries: list[tuple[Any, Any]] = []

        @app.event("app_mention")
        async def hear(request: Any) -> None:
            headers = request.headers
            tries.append((headers["x-slack-retry-num"][0], headers["x-slack-retry-reason"][0]))
            raise OSError

        with caplog.at_level("CRITICAL"):
            await connect(playground, app)
            await playground.say(ANA, DEPLOYS, "@interlock help")
            await playground.mail.settled()
        assert tries == [("0", ""), ("1", "timeout"), ("2", "timeout"), ("3", "timeout")]


async def test_duplicate_delivery(playground: Playground, app: AsyncApp, connect: Connect) -> None:
    """The network delivers again what was acknowledged: the same event, in another envelope."""
    heard = mentions(app)
    await connect(playground, app)
    await playground.say(ANA, DEPLOYS, "@interlock help")
    await playground.mail.settled()
    answer = await playground.socket.again(playground.socket.sent[0])
    assert answer.error is None
    assert [body["event_id"] for body in heard] == [heard[0]["event_id"]] * 2


async def test_app_comes_again_after_refresh(playground: Playground, app: AsyncApp, connect: Connect) -> None:
    """Asked to refresh, Slack's own client opens a new connection, and nothing is lost meanwhile."""
    heard = mentions(app)
    await connect(playground, app)
    await playground.socket.refresh()
    assert playground.socket.count == 0
    async with asyncio.timeout(5):
        await playground.socket.open()
    await playground.say(ANA, DEPLOYS, "@interlock help")
    await playground.mail.settled()
    assert len(heard) == 1


async def test_app_comes_again_after_a_cut(
    playground: Playground, app: AsyncApp, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """A connection that breaks in mid-air fails what was under way; the client notices and returns."""
    with caplog.at_level("CRITICAL"):
        await connect(playground, app)
        playground.socket.cut()
        answer = await playground.socket.deliver(Kind.COMMAND, {}, None)
        assert answer.error == "dispatch_failed"
        async with asyncio.timeout(10):
            await playground.socket.open()
