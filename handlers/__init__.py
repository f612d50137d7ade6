"""The door: whatever people say is kept as a row, acknowledged, and only then dealt with."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bot.domain.estate import Estate
from bot.domain.heard import Heard, HeardKind
from bot.domain.message import Message, Saying, Urgency
from bot.domain.person import Person
from bot.domain.request import Origin
from bot.domain.value import ChannelId, RunId, TeamId, UserId
from bot.journal import Journal
from bot.ports import Clock, Directory, Engine

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """What everybody behind the door works with."""

    estate: Estate
    journal: Journal
    clock: Clock
    engine: Engine
    directory: Directory


class Spoken(Origin):
    """Words, and where they came from."""

    #: Unique for what was said, however often it is delivered.
    key: str
    words: tuple[str, ...]
    #: The run whose thread they were said in.
    run: RunId | None = None


class Command(ABC):
    """One word people can say. The file's name is the word."""

    #: How it is written, without the slash command: `ENV [REF] [--dry-run]`.
    usage: ClassVar[str]
    #: One sentence for the help.
    summary: ClassVar[str]
    #: A slash command of its own, beside `/interlock WORD`.
    slash: ClassVar[bool] = False

    def __init__(self, desk: Desk, commands: "Mapping[str, Command]") -> None:
        """Work at *desk*; *commands* are all of them, by word."""
        self.desk = desk
        self.commands = commands

    @abstractmethod
    async def answer(self, spoken: Spoken) -> Message | None:
        """Do what was asked; a private answer, or `None` where the channel shows enough."""


class Gesture(ABC):
    """A click or an emoji."""

    #: Slack's event types that it hears.
    events: ClassVar[tuple[str, ...]] = ()
    #: Ids of buttons that it hears.
    actions: ClassVar[tuple[str, ...]] = ()

    def __init__(self, desk: Desk) -> None:
        """Work at *desk*."""
        self.desk = desk

    @abstractmethod
    async def heed(self, heard: Heard) -> tuple["Place", Message] | None:
        """Do what was meant; a private answer and where to give it."""


class Place(Origin):
    """Where a private answer belongs."""

    #: Time stamp of the message that was clicked or reacted to.
    ts: str = ""
