"""conversations.*: where things are said."""

import math
import re
from collections.abc import Mapping

from bot.playground import wire
from bot.playground.api import Call, Desk, Method, page
from bot.playground.refusal import Refusal
from bot.playground.things import Channel, Json

_NAME = re.compile(r"[a-z0-9_-]{1,80}")


def _seen(desk: Desk, call: Call) -> Channel:
    """The channel, where the bot can see it; raises `Refusal`."""
    channel = desk.workspace.channel(call.need("channel", "channel_not_found"))
    if (channel.private or channel.direct) and desk.workspace.seed.bot not in channel.members:
        raise Refusal(code="channel_not_found")
    return channel


def _inside(desk: Desk, call: Call) -> Channel:
    channel = _seen(desk, call)
    if desk.workspace.seed.bot not in channel.members:
        raise Refusal(code="not_in_channel")
    return channel


def _info(desk: Desk, call: Call) -> Json:
    return {"channel": wire.channel(desk.workspace, _seen(desk, call))}


def _kind(channel: Channel) -> str:
    if channel.direct:
        return "im"
    return "private_channel" if channel.private else "public_channel"


def _list(desk: Desk, call: Call) -> Json:
    kinds = call.text("types", "public_channel").replace(" ", "").split(",")
    bot = desk.workspace.seed.bot
    channels = [
        wire.channel(desk.workspace, each)
        for each in desk.workspace.channels.values()
        if _kind(each) in kinds
        and (bot in each.members or _kind(each) == "public_channel")
        and not (each.archived and call.flag("exclude_archived"))
    ]
    return page(call, "channels", channels)


def _open(desk: Desk, call: Call) -> Json:
    users = call.need("users", "users_list_not_supplied").split(",")
    if len(users) > 1:
        raise Refusal(code="method_not_supported_for_channel_type")
    channel = desk.workspace.direct(desk.workspace.member(users[0]).id)
    return {
        "channel": wire.channel(desk.workspace, channel) if call.flag("return_im") else {"id": channel.id}
    }


def _create(desk: Desk, call: Call) -> Json:
    name = call.need("name", "invalid_name_required")
    if not _NAME.fullmatch(name):
        raise Refusal(code="invalid_name_specials")
    if any(each.name == name for each in desk.workspace.channels.values()):
        raise Refusal(code="name_taken")
    made = Channel(
        id=desk.workspace.new_id("C"),
        name=name,
        members=(desk.workspace.seed.bot,),
        private=call.flag("is_private"),
    )
    return {"channel": wire.channel(desk.workspace, desk.workspace.keep_channel(made))}


def _invite(desk: Desk, call: Call) -> Json:
    channel = _inside(desk, call)
    users = [desk.workspace.member(user).id for user in call.need("users", "no_user").split(",")]
    new = tuple(user for user in users if user not in channel.members)
    if not new:
        raise Refusal(code="already_in_channel")
    channel = channel.model_copy(update={"members": (*channel.members, *new)})
    return {"channel": wire.channel(desk.workspace, desk.workspace.keep_channel(channel))}


def _join(desk: Desk, call: Call) -> Json:
    channel = _seen(desk, call)
    if channel.archived:
        raise Refusal(code="is_archived")
    if desk.workspace.seed.bot not in channel.members:
        members = (*channel.members, desk.workspace.seed.bot)
        channel = desk.workspace.keep_channel(channel.model_copy(update={"members": members}))
    return {"channel": wire.channel(desk.workspace, channel)}


def _members(desk: Desk, call: Call) -> Json:
    return page(call, "members", _seen(desk, call).members)


def _moment(call: Call, name: str, default: float) -> float:
    try:
        return float(call.text(name) or default)
    except ValueError as error:
        raise Refusal(code=f"invalid_ts_{name}") from error


def _history(desk: Desk, call: Call) -> Json:
    channel = _inside(desk, call)
    oldest, latest = _moment(call, "oldest", 0), _moment(call, "latest", math.inf)
    found = [
        wire.message(desk.workspace, said)
        for said in desk.workspace.messages(channel.id)
        if not said.only_for and (not said.thread_ts or said.broadcast) and oldest < float(said.ts) < latest
    ]
    shown = page(call, "messages", found[::-1])
    return shown | {"has_more": bool(shown["response_metadata"]["next_cursor"])}


def _replies(desk: Desk, call: Call) -> Json:
    channel = _inside(desk, call)
    parent = desk.workspace.message(channel.id, call.need("ts", "thread_not_found"))
    if not parent or parent.only_for:
        raise Refusal(code="thread_not_found")
    found = [wire.message(desk.workspace, said) for said in (parent, *desk.workspace.replies(parent))]
    shown = page(call, "messages", found)
    return shown | {"has_more": bool(shown["response_metadata"]["next_cursor"])}


METHODS: Mapping[str, Method] = {
    "conversations.info": _info,
    "conversations.list": _list,
    "conversations.open": _open,
    "conversations.create": _create,
    "conversations.invite": _invite,
    "conversations.join": _join,
    "conversations.members": _members,
    "conversations.history": _history,
    "conversations.replies": _replies,
}
