"""What reached the bot's ear: kept as a row before it is acknowledged, so that nothing said is lost."""

from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime

from bot.domain.value import Value


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
