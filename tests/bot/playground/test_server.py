import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.acting import Outcome
from bot.playground.server import Playground

DEPLOYS, ANA, BEN = "C0DEPLOYS", "U0ANA", "U0BEN"
Connect = Callable[[Playground, AsyncApp], Awaitable[AsyncSocketModeHandler]]
CARD: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "May it?"}},
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "text": {"type": "plain_text", "text": "Approve"},
                "action_id": "approve",
                "value": "run-1",
            }
        ],
    },
]
DIALOG = {
    "type": "modal",
    "callback_id": "sure",
    "title": {"type": "plain_text", "text": "Sure?"},
    "submit": {"type": "plain_text", "text": "Yes"},
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "Environment"},
            "element": {"type": "plain_text_input", "action_id": "typed"},
        }
    ],
}


async def test_command_is_acknowledged_and_answered(
    playground: Playground, app: AsyncApp, connect: Connect
) -> None:
    """What came with the acknowledgement and what came later are both private."""

    @app.command("/deploy")
    async def deploy(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        await ack(f"got {body['text']}")
        await respond("and later")

    await connect(playground, app)
    outcome = await playground.command(ANA, DEPLOYS, "/deploy", "staging")
    assert outcome.error is None
    assert [(said.text, said.only_for) for said in outcome.seen][:1] in (
        [("got staging", ANA)],
        [("and later", ANA)],
    )
    await playground.until(lambda: len(list(playground.workspace.messages(DEPLOYS))) == 2)
    assert {said.text for said in playground.workspace.messages(DEPLOYS)} == {"got staging", "and later"}


async def test_click_carries_message_and_answers(
    playground: Playground, app: AsyncApp, client: AsyncWebClient, connect: Connect
) -> None:
    """A click knows its message, its value and who clicked, and may replace the message."""
    heard: list[dict[str, Any]] = []

    @app.action("approve")
    async def approve(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        await ack()
        heard.append(body)
        await respond("approved", replace_original=True)

    await connect(playground, app)
    posted = await client.chat_postMessage(channel=DEPLOYS, text="May it?", blocks=CARD)
    await playground.click(BEN, DEPLOYS, posted["ts"], "approve")
    await playground.until(lambda: playground.workspace.since(1))
    (body,) = heard
    assert body["user"]["id"] == BEN
    assert body["message"]["ts"] == body["container"]["message_ts"] == posted["ts"]
    assert body["actions"][0]["value"] == "run-1"
    said = playground.workspace.message(DEPLOYS, posted["ts"])
    assert said
    assert (said.text, said.blocks) == ("approved", ())


async def test_reactions_and_mentions_are_events(
    playground: Playground, app: AsyncApp, client: AsyncWebClient, connect: Connect
) -> None:
    """An emoji put and taken away, and a call by name, reach the app once each."""
    heard: list[dict[str, Any]] = []
    for kind in ("reaction_added", "reaction_removed", "app_mention"):

        @app.event(kind)
        async def hear(event: dict[str, Any]) -> None:
            heard.append(event)

    await connect(playground, app)
    posted = await client.chat_postMessage(channel=DEPLOYS, text="Card")
    await playground.react(BEN, DEPLOYS, posted["ts"], ":white_check_mark:")
    await playground.mail.settled()
    await playground.unreact(BEN, DEPLOYS, posted["ts"], "white_check_mark")
    await playground.mail.settled()
    await playground.say(ANA, DEPLOYS, "@interlock status & <more>", thread_ts=posted["ts"])
    await playground.mail.settled()
    assert [event["type"] for event in heard] == ["reaction_added", "reaction_removed", "app_mention"]
    assert heard[0]["item"] == {"type": "message", "channel": DEPLOYS, "ts": posted["ts"]}
    assert heard[2]["text"] == "<@U0INTERLOCK> status &amp; &lt;more&gt;"
    assert heard[2]["thread_ts"] == posted["ts"]


async def test_no_event_from_a_channel_without_the_bot(playground: Playground) -> None:
    """An app hears nothing of channels that its bot is not in."""
    await playground.say(ANA, "random", "@interlock status")
    await playground.mail.settled()
    assert not playground.socket.sent


async def test_dialog_from_click_to_submission(
    playground: Playground, app: AsyncApp, connect: Connect
) -> None:
    """A dialog opens by its trigger, complains about a field, then closes."""

    @app.command("/deploy")
    async def deploy(ack: Any, client: AsyncWebClient, body: dict[str, Any]) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=DIALOG)
        await ack()

    @app.view("sure")
    async def sure(ack: Any, view: dict[str, Any]) -> None:
        if view["state"]["values"]["name"]["typed"]["value"] == "prod":
            await ack()
        else:
            await ack(response_action="errors", errors={"name": "Type prod."})

    await connect(playground, app)
    opened = await playground.command(ANA, DEPLOYS, "/deploy", "prod")
    assert opened.view
    wrong = await playground.submit(ANA, opened.view.id, {"typed": "pord"})
    assert wrong.errors == {"name": "Type prod."}
    right = await playground.submit(ANA, opened.view.id, {"name": "prod"})
    assert right == Outcome()


async def test_home_is_published_when_opened(playground: Playground, app: AsyncApp, connect: Connect) -> None:
    """Looking at the Home tab makes the app fill it."""

    @app.event("app_home_opened")
    async def home(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": CARD})

    await connect(playground, app)
    await playground.open_home(ANA)
    await playground.until(lambda: ANA in playground.workspace.homes)


async def test_command_fails_aloud_without_connection(playground: Playground) -> None:
    """Nobody connected: the person is told at once, in Slack's words."""
    outcome = await playground.command(ANA, DEPLOYS, "/deploy", "staging")
    assert outcome.error == "dispatch_failed"
    assert outcome.seen[0].text == '/deploy failed with the error "dispatch_failed"'
    assert outcome.seen[0].only_for == ANA


async def test_command_times_out(connect: Connect) -> None:
    """An acknowledgement that comes too late does not count."""
    async with Playground(ack_seconds=0.1) as playground:
        client = AsyncWebClient(token=playground.keys.bot, base_url=playground.url)
        app = AsyncApp(client=client, signing_secret="unused")

        @app.command("/deploy")
        async def deploy(ack: Any) -> None:
            await asyncio.sleep(0.3)
            await ack("late")

        await connect(playground, app)
        outcome = await playground.command(ANA, DEPLOYS, "/deploy", "")
        assert outcome.error == "operation_timeout"
        await asyncio.sleep(0.4)
        texts = [said.text for said in playground.workspace.messages(DEPLOYS)]
        assert texts == ['/deploy failed with the error "operation_timeout"']


async def test_all_is_there_after_a_restart(tmp_path: Path) -> None:
    """Messages, time stamps, channels, files, port and numbers survive; a torn last line does not matter."""
    async with Playground(folder=tmp_path) as first:
        client = AsyncWebClient(token=first.keys.bot, base_url=first.url)
        posted = await client.chat_postMessage(channel=DEPLOYS, text="Hello", blocks=CARD)
        await client.reactions_add(channel=DEPLOYS, timestamp=posted["ts"], name="eyes")
        await client.chat_update(channel=DEPLOYS, ts=posted["ts"], text="Changed", blocks=CARD)
        made = await client.conversations_create(name="incident-1")
        before = first.workspace.message(DEPLOYS, posted["ts"])
        numbers, url = first.workspace.number, first.url
    with (tmp_path / "diary.jsonl").open("ab") as file:
        file.write(b'{"kind":"change","va')
    async with Playground(folder=tmp_path) as second:
        assert second.workspace.message(DEPLOYS, posted["ts"]) == before
        assert second.workspace.channels[made["channel"]["id"]].name == "incident-1"
        assert (second.workspace.number, second.url) == (numbers, url)
        assert second.workspace.since(0)[-1].before is not None
        assert second.workspace.stamp() > posted["ts"]


async def test_unacknowledged_event_is_delivered_after_a_restart(tmp_path: Path, connect: Connect) -> None:
    """An event that nobody took before the end is repeated to whoever comes next; then it is done."""
    async with Playground(folder=tmp_path) as first:
        await first.say(ANA, DEPLOYS, "@interlock status")
    heard: list[str] = []
    for _ in range(2):
        async with Playground(folder=tmp_path) as playground:
            client = AsyncWebClient(token=playground.keys.bot, base_url=playground.url)
            app = AsyncApp(client=client, signing_secret="unused")

            @app.event("app_mention")
            async def hear(event: dict[str, Any]) -> None:
                heard.append(event["text"])

            await connect(playground, app)
            await playground.mail.settled()
            assert heard == ["<@U0INTERLOCK> status"]


@pytest.mark.parametrize(
    ("status", "names"),
    [pytest.param(429, {"error": "ratelimited"}, id="too many"), pytest.param(503, {}, id="broken")],
)
async def test_trouble_on_purpose(
    playground: Playground, client: AsyncWebClient, status: int, names: dict[str, str]
) -> None:
    """Planned trouble comes as often as it was planned, and then no more."""
    if status == 429:
        playground.throttle("chat.postMessage", seconds=7)
    else:
        playground.fail("chat.postMessage", status)
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=DEPLOYS, text="Hello")
    assert raised.value.response.status_code == status
    if names:
        assert raised.value.response.headers["Retry-After"] == "7"
        assert raised.value.response["error"] == names["error"]
    await client.chat_postMessage(channel=DEPLOYS, text="Hello")
    assert len(list(playground.workspace.messages(DEPLOYS))) == 1


async def test_lost_answer_was_carried_out(playground: Playground, client: AsyncWebClient) -> None:
    """The connection breaks after the message was posted: the worst moment for a bot."""
    client.retry_handlers.clear()
    playground.lose_answer("chat.postMessage")
    with pytest.raises(Exception, match="disconnected"):
        await client.chat_postMessage(channel=DEPLOYS, text="Hello")
    assert len(list(playground.workspace.messages(DEPLOYS))) == 1
