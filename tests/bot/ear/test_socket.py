"""Socket Mode over a real WebSocket: what is heard, kept and acknowledged, and coming back."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SystemClock
from bot.domain.heard import Heard, HeardKind, emoji_on
from bot.ear import socket as ear
from bot.ear.app import NOT_KEPT, Identity, Vocabulary, app, identify
from bot.ear.socket import Socket
from bot.playground.seed import demo_seed
from bot.playground.server import Playground


def faults(payload: Mapping[str, Any]) -> Mapping[str, str]:
    """Only one word is right."""
    said = payload["view"]["state"]["values"]["field"]["word"]["value"]
    return {} if said == "right" else {"field": "Write exactly: right"}


WORDS = Vocabulary(
    commands=("/deploy",),
    events=("reaction_added", "app_mention"),
    actions=("approve",),
    views={"form": faults},
)
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "field",
            "label": {"type": "plain_text", "text": "Word"},
            "element": {"type": "plain_text_input", "action_id": "word"},
        }
    ],
}


class Ear:
    """A listening bot over the playground, and what it heard."""

    def __init__(self, playground: Playground, client: AsyncWebClient, identity: Identity) -> None:
        self.playground = playground
        self.client = client
        self.heard: list[Heard] = []
        self.news = asyncio.Event()
        self.keeps = True
        self.bolt = app(client, identity, WORDS, self.hear, SystemClock(), "")
        self.greetings = 0
        self.socket = Socket(self.bolt, client, playground.keys.app, self.greeted)

    async def hear(self, heard: Heard) -> None:
        if not self.keeps:
            raise OSError("disk full")
        self.heard.append(heard)
        self.news.set()

    def greeted(self) -> None:
        self.greetings += 1
        self.news.set()

    async def greeted_often(self, times: int) -> None:
        async with asyncio.timeout(20):
            while self.greetings < times:
                self.news.clear()
                await self.news.wait()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.heard) < count:
                self.news.clear()
                await self.news.wait()


@pytest.fixture
async def listening() -> AsyncIterator[Ear]:
    """A bot that listens to a playground."""
    async with Playground(demo_seed(), pause_factor=0.01, ack_seconds=1.0) as playground:
        client = AsyncWebClient(token=playground.keys.bot, base_url=playground.url)
        made = Ear(playground, client, await identify(client))
        await made.socket.open()
        yield made
        await made.socket.close()


async def test_a_command_is_kept_once(listening: Ear) -> None:
    """It is acknowledged when it is kept, under a key of its own."""
    outcome = await listening.playground.command("U0ANA", "C0DEPLOYS", "/deploy", "staging")
    assert outcome.error is None
    (heard,) = listening.heard
    assert heard.key.startswith("command:")
    assert heard.payload["text"] == "staging"


async def test_what_cannot_be_kept_is_told(listening: Ear) -> None:
    """A full disk is said at once to whoever gave the command."""
    listening.keeps = False
    outcome = await listening.playground.command("U0ANA", "C0DEPLOYS", "/deploy", "staging")
    assert any(NOT_KEPT in message.text for message in outcome.seen)


async def test_an_event_that_was_not_kept_comes_again(listening: Ear) -> None:
    """Slack repeats what was not acknowledged, so nothing is lost."""
    message = await listening.playground.say("U0ANA", "C0DEPLOYS", "hello")
    listening.keeps = False
    await listening.playground.react("U0BEN", "C0DEPLOYS", message.ts, "+1")
    await asyncio.sleep(0.3)
    assert not listening.heard
    listening.keeps = True
    await listening.until(1)
    (heard,) = listening.heard
    assert heard.payload["event"]["reaction"] == "+1"
    assert heard.about == emoji_on("C0DEPLOYS", message.ts)


async def test_it_comes_back_after_a_refresh(listening: Ear) -> None:
    """Slack recycles connections; the next event is heard all the same, and the house is told of each connection."""
    await listening.greeted_often(1)
    await listening.playground.socket.refresh()
    await listening.greeted_often(2)
    message = await listening.playground.say("U0ANA", "C0DEPLOYS", "hello")
    await listening.playground.react("U0BEN", "C0DEPLOYS", message.ts, "+1")
    await listening.until(1)
    assert await listening.socket.alive()


async def test_a_deaf_client_is_made_anew(listening: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the library does not come back by itself, the watch makes a new connection."""
    monkeypatch.setattr(ear, "LOOK", 0.05)
    monkeypatch.setattr(ear, "GRACE", 0.1)
    await listening.socket.close()
    await listening.socket.open()
    handler = listening.socket._handler
    assert handler is not None
    await handler.client.close()
    message = await listening.playground.say("U0ANA", "C0DEPLOYS", "hello")
    await listening.playground.react("U0BEN", "C0DEPLOYS", message.ts, "+1")
    await listening.until(1)
    assert listening.socket._handler is not handler


async def _shown(ear: Ear) -> str:
    await ear.client.views_open(trigger_id=ear.playground.triggers.give("U0BEN"), view=FORM)
    (view,) = ear.playground.workspace.views.values()
    return view.id


async def test_a_form_is_kept_before_it_closes(listening: Ear) -> None:
    """A wrong word is given back with what would be right; the right one is kept, once, and the form closes."""
    name = await _shown(listening)
    outcome = await listening.playground.submit("U0BEN", name, {"word": "wrong"})
    assert outcome.errors == {"field": "Write exactly: right"}
    assert (outcome.view is not None, listening.heard) == (True, [])
    outcome = await listening.playground.submit("U0BEN", name, {"word": "right"})
    assert (outcome.error, outcome.errors, outcome.view) == (None, {}, None)
    (heard,) = listening.heard
    assert (heard.kind, heard.key) == (HeardKind.VIEW, f"view:U0BEN:{name}")


async def test_a_form_that_cannot_be_kept_stays_open(listening: Ear) -> None:
    """What somebody wrote is not lost, and the field says why."""
    name = await _shown(listening)
    listening.keeps = False
    outcome = await listening.playground.submit("U0BEN", name, {"word": "right"})
    assert outcome.errors == {"field": NOT_KEPT}
    assert outcome.view is not None
    listening.keeps = True
    assert (await listening.playground.submit("U0BEN", name, {"word": "right"})).view is None
