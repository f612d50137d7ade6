"""Slack in memory: what stands where, and what it was told to refuse."""

from typing import TYPE_CHECKING

from bot.domain.message import Attachment, Message
from bot.domain.value import ChannelId, MessageTs, UserId

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


class MemoryThread:
    """A `Thread` that keeps a transcript; `trouble` may raise before anything happens."""

    def __init__(self) -> None:
        #: `post C1 hello`, `edit C1 1 hello again` …, in order.
        self.transcript: list[str] = []
        #: Called with the method and what it is about.
        self.trouble: Callable[[str, str], None] = lambda _method, _about: None
        #: Channels that answer only once their event is set.
        self.slow: dict[str, asyncio.Event] = {}
        self.messages: dict[str, Message] = {}
        self._count = 0

    async def post(
        self, channel: ChannelId, message: Message, *, under: MessageTs | None, broadcast: bool
    ) -> MessageTs:
        """Keep a new message."""
        await self._hear("post", channel, message.text)
        self._count += 1
        ts = MessageTs(str(self._count))
        place = f"{channel}{f'/{under}' if under else ''}{' broadcast' if broadcast else ''}"
        self.transcript.append(f"post {place} {message.text}")
        self.messages[ts] = message
        return ts

    async def edit(self, channel: ChannelId, ts: MessageTs, message: Message) -> None:
        """Replace a message."""
        await self._hear("edit", channel, message.text)
        self.transcript.append(f"edit {channel} {ts} {message.text}")
        self.messages[ts] = message

    async def whisper(
        self, channel: ChannelId, user: UserId, message: Message, *, under: MessageTs | None
    ) -> None:
        """Tell one person."""
        await self._hear("whisper", channel, message.text)
        self.transcript.append(f"whisper {channel}{f'/{under}' if under else ''} {user} {message.text}")

    async def respond(self, response_url: str, message: Message) -> None:
        """Answer through an address."""
        await self._hear("respond", response_url, message.text)
        self.transcript.append(f"respond {response_url} {message.text}")

    async def upload(self, channel: ChannelId, attachment: Attachment, *, under: MessageTs) -> None:
        """Keep a file."""
        await self._hear("upload", channel, attachment.name)
        self.transcript.append(f"upload {channel}/{under} {attachment.name}")

    async def link(self, channel: ChannelId, ts: MessageTs) -> str:
        """The address of a message."""
        return f"https://slack.example/archives/{channel}/p{ts}"

    async def _hear(self, method: str, place: str, about: str) -> None:
        if place in self.slow:
            await self.slow[place].wait()
        self.trouble(method, about)
