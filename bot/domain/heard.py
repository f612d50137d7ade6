"""What reached the bot's ear: kept as a row before it is acknowledged, so that nothing said is lost."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime

from bot.domain.value import Value

#: How the key of an emoji begins that nobody told of: it was seen on the message itself, or seen to be gone.
SEEN = "seen"


class HeardKind(StrEnum):
    """The doors through which words come in."""

    COMMAND = "command"
    ACTION = "action"
    #: A form that somebody filled in and sent off.
    VIEW = "view"
    EVENT = "event"


class Heard(Value):
    """One thing somebody said or did, as it came over the wire."""

    #: Unique for what was done, however often it is delivered.
    key: str
    kind: HeardKind
    #: Slack's payload, untouched.
    payload: dict[str, Any]
    #: When it arrived (aware).
    at: AwareDatetime

    @property
    def _event(self) -> Mapping[str, Any]:
        event = self.payload.get("event")
        return event if isinstance(event, dict) else {}

    @property
    def done_at(self) -> datetime:
        """When it was done: Slack repeats what it could not deliver, and so turns the order about."""
        stamp = self._event.get("event_ts")
        try:
            return datetime.fromtimestamp(float(stamp), UTC) if stamp else self.at
        except (TypeError, ValueError, OverflowError, OSError):
            return self.at

    @property
    def about(self) -> str:
        """The message that an emoji came to, or went from, as `emoji_on` writes it; empty where it is no such thing."""
        item = self._event.get("item")
        return emoji_on(item.get("channel"), item.get("ts")) if isinstance(item, dict) else ""


def emoji_on(channel: object, ts: object) -> str:
    """One message, in one word."""
    return f"{channel}:{ts}"[:128]
