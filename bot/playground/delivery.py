"""How what people do reaches the app: the words that both ways have in common."""

from enum import StrEnum
from typing import Protocol

from bot.domain.value import Value
from bot.playground.things import Json

#: Seconds in which the app must acknowledge.
ACK_SECONDS = 3.0


class Kind(StrEnum):
    """What a delivery is."""

    EVENT = "events_api"
    COMMAND = "slash_commands"
    INTERACTIVE = "interactive"


class Retry(Value):
    """That a delivery is a repetition, and why."""

    #: Counts from 1.
    attempt: int
    reason: str


class Answer(Value):
    """What the app said to a delivery."""

    #: Slack's code for a delivery that failed; `None` means acknowledged.
    error: str | None = None
    #: Why, in the words that a repetition carries.
    reason: str = "timeout"
    #: What came with the acknowledgement.
    payload: Json | None = None
    #: The app asked not to be told again.
    enough: bool = False


class Line(Protocol):
    """A way to the app."""

    async def deliver(self, kind: Kind, payload: Json, retry: Retry | None) -> Answer:
        """Hand over *payload* and wait for the acknowledgement, no longer than the app has for it."""
        ...

    async def open(self) -> None:
        """Come back when there is somebody to deliver to."""
        ...
