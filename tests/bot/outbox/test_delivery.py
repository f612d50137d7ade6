import pytest

from bot.domain.errors import SlackRefused
from bot.domain.message import Attachment, Message, Saying, Urgency
from bot.domain.value import ChannelId, MessageTs, UserId
from bot.outbox.delivery import Delivery
from bot.ports import Unsent
from tests.fakes.post import MemoryPost
from tests.fakes.reports import NOON
from tests.fakes.thread import MemoryThread

FILE = Attachment(name="plan.diff", title="Plan", content="+ a")


def saying(**more: object) -> Saying:
    usual = {
        "key": "k",
        "channel": ChannelId("C1"),
        "message": Message(text="x"),
        "urgency": Urgency.DECISION,
    }
    return Saying.model_validate(usual | more)


def item(told: Saying, ts: MessageTs | None = None) -> Unsent:
    return Unsent(saying=told, version=1, ts=ts, under_ts=None, at=NOON, attempts=0, files_sent=0)


@pytest.mark.parametrize(
    ("due", "method"),
    [
        (item(saying()), "post"),
        (item(saying(), MessageTs("1")), "edit"),
        (item(saying(only_for=UserId("U1"))), "answer"),
    ],
)
def test_the_way_an_item_goes(due: Unsent, method: str) -> None:
    """Private, new or known."""
    assert Delivery(MemoryPost(), MemoryThread()).method(due) == method


@pytest.mark.parametrize("code", ["missing_scope", "not_allowed_token_type"])
async def test_a_bot_that_may_not_upload_shows_the_beginning_at_once(code: str) -> None:
    """A token without the scope will not have it after the third attempt either."""
    post, thread = MemoryPost(), MemoryThread()
    told = saying(message=Message(text="card", attachments=(FILE,)))
    post.say(told, NOON)

    def trouble(method: str, _about: str) -> None:
        if method == "upload":
            raise SlackRefused(method, code)

    thread.trouble = trouble
    delivery = Delivery(post, thread)
    await delivery.message(item(told))
    assert delivery.method(item(told)) == "upload"
    await delivery.files(item(told))
    assert [line.splitlines()[0] for line in thread.transcript] == [
        "post C1 card",
        "post C1/1 Slack did not take the file `plan.diff`. It begins:",
    ]
    assert post.rows["k"].settled


async def test_a_private_answer_without_layout() -> None:
    """Refused layout is said plainly here, too."""
    thread, left = MemoryThread(), 1

    def trouble(method: str, _about: str) -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            raise SlackRefused(method, "invalid_blocks")

    thread.trouble = trouble
    post = MemoryPost()
    told = saying(only_for=UserId("U1"))
    post.say(told, NOON)
    await Delivery(post, thread).message(item(told))
    assert thread.transcript == ["whisper C1 U1 x\n(Slack refused the layout of this message.)"]
