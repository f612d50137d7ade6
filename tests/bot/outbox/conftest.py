"""An outbox that works on rows, a Slack and a clock in memory."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.message import Attachment, Message, Saying, Urgency
from bot.domain.value import ChannelId
from bot.outbox import Outbox
from tests.fakes.clock import FakeClock, settle
from tests.fakes.post import MemoryPost
from tests.fakes.thread import MemoryThread


class Desk:
    """Everything a test needs: say things, move time, read what Slack heard."""

    def __init__(self) -> None:
        self.post = MemoryPost()
        self.thread = MemoryThread()
        self.clock = FakeClock()
        self.outbox = Outbox(self.post, self.thread, self.clock, chance=lambda: 1.0)

    def say(self, key: str, text: str, urgency: Urgency = Urgency.DECISION, **more: Any) -> None:
        """Write a row and ring."""
        files = tuple(Attachment(name=name, title=name, content="x") for name in more.pop("files", ()))
        blocks = more.pop("blocks", ())
        message = Message(text=text, blocks=blocks, attachments=files)
        channel = ChannelId(more.pop("channel", "C1"))
        saying = Saying(key=key, channel=channel, message=message, urgency=urgency, **more)
        self.post.say(saying, self.clock.now())
        self.outbox.wake()

    async def heard(self, seconds: float = 0) -> list[str]:
        """What Slack has heard by then, from the beginning."""
        await self.clock.advance(seconds)
        return self.thread.transcript


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A desk whose outbox is at work."""
    it = Desk()
    work = asyncio.create_task(it.outbox.run())
    await settle()
    yield it
    for event in it.thread.slow.values():
        event.set()
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work
