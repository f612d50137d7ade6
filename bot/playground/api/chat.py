"""chat.*: saying, editing, taking back."""

from collections.abc import Mapping
from typing import Any

from bot.playground import limits, wire
from bot.playground.api import Call, Desk, Method, writable
from bot.playground.refusal import Refusal
from bot.playground.things import Channel, Json, Message


def _blocks(call: Call) -> Any:
    blocks = call.json("blocks", "invalid_blocks_format")
    return [] if blocks is None else blocks


def _parent(desk: Desk, call: Call, channel: Channel) -> str | None:
    """The time stamp of the thread's first message; raises `Refusal`."""
    ts = call.text("thread_ts")
    if not ts:
        return None
    parent = desk.workspace.message(channel.id, ts)
    if not parent:
        raise Refusal(code="thread_not_found")
    return parent.thread_ts or parent.ts


def _post_message(desk: Desk, call: Call) -> Json:
    channel = writable(desk, call)
    blocks = _blocks(call)
    limits.check_message(call.text("text"), blocks)
    parent = _parent(desk, call, channel)
    said = desk.workspace.post(
        Message(
            channel=channel.id,
            ts=desk.workspace.stamp(),
            user=desk.workspace.seed.bot,
            text=call.text("text"),
            blocks=wire.with_ids(blocks),
            thread_ts=parent,
            broadcast=bool(parent) and call.flag("reply_broadcast"),
            metadata=call.json("metadata", "invalid_metadata_format"),
        )
    )
    return {"channel": channel.id, "ts": said.ts, "message": wire.message(desk.workspace, said)}


def _own(desk: Desk, call: Call, otherwise: str) -> Message:
    """The bot's message that *call* is about; raises `Refusal`."""
    channel = desk.workspace.channel(call.need("channel", "channel_not_found"))
    said = desk.workspace.message(channel.id, call.need("ts", "message_not_found"))
    if not said or said.only_for:
        raise Refusal(code="message_not_found")
    if said.user != desk.workspace.seed.bot:
        raise Refusal(code=otherwise)
    if channel.archived:
        raise Refusal(code="is_archived")
    return said


def _update(desk: Desk, call: Call) -> Json:
    said = _own(desk, call, "cant_update_message")
    named = {key for key in ("text", "blocks") if call.arguments.get(key) is not None}
    if not named and call.arguments.get("metadata") is None:
        raise Refusal(code="no_text")
    blocks = _blocks(call)
    changed: Json = {}
    if named:
        text = call.text("text") if "text" in named else said.text
        limits.check_message(text, blocks, edited=True)
        # Text without blocks takes the blocks away; only text alone is marked as edited.
        changed = {"text": text, "blocks": wire.with_ids(blocks)}
        if not blocks:
            changed["edited"] = desk.workspace.stamp()
    if call.arguments.get("metadata") is not None:
        changed["metadata"] = call.json("metadata", "invalid_metadata_format")
    if call.flag("reply_broadcast") and said.thread_ts:
        changed["broadcast"] = True
    now = said.model_copy(update=changed)
    desk.workspace.edit(now)
    shape = wire.message(desk.workspace, now)
    return {"channel": said.channel, "ts": said.ts, "text": now.text, "message": shape}


def _delete(desk: Desk, call: Call) -> Json:
    said = _own(desk, call, "cant_delete_message")
    desk.workspace.delete(said)
    return {"channel": said.channel, "ts": said.ts}


def _post_ephemeral(desk: Desk, call: Call) -> Json:
    channel = writable(desk, call)
    blocks = _blocks(call)
    limits.check_message(call.text("text"), blocks)
    user = call.need("user", "user_not_in_channel")
    if user not in channel.members:
        raise Refusal(code="user_not_in_channel")
    said = desk.workspace.post(
        Message(
            channel=channel.id,
            ts=desk.workspace.stamp(),
            user=desk.workspace.seed.bot,
            text=call.text("text"),
            blocks=wire.with_ids(blocks),
            thread_ts=_parent(desk, call, channel),
            only_for=user,
        )
    )
    return {"message_ts": said.ts}


def _get_permalink(desk: Desk, call: Call) -> Json:
    channel = desk.workspace.channel(call.need("channel", "channel_not_found"))
    said = desk.workspace.message(channel.id, call.need("message_ts", "message_not_found"))
    if not said or said.only_for:
        raise Refusal(code="message_not_found")
    link = f"{desk.address}/archives/{channel.id}/p{said.ts.replace('.', '')}"
    if said.thread_ts:
        link += f"?thread_ts={said.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


METHODS: Mapping[str, Method] = {
    "chat.postMessage": _post_message,
    "chat.update": _update,
    "chat.delete": _delete,
    "chat.postEphemeral": _post_ephemeral,
    "chat.getPermalink": _get_permalink,
}
