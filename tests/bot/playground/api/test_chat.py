from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground

DEPLOYS, RANDOM, ANA = "C0DEPLOYS", "C0RANDOM", "U0ANA"
BLOCKS: list[dict[str, Any]] = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Hello*"}}]


async def test_post_names_what_was_said(playground: Playground, client: AsyncWebClient) -> None:
    """The answer holds the message as it is kept, with ids for its blocks."""
    said = await client.chat_postMessage(channel="#deploys", text="Hello", blocks=BLOCKS)
    assert said["channel"] == DEPLOYS
    assert said["message"]["ts"] == said["ts"]
    assert said["message"]["bot_id"] == "B0INTERLOCK"
    assert said["message"]["blocks"][0]["block_id"]
    kept = playground.workspace.message(DEPLOYS, said["ts"])
    assert kept
    assert list(kept.blocks) == said["message"]["blocks"]


async def test_thread_under_a_reply_goes_under_its_parent(client: AsyncWebClient) -> None:
    """Threads have one level; a broadcast is marked."""
    first = await client.chat_postMessage(channel=DEPLOYS, text="one")
    reply = await client.chat_postMessage(channel=DEPLOYS, text="two", thread_ts=first["ts"])
    third = await client.chat_postMessage(
        channel=DEPLOYS, text="three", thread_ts=reply["ts"], reply_broadcast=True
    )
    assert third["message"]["thread_ts"] == first["ts"]
    assert third["message"]["subtype"] == "thread_broadcast"
    replies = await client.conversations_replies(channel=DEPLOYS, ts=first["ts"])
    assert [each["text"] for each in replies["messages"]] == ["one", "two", "three"]
    assert replies["messages"][0]["reply_count"] == 2
    history = await client.conversations_history(channel=DEPLOYS)
    assert [each["text"] for each in history["messages"]] == ["three", "one"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"channel": "C0NOWHERE"}, "channel_not_found", id="no channel"),
        pytest.param({"channel": RANDOM}, "not_in_channel", id="not in it"),
        pytest.param({"text": ""}, "no_text", id="nothing said"),
        pytest.param({"text": "x" * 40_001}, "msg_too_long", id="too long"),
        pytest.param({"blocks": [{"type": "hologram"}]}, "invalid_blocks", id="unknown block"),
        pytest.param({"blocks": "[{"}, "invalid_blocks_format", id="no JSON"),
        pytest.param({"thread_ts": "1.000001"}, "thread_not_found", id="no thread"),
    ],
)
async def test_post_refused(client: AsyncWebClient, changes: dict[str, Any], code: str) -> None:
    """Each fault has Slack's code."""
    with pytest.raises(SlackApiError) as raised:
        await client.api_call("chat.postMessage", json={"channel": DEPLOYS, "text": "Hello", **changes})
    assert raised.value.response["error"] == code


async def test_archived_channel(playground: Playground, client: AsyncWebClient) -> None:
    """Nothing is said there any more."""
    channel = playground.workspace.channel(DEPLOYS)
    playground.workspace.keep_channel(channel.model_copy(update={"archived": True}))
    with pytest.raises(SlackApiError, match="is_archived"):
        await client.chat_postMessage(channel=DEPLOYS, text="Hello")


@pytest.mark.parametrize(
    ("changes", "text", "blocks", "edited"),
    [
        pytest.param({"text": "new"}, "new", False, True, id="text alone takes the blocks away"),
        pytest.param({"text": "new", "blocks": BLOCKS}, "new", True, False, id="both, without a mark"),
        pytest.param({"blocks": BLOCKS}, "old", True, False, id="blocks alone keep the text"),
        pytest.param(
            {"metadata": {"event_type": "x", "event_payload": {}}}, "old", True, False, id="neither"
        ),
    ],
)
async def test_update(
    playground: Playground,
    client: AsyncWebClient,
    changes: dict[str, Any],
    text: str,
    *,
    blocks: bool,
    edited: bool,
) -> None:
    """What an edit leaves alone depends on what it names."""
    said = await client.chat_postMessage(channel=DEPLOYS, text="old", blocks=BLOCKS)
    await client.api_call("chat.update", json={"channel": DEPLOYS, "ts": said["ts"], **changes})
    kept = playground.workspace.message(DEPLOYS, said["ts"])
    assert kept
    assert (kept.text, bool(kept.blocks), bool(kept.edited)) == (text, blocks, edited)


async def test_update_refused(playground: Playground, client: AsyncWebClient) -> None:
    """Other people's messages, private ones and none at all cannot be edited."""
    theirs = await playground.say(ANA, DEPLOYS, "mine")
    private = await client.chat_postEphemeral(channel=DEPLOYS, user=ANA, text="psst")
    own = await client.chat_postMessage(channel=DEPLOYS, text="old")
    for ts, text, code in (
        (theirs.ts, "new", "cant_update_message"),
        (private["message_ts"], "new", "message_not_found"),
        ("1.000001", "new", "message_not_found"),
        (own["ts"], None, "no_text"),
        (own["ts"], "x" * 4001, "msg_too_long"),
    ):
        with pytest.raises(SlackApiError) as raised:
            await client.api_call("chat.update", params={"channel": DEPLOYS, "ts": ts, "text": text})
        assert raised.value.response["error"] == code


async def test_delete(playground: Playground, client: AsyncWebClient) -> None:
    """It is gone, but not when it is somebody else's."""
    said = await client.chat_postMessage(channel=DEPLOYS, text="old")
    await client.chat_delete(channel=DEPLOYS, ts=said["ts"])
    assert playground.workspace.message(DEPLOYS, said["ts"]) is None
    theirs = await playground.say(ANA, DEPLOYS, "mine")
    with pytest.raises(SlackApiError, match="cant_delete_message"):
        await client.chat_delete(channel=DEPLOYS, ts=theirs.ts)


async def test_ephemeral(playground: Playground, client: AsyncWebClient) -> None:
    """One person sees it, history does not; who is not in the channel cannot."""
    said = await client.chat_postEphemeral(channel=DEPLOYS, user=ANA, text="psst")
    kept = playground.workspace.message(DEPLOYS, said["message_ts"])
    assert kept
    assert kept.only_for == ANA
    assert (await client.conversations_history(channel=DEPLOYS))["messages"] == []
    with pytest.raises(SlackApiError, match="user_not_in_channel"):
        await client.chat_postEphemeral(channel=DEPLOYS, user="U0NOBODY", text="psst")


async def test_permalink(playground: Playground, client: AsyncWebClient) -> None:
    """A reply's link names its thread."""
    first = await client.chat_postMessage(channel=DEPLOYS, text="one")
    reply = await client.chat_postMessage(channel=DEPLOYS, text="two", thread_ts=first["ts"])
    link = (await client.chat_getPermalink(channel=DEPLOYS, message_ts=reply["ts"]))["permalink"]
    name = f"p{reply['ts'].replace('.', '')}"
    assert link == (f"{playground.address}/archives/{DEPLOYS}/{name}?thread_ts={first['ts']}&cid={DEPLOYS}")


async def test_direct_message_by_user(playground: Playground, client: AsyncWebClient) -> None:
    """A user's id opens the conversation with them."""
    said = await client.chat_postMessage(channel=ANA, text="psst")
    opened = await client.conversations_open(users=ANA)
    assert said["channel"] == opened["channel"]["id"] == playground.workspace.direct(ANA).id
