"""What every `Post` promises: the one in memory, which the outbox is tested with, and the real store's."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.message import Attachment, Message, Saying, Urgency
from bot.domain.value import ChannelId, MessageTs
from bot.ports import Post
from bot.store import Store
from tests.fakes.post import MemoryPost

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
Say = Callable[..., Awaitable[None]]


def saying(
    key: str, text: str = "x", urgency: Urgency = Urgency.DECISION, files: int = 0, **more: Any
) -> Saying:
    attachments = (Attachment(name="a", title="a", content="a"),) * files
    message = Message(text=text, attachments=attachments)
    return Saying(key=key, channel=ChannelId("C1"), message=message, urgency=urgency, **more)


@pytest.fixture(params=["memory", "store"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Post, Say]]:
    """A post, and a way to write into it."""
    if request.param == "memory":
        memory = MemoryPost()

        async def say(told: Saying) -> None:
            memory.say(told, NOW)

        yield memory, say
        return
    store = await Store.open(request.getfixturevalue("sqlite_url"))
    yield store, lambda told: store.say(told, NOW)
    await store.close()


async def keys(post: Post) -> list[str]:
    return [item.saying.key for item in await post.unsent(100)]


async def test_most_urgent_then_oldest(desk: tuple[Post, Say]) -> None:
    """Age decides only among the equally urgent; a limit cuts from the end."""
    post, say = desk
    for key, urgency in (("a", Urgency.PROGRESS), ("b", Urgency.DECISION), ("c", Urgency.DECISION)):
        await say(saying(key, urgency=urgency))
    assert await keys(post) == ["b", "c", "a"]
    assert [item.saying.key for item in await post.unsent(1)] == ["b"]


async def test_a_thread_waits_for_its_parent_and_for_its_turn(desk: tuple[Post, Say]) -> None:
    """Under an unposted message nothing goes, and then one after another."""
    post, say = desk
    for told in (
        saying("run"),
        saying("one", under="run"),
        saying("two", under="run", urgency=Urgency.ALERT),
    ):
        await say(told)
    assert await keys(post) == ["run"]
    await post.sent("run", 1, MessageTs("1"))
    (item,) = await post.unsent(100)
    assert (item.saying.key, item.under_ts, item.ts, item.at) == ("one", "1", None, NOW)
    await post.sent("one", 1, MessageTs("2"))
    assert await keys(post) == ["two"]


async def test_what_is_given_up_holds_nobody_up(desk: tuple[Post, Say]) -> None:
    """The next of the thread goes on; new words make it due again."""
    post, say = desk
    for told in (saying("run"), saying("one", under="run"), saying("two", under="run")):
        await say(told)
    await post.sent("run", 1, MessageTs("1"))
    await post.failed("one", 1, "no", give_up=True)
    assert await keys(post) == ["two"]
    await say(saying("one", "better", under="run"))
    assert await keys(post) == ["one"]


async def test_edits_are_new_versions(desk: tuple[Post, Say]) -> None:
    """An older version that went out leaves the newer one due; the same words again change nothing."""
    post, say = desk
    await say(saying("run", "one"))
    await say(saying("run", "two"))
    await say(saying("run", "two"))
    await post.sent("run", 1, MessageTs("1"))
    (item,) = await post.unsent(100)
    assert (item.version, item.ts, item.saying.message.text) == (2, "1", "two")
    await post.sent("run", 2, None)
    assert await keys(post) == []


async def test_failures_are_counted_for_the_current_words(desk: tuple[Post, Say]) -> None:
    """A failure of older words says nothing about the newer ones."""
    post, say = desk
    await say(saying("run", "one"))
    await post.failed("run", 1, "no", give_up=False)
    assert (await post.unsent(100))[0].attempts == 1
    await say(saying("run", "two"))
    await post.failed("run", 1, "no", give_up=True)
    assert (await post.unsent(100))[0].attempts == 0


async def test_files_keep_a_message_due(desk: tuple[Post, Say]) -> None:
    """Until the last file is in the thread."""
    post, say = desk
    await say(saying("card", files=2))
    await post.sent("card", 1, MessageTs("1"))
    await post.file_sent("card", 1)
    assert [(item.ts, item.files_sent) for item in await post.unsent(100)] == [("1", 1)]
    await post.file_sent("card", 2)
    assert await keys(post) == []
