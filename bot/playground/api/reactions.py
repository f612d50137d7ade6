"""reactions.*: the bot's own emoji."""

from collections.abc import Mapping

from bot.playground import events, wire
from bot.playground.api import Call, Desk, Method
from bot.playground.refusal import Refusal
from bot.playground.things import Json, Message


def _target(desk: Desk, call: Call) -> Message:
    channel = desk.workspace.channel(call.need("channel", "no_item_specified"))
    said = desk.workspace.message(channel.id, call.need("timestamp", "no_item_specified"))
    if not said or said.only_for:
        raise Refusal(code="message_not_found")
    if desk.workspace.seed.bot not in channel.members:
        raise Refusal(code="not_in_channel")
    return said


def _add(desk: Desk, call: Call) -> Json:
    said, emoji = _target(desk, call), call.need("name", "invalid_name").strip(":")
    desk.workspace.react(said, desk.workspace.seed.bot, emoji)
    desk.happened(events.reaction(said, desk.workspace.seed.bot, emoji, desk.workspace.stamp(), added=True))
    return {}


def _remove(desk: Desk, call: Call) -> Json:
    said, emoji = _target(desk, call), call.need("name", "invalid_name").strip(":")
    desk.workspace.unreact(said, desk.workspace.seed.bot, emoji)
    desk.happened(events.reaction(said, desk.workspace.seed.bot, emoji, desk.workspace.stamp(), added=False))
    return {}


def _get(desk: Desk, call: Call) -> Json:
    said = _target(desk, call)
    return {"type": "message", "channel": said.channel, "message": wire.message(desk.workspace, said)}


METHODS: Mapping[str, Method] = {"reactions.add": _add, "reactions.remove": _remove, "reactions.get": _get}
