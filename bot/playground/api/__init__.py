"""The Web API's methods, one family a file; what they have in common stands here."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.playground.refusal import Refusal
from bot.playground.things import Channel, Json
from bot.playground.triggers import Triggers
from bot.playground.workspace import Workspace

#: Longest list that Slack answers in one page.
_MOST_ITEMS = 1000


class Desk(Protocol):
    """What methods reach."""

    #: `http://127.0.0.1:PORT`.
    address: str
    workspace: Workspace
    triggers: Triggers

    def connection(self) -> str:
        """Give out an address at which one WebSocket is taken."""
        ...

    def happened(self, event: Json) -> None:
        """Tell the app of an event, if it wants to hear of its kind."""
        ...


@dataclass(frozen=True)
class Call:
    """The arguments of a call: strings from a form, or whatever JSON holds."""

    arguments: Mapping[str, Any]

    def text(self, name: str, default: str = "") -> str:
        """The argument as a string."""
        value = self.arguments.get(name)
        return default if value is None else str(value)

    def need(self, name: str, code: str = "invalid_arguments") -> str:
        """The argument, which must be there; raises `Refusal`."""
        value = self.text(name)
        if not value:
            raise Refusal(code=code, details=[f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str) -> bool:
        """The argument as yes or no."""
        return self.text(name).lower() in {"1", "true"}

    def json(self, name: str, code: str = "invalid_arguments") -> Any:
        """The argument's JSON, `None` where it is missing; raises `Refusal`."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError as error:
            raise Refusal(code=code) from error

    def number(self, name: str, default: int) -> int:
        """The argument as a whole number; raises `Refusal`."""
        try:
            return int(self.text(name) or default)
        except ValueError as error:
            raise Refusal(code="invalid_arguments", details=[f"[ERROR] not a number: {name}"]) from error


Method = Callable[[Desk, Call], Json]


def page(call: Call, name: str, items: Sequence[Any]) -> Json:
    """One page of *items* as Slack pages them."""
    limit = call.number("limit", _MOST_ITEMS) or _MOST_ITEMS
    cursor = call.text("cursor")
    if cursor and not cursor.isdigit():
        raise Refusal(code="invalid_cursor")
    start = int(cursor or 0)
    more = str(start + limit) if start + limit < len(items) else ""
    return {name: list(items[start : start + limit]), "response_metadata": {"next_cursor": more}}


def writable(desk: Desk, call: Call) -> Channel:
    """The channel that the bot may write to; raises `Refusal`."""
    workspace = desk.workspace
    name = call.need("channel", "channel_not_found")
    if name in workspace.members:
        return workspace.direct(name)
    channel = workspace.channel(name)
    if channel.archived:
        raise Refusal(code="is_archived")
    if workspace.seed.bot not in channel.members:
        raise Refusal(code="channel_not_found" if channel.private else "not_in_channel")
    return channel
