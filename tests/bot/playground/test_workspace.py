import asyncio
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.playground.diary import Diary
from bot.playground.refusal import Refusal
from bot.playground.seed import demo_seed
from bot.playground.things import Channel, Happening, Message
from bot.playground.workspace import Workspace


def opened(diary: Diary | None = None) -> Workspace:
    return Workspace(demo_seed(), SystemClock(), diary or Diary(None))


def said(workspace: Workspace, text: str, thread_ts: str | None = None) -> Message:
    return workspace.post(
        Message(channel="C0DEPLOYS", ts=workspace.stamp(), user="U0ANA", text=text, thread_ts=thread_ts)
    )


def test_stamps_only_rise() -> None:
    """A thousand within a moment are a thousand different ones, in order."""
    workspace = opened()
    stamps = [workspace.stamp() for _ in range(1000)]
    assert stamps == sorted(set(stamps), key=float)
    assert all(len(stamp.split(".")[1]) == 6 for stamp in stamps)


def test_channels_by_id_and_name() -> None:
    """A name may carry its sign; an unknown one is refused."""
    workspace = opened()
    assert workspace.channel("#deploys") == workspace.channel("C0DEPLOYS") == workspace.channel("deploys")
    with pytest.raises(Refusal, match="channel_not_found"):
        workspace.channel("nowhere")


async def test_followers_see_each_change_once() -> None:
    """From the beginning as from the middle, those before and those to come."""
    workspace = opened()
    first = said(workspace, "one")
    seen: list[tuple[int, Happening]] = []

    async def follow() -> None:
        async for change in workspace.follow(0):
            seen.append((change.number, change.what))
            if len(seen) == 3:
                return

    task = asyncio.create_task(follow())
    await asyncio.sleep(0)
    workspace.edit(first.model_copy(update={"text": "uno"}))
    workspace.delete(first)
    await asyncio.wait_for(task, 1)
    assert seen == [(1, Happening.POSTED), (2, Happening.EDITED), (3, Happening.DELETED)]


def test_a_change_knows_what_was_before() -> None:
    """An edit shows both."""
    workspace = opened()
    first = said(workspace, "one")
    workspace.edit(first.model_copy(update={"text": "uno"}))
    (edit,) = workspace.since(1)
    assert edit.before == first
    assert edit.message
    assert edit.message.text == "uno"


def test_nobody_reacts_twice() -> None:
    """The same emoji of the same person is refused, and so is taking away what is not there."""
    workspace = opened()
    first = said(workspace, "one")
    workspace.react(first, "U0BEN", "eyes")
    held = workspace.message(first.channel, first.ts)
    assert held
    with pytest.raises(Refusal, match="already_reacted"):
        workspace.react(held, "U0BEN", "eyes")
    workspace.unreact(held, "U0BEN", "eyes")
    assert workspace.message(first.channel, first.ts) == first
    with pytest.raises(Refusal, match="no_reaction"):
        workspace.unreact(first, "U0BEN", "eyes")


def test_replies_are_what_everybody_sees() -> None:
    """A private answer in a thread is no reply."""
    workspace = opened()
    first = said(workspace, "one")
    reply = said(workspace, "two", first.ts)
    workspace.post(reply.model_copy(update={"ts": workspace.stamp(), "only_for": "U0BEN"}))
    assert workspace.replies(first) == [reply]


def test_what_was_written_is_there_again(tmp_path: Path) -> None:
    """Messages, their history and channels come back from the diary."""
    diary = Diary(tmp_path)
    before = opened(diary)
    first = said(before, "one")
    before.react(first, "U0BEN", "eyes")
    before.keep_channel(Channel(id="C1", name="incident-1"))
    diary.close()
    after = opened(Diary(tmp_path))
    assert after.since(0) == before.since(0)
    assert after.message(first.channel, first.ts) == before.message(first.channel, first.ts)
    assert after.channels == before.channels
