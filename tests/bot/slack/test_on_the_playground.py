"""Rows, outbox, Slack's real client and a server that keeps Slack's rules, all together."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from bot.clock import SystemClock
from bot.domain.message import Message, Saying, Urgency
from bot.domain.report import Report
from bot.domain.run import StepName
from bot.domain.value import ChannelId, MessageTs, UserId
from bot.outbox import Outbox
from bot.playground.server import Playground
from bot.render import plan_card, status
from bot.slack.client import connected
from bot.slack.directory import SlackDirectory
from bot.slack.thread import SlackThread
from tests.fakes.post import MemoryPost
from tests.fakes.reports import BEN, CAT, NOON, report, run, vote
from tests.fakes.town import ESTATE

DEPLOYS = ChannelId("C0DEPLOYS")


class Stage:
    """A playground with the bot's mouth attached."""

    def __init__(self, playground: Playground, thread: SlackThread, directory: SlackDirectory) -> None:
        self.playground = playground
        self.thread = thread
        self.directory = directory
        self.post = MemoryPost()
        self.outbox = Outbox(self.post, thread, SystemClock(), pace=0.05)

    def say(self, key: str, message: Message, **more: object) -> None:
        saying = {"key": key, "channel": DEPLOYS, "message": message, "urgency": Urgency.DECISION, **more}
        self.post.say(Saying.model_validate(saying), SystemClock().now())
        self.outbox.wake()

    async def settled(self) -> None:
        """Everything is said."""
        for _ in range(1_000):
            if all(row.settled for row in self.post.rows.values()):
                return
            await asyncio.sleep(0.01)
        pytest.fail("not everything was said")

    def ts(self, key: str) -> MessageTs:
        found = self.post.rows[key].ts
        assert found is not None
        return found


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        playground = await stack.enter_async_context(Playground(pause_factor=0.001))
        client = await stack.enter_async_context(connected(playground.keys.bot, playground.url))
        it = Stage(playground, SlackThread(client), SlackDirectory(client, ESTATE, SystemClock()))
        work = asyncio.create_task(it.outbox.run())
        yield it
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


def tell(stage: Stage, told: Report) -> None:
    stage.say("run", status.message(told))
    stage.say("card", plan_card.card(told, "+ everything"), under="run")


async def test_a_run_with_its_card_and_its_file(stage: Stage) -> None:
    """Posted, filed, edited: real blocks on a server that refuses wrong ones."""
    tell(stage, report())
    await stage.settled()
    tell(stage, report(run=run(stage=StepName.APPLY), votes=(vote(BEN), vote(CAT))))
    await stage.settled()
    methods = [method for method, _ in stage.playground.calls]
    assert methods.count("chat.postMessage") == 2
    assert methods.count("files.completeUploadExternal") == 1
    assert 1 <= methods.count("chat.update") <= 2
    assert (await stage.thread.link(DEPLOYS, stage.ts("card"))).startswith("http")


async def test_throttled_and_broken_and_still_everything_is_said(stage: Stage) -> None:
    """429, a 500 and refused blocks delay and simplify, and lose nothing."""
    stage.playground.throttle("chat.postMessage", 1)
    stage.playground.fail("files.getUploadURLExternal", 500)
    stage.playground.refuse("chat.update", "msg_blocks_too_long")
    tell(stage, report())
    await stage.settled()
    stage.say("run", status.message(report(now=NOON)))
    stage.say("run", Message(text="edited"))
    await stage.settled()
    assert stage.post.rows["card"].files_sent == 1
    assert stage.post.rows["run"].ts is not None


async def test_a_private_answer(stage: Stage) -> None:
    """Without an address it is whispered."""
    stage.say("no", Message(text="no"), urgency=Urgency.ANSWER, only_for=UserId("U0ANA"))
    await stage.settled()
    assert [method for method, _ in stage.playground.calls] == ["chat.postEphemeral"]


async def test_emoji_that_come_and_go(stage: Stage) -> None:
    """Who set which, asked of the card as it stands now."""
    tell(stage, report())
    await stage.settled()
    card = stage.ts("card")
    for user, name in (("U0BEN", "white_check_mark"), ("U0CLEO", "thumbsup"), ("U0BEN", "+1::skin-tone-3")):
        await stage.playground.react(user, DEPLOYS, card, name)
    await stage.playground.unreact("U0BEN", DEPLOYS, card, "white_check_mark")
    assert await stage.directory.reactions(DEPLOYS, card) == {"+1": {"U0BEN", "U0CLEO"}}
