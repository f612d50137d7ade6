"""What is kept of pictures: their bytes until they are out, then just enough to know them again."""

import pytest
from sqlalchemy import func, select

from bot.domain.message import Attachment, Message, Picture, Saying, Urgency
from bot.domain.value import ChannelId, MessageTs
from bot.store import Store
from bot.store.schema import sayings
from tests.fakes.town import NOON

#: A hundred thousand bytes.
PNG = b"\x89PNG" * 25_000
TS = MessageTs("1.000001")


def chart(png: bytes = PNG, text: str = "Bake: PASS") -> Saying:
    picture = Picture(name="bake.png", title="Bake", content="a curve", png=png)
    diff = Attachment(name="plan.diff", title="Plan", content="+ one")
    message = Message(text=text, attachments=(diff, picture))
    return Saying(key="chart", channel=ChannelId("C0DEPLOYS"), message=message, urgency=Urgency.PROGRESS)


async def _size(store: Store) -> int:
    async with store._database.read() as connection:
        return int((await connection.execute(select(func.length(sayings.c.saying)))).scalar_one())


async def _out(store: Store) -> None:
    """Message and both files are in Slack."""
    await store.say(chart(), NOON)
    await store.sent("chart", 1, TS)
    for count in (1, 2):
        await store.file_sent("chart", count)


async def test_until_it_is_out_it_is_kept(store: Store) -> None:
    """A crash after the message, or after another file, costs no picture."""
    await store.say(chart(), NOON)
    for _ in range(2):
        await store.sent("chart", 1, TS)
        assert [one.saying for one in await store.unsent(10)] == [chart()]
        await store.file_sent("chart", 1)
        assert [one.saying for one in await store.unsent(10)] == [chart()]


async def test_once_it_is_out_it_is_dropped(store: Store) -> None:
    """The words stay, and every other file."""
    await _out(store)
    assert await _size(store) < 1_000
    assert await store.unsent(10) == []


async def test_the_same_words_again_are_the_same(store: Store) -> None:
    """Nothing is sent for them, before the picture is dropped and after."""
    await store.say(chart(), NOON)
    await store.say(chart(), NOON)
    assert [one.version for one in await store.unsent(10)] == [1]
    await _out(store)
    await store.say(chart(), NOON)
    assert await store.unsent(10) == []
    assert await _size(store) < 1_000


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(chart(text="Bake: FAIL"), id="other words"),
        pytest.param(chart(png=PNG + b"!"), id="another picture"),
    ],
)
async def test_other_words_are_others(store: Store, other: Saying) -> None:
    """They are an edit, for which no file is sent twice; and then its picture is dropped, too."""
    await _out(store)
    await store.say(other, NOON)
    (unsent,) = await store.unsent(10)
    assert (unsent.saying, unsent.version, unsent.ts, unsent.files_sent) == (other, 2, TS, 2)
    await store.sent("chart", 2, TS)
    assert await store.unsent(10) == []
    assert await _size(store) < 1_000
    await store.say(other, NOON)
    assert await store.unsent(10) == []


async def test_ticked_off_twice(store: Store) -> None:
    """What is told of again after it was settled changes nothing of what is known of it."""
    await _out(store)
    await store.file_sent("chart", 2)
    await store.say(chart(), NOON)
    assert await store.unsent(10) == []
