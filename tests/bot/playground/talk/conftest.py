"""A playground with a small app: it greets, shows cards and asks back."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground

_BUTTON = {
    "type": "button",
    "text": {"type": "plain_text", "text": ":white_check_mark: Approve"},
    "action_id": "approve",
}
_DIALOG = {
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


def _card(text: str, *buttons: dict[str, Any]) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]
    return [*blocks, {"type": "actions", "elements": list(buttons)}] if buttons else blocks


def _listen(app: AsyncApp) -> None:
    @app.command("/card")
    async def card(ack: Any, client: AsyncWebClient, body: dict[str, Any]) -> None:
        await ack()
        first = await client.chat_postMessage(
            channel=body["channel_id"], text="run", blocks=_card("*run* 1\nwaits")
        )
        await client.chat_postMessage(
            channel=body["channel_id"], thread_ts=first["ts"], text="card", blocks=_card("May it?", _BUTTON)
        )
        await client.files_upload_v2(
            channel=body["channel_id"], thread_ts=first["ts"], filename="plan.diff", content="+ a\n- b"
        )

    @app.command("/ask")
    async def ask(ack: Any, client: AsyncWebClient, body: dict[str, Any]) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=_DIALOG)
        await ack()

    @app.view("sure")
    async def sure(ack: Any, view: dict[str, Any]) -> None:
        if view["state"]["values"]["name"]["typed"]["value"] == "prod":
            await ack()
        else:
            await ack(response_action="errors", errors={"name": "Type prod."})

    @app.action("approve")
    async def approve(ack: Any, client: AsyncWebClient, body: dict[str, Any]) -> None:
        await ack()
        thread = body["container"]["thread_ts"]
        await client.chat_update(
            channel=body["channel"]["id"], ts=thread, text="run", blocks=_card("*run* 1\n*Bake:* PASS")
        )
        await client.chat_postEphemeral(
            channel=body["channel"]["id"], user=body["user"]["id"], text="thank you"
        )

    @app.event("reaction_added")
    async def reacted(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.chat_postMessage(
            channel="incidents", text=f"<@{event['user']}> put `{event['reaction']}`"
        )


@pytest.fixture
async def served(playground: Playground, app: AsyncApp, connect: Any) -> Playground:
    """The playground with the app connected."""
    _listen(app)
    await connect(playground, app)
    return playground
