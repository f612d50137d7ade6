"""What is told of an emergency, and to whom."""

from typing import Any

import pytest

from bot.domain.chart import Chart
from bot.domain.message import Saying, Urgency
from bot.domain.request import Emergency, Wish
from bot.domain.run import DEPLOY, Run
from bot.domain.value import ChannelId, EnvironmentName
from bot.journal import NewRun
from bot.store import Store
from runners.tell import Narrator
from tests.fakes.town import DEPLOYS, ESTATE, INCIDENTS, NOON, NoonClock, Wall, person


class Mouth:
    """A `Voice` that keeps what it says, the newest words under each key."""

    def __init__(self) -> None:
        self.said: dict[str, Saying] = {}

    async def say(self, saying: Saying) -> None:
        self.said[saying.key] = saying


@pytest.fixture
def mouth() -> Mouth:
    """What was said."""
    return Mouth()


@pytest.fixture
def tell(store: Store, mouth: Mouth) -> Narrator:
    """What is tested."""
    nobody: Any = None

    async def undrawn(_: Chart) -> bytes | None:
        return None

    return Narrator(
        estate=ESTATE,
        journal=store,
        calendars=Wall(),
        clock=NoonClock(),
        voice=mouth,
        thread=nobody,
        draw=undrawn,
    )


async def emergency(store: Store, channel: ChannelId) -> Run:
    wish = Wish(emergency=Emergency(ticket="INC-42", reason="the queue is full"))
    return await store.begin(
        NewRun(
            environment=EnvironmentName("staging"),
            by=person("ana"),
            channel=channel,
            ref="main",
            recipe=DEPLOY,
            wish=wish,
            asked="command:1",
        ),
        NOON,
    )


async def test_an_emergency_is_said_aloud(store: Store, tell: Narrator, mouth: Mouth) -> None:
    """In the channel, from the run's thread, and to the incident channel; said again it is the same message."""
    run = await emergency(store, DEPLOYS)
    for _ in range(2):
        await tell.override(run.id, ("Black Friday",))
    own, incidents = mouth.said["run:1:override"], mouth.said["run:1:override:incidents"]
    assert (own.channel, own.under, own.broadcast, own.urgency) == (DEPLOYS, "run:1", True, Urgency.ALERT)
    assert (incidents.channel, incidents.under, incidents.urgency) == (INCIDENTS, None, Urgency.ALERT)
    for saying in (own, incidents):
        assert "the freeze *Black Friday*" in f"{saying.message.blocks}"
        assert "INC-42" in saying.message.text
    assert len(mouth.said) == 2


async def test_an_emergency_in_the_incident_channel(store: Store, tell: Narrator, mouth: Mouth) -> None:
    """Once is enough there."""
    await tell.override((await emergency(store, INCIDENTS)).id)
    assert list(mouth.said) == ["run:1:override"]
