"""Two who say the same thing for the first time, at the same moment."""

import asyncio

from bot.domain.message import Message, Saying, Urgency
from bot.domain.value import ChannelId
from bot.store import Store
from tests.fakes.town import NOON


async def test_the_same_key_at_the_same_moment(store: Store) -> None:
    """It is said once, whoever comes first, and nobody fails of it."""
    for place in range(10):
        said = [
            Saying(
                key=f"run:{place}",
                channel=ChannelId("C0DEPLOYS"),
                message=Message(text=f"words {number}"),
                urgency=Urgency.DECISION,
            )
            for number in range(4)
        ]
        await asyncio.gather(*(store.say(saying, NOON) for saying in said))
    assert len(await store.unsent(100)) == 10
