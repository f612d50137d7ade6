"""What reached the bot's ear: kept as a row before it is acknowledged, so that nothing said is lost."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime

from bot.domain.value import Value

#: In the key of an emoji that nobody told us of: it was seen on the message itself, or seen to be gone.
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
    def done_at(self) -> datetime:
        """When it was done: Slack repeats what it could not deliver, and so turns the order about."""
        event = self.payload.get("event")
        stamp = event.get("event_ts") if isinstance(event, dict) else None
        try:
            return datetime.fromtimestamp(float(stamp), UTC) if stamp else self.at
        except (TypeError, ValueError, OverflowError, OSError):
            return self.at


def emoji_on(channel: str, ts: str) -> str:
    """How the key of every emoji begins that came to a message, or went from it."""
    return f"emoji:{channel}:{ts}:"
