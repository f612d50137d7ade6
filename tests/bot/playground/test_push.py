from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.listener import Listener
from bot.playground.delivery import Kind
from bot.playground.push import encoded, signed
from bot.playground.server import Playground

DEPLOYS, ANA = "C0DEPLOYS", "U0ANA"


class Receiver:
    """An address of the app, with all that reached it."""

    def __init__(self) -> None:
        self.app: AsyncApp | None = None
        self.headers: list[Any] = []
        self.answer: web.Response | None = None
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.headers.append(request.headers.copy())
        if self.answer:
            return web.Response(status=self.answer.status, headers=self.answer.headers)
        assert self.app
        answer: web.Response = await to_aiohttp_response(
            await self.app.async_dispatch(await to_bolt_request(request))
        )
        return answer


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Listens on a free port."""
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/slack/events", receiver.take)
    listener = Listener(application)
    receiver.url = f"http://127.0.0.1:{await listener.open('127.0.0.1')}/slack/events"
    yield receiver
    await listener.close()


@pytest.fixture
async def pushing(receiver: Receiver) -> AsyncIterator[Playground]:
    """A workspace that calls the receiver, and an app there that checks signatures."""
    async with Playground(request_url=receiver.url, pause_factor=0) as playground:
        client = AsyncWebClient(token=playground.keys.bot, base_url=playground.url)
        receiver.app = AsyncApp(client=client, signing_secret=playground.keys.signing)
        yield playground


async def test_command_over_http(pushing: Playground, receiver: Receiver) -> None:
    """Bolt takes the signature, and its answer is what the person sees."""
    assert receiver.app

    @receiver.app.command("/deploy")
    async def deploy(ack: Any, body: dict[str, Any]) -> None:
        await ack(f"got {body['text']} & more")

    outcome = await pushing.command(ANA, DEPLOYS, "/deploy", "staging")
    assert (outcome.error, [said.text for said in outcome.seen]) == (None, ["got staging & more"])


async def test_event_is_repeated_over_http(pushing: Playground, receiver: Receiver) -> None:
    """Number and reason come as headers."""
    receiver.answer = web.Response(status=500)
    await pushing.say(ANA, DEPLOYS, "@interlock help")
    await pushing.mail.settled()
    numbers = [headers.get("X-Slack-Retry-Num") for headers in receiver.headers]
    assert numbers == [None, "1", "2", "3"]
    assert receiver.headers[1]["X-Slack-Retry-Reason"] == "http_error"


async def test_an_app_may_have_enough(pushing: Playground, receiver: Receiver) -> None:
    """One header stops the repetitions."""
    receiver.answer = web.Response(status=500, headers={"X-Slack-No-Retry": "1"})
    await pushing.say(ANA, DEPLOYS, "@interlock help")
    await pushing.mail.settled()
    assert len(receiver.headers) == 1


async def test_nobody_listens() -> None:
    """A command to a dead address fails aloud."""
    async with Playground(request_url="http://127.0.0.1:9/") as playground:
        assert (await playground.command(ANA, DEPLOYS, "/deploy")).error == "dispatch_failed"


@pytest.mark.parametrize("kind", [Kind.EVENT, Kind.COMMAND, Kind.INTERACTIVE])
def test_signature_is_slacks(kind: Kind) -> None:
    """Slack's own verifier takes what is signed here."""
    _, body = encoded(kind, {"text": "grün & 100 %"})
    verifier = SignatureVerifier("secret")
    assert verifier.generate_signature(timestamp="1700000000", body=body) == signed(
        "secret", 1700000000, body
    )
