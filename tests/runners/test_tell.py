"""What is told of an emergency, and to whom; and which bakes are drawn, and when."""

from typing import Any

import pytest

from bot.domain.chart import Chart
from bot.domain.message import Picture, Saying, Urgency
from bot.domain.report import BakeReport, Finding, Verdict
from bot.domain.request import Emergency, Wish
from bot.domain.run import DEPLOY, Run
from bot.domain.value import ChannelId, EnvironmentName, MessageTs
from bot.journal import NewRun
from bot.store import Store
from runners.tell import Narrator
from tests.fakes.bakes import baked, rate
from tests.fakes.town import DEPLOYS, ESTATE, INCIDENTS, NOON, NoonClock, Wall, person


class Mouth:
    """A `Voice` that keeps what it says, the newest words under each key."""

    def __init__(self) -> None:
        self.said: dict[str, Saying] = {}

    async def say(self, saying: Saying) -> None:
        self.said[saying.key] = saying


class Easel:
    """Keeps what it is to draw; broken, it draws nothing."""

    def __init__(self) -> None:
        self.drawn: list[Chart] = []
        self.broken = False

    async def draw(self, chart: Chart) -> bytes | None:
        self.drawn.append(chart)
        return None if self.broken else b"\x89PNG"


@pytest.fixture
def mouth() -> Mouth:
    """What was said."""
    return Mouth()


@pytest.fixture
def easel() -> Easel:
    """What is drawn on."""
    return Easel()


@pytest.fixture
def tell(store: Store, mouth: Mouth, easel: Easel) -> Narrator:
    """What is tested."""
    nobody: Any = None
    return Narrator(
        estate=ESTATE,
        journal=store,
        calendars=Wall(),
        clock=NoonClock(),
        voice=mouth,
        thread=nobody,
        draw=easel.draw,
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


async def bake(store: Store, run: Run, *, final: bool = True) -> BakeReport:
    """A bake of the run, with two looks, as rows."""
    made = baked(2, lambda _: (rate(100, 0),))
    await store.bake(run.id, made.model_copy(update={"samples": (), "finding": None}))
    finding = Finding(verdict=Verdict.PASS, final=final, reason="0 errors in 200 requests")
    for sample in made.samples:
        await store.sampled(run.id, 0, sample, finding)
    return made


async def look(store: Store, run: Run, index: int, verdict: Verdict) -> None:
    """One more look at the bake, by which it is judged."""
    sample = baked(index + 1, lambda _: (rate(100, 0),)).samples[index]
    await store.sampled(run.id, 0, sample, Finding(verdict=verdict, final=True, reason="x"))


async def test_a_bake_is_drawn_once(store: Store, tell: Narrator, mouth: Mouth, easel: Easel) -> None:
    """Not on its edits, and not again once the picture is in the thread, after a restart neither."""
    run = await emergency(store, DEPLOYS)
    await bake(store, run, final=False)
    await tell.baking(run.id)
    await tell.chart(run.id)
    assert easel.drawn == []
    await look(store, run, 2, Verdict.PASS)
    await tell.baking(run.id)
    assert easel.drawn == []
    await tell.chart(run.id)
    said = mouth.said["run:1:chart:0:PASS"]
    (picture,) = said.message.attachments
    assert isinstance(picture, Picture)
    assert (said.under, said.broadcast, picture.png) == ("run:1", False, b"\x89PNG")
    await store.say(said, NOON)
    await store.sent(said.key, 1, MessageTs("17.1"))
    await look(store, run, 3, Verdict.PASS)
    await tell.chart(run.id)
    assert len(easel.drawn) == 1


async def test_a_bake_that_was_held_and_went_on(store: Store, tell: Narrator, mouth: Mouth) -> None:
    """Has a picture of each of its ends."""
    run = await emergency(store, DEPLOYS)
    await bake(store, run, final=False)
    await look(store, run, 2, Verdict.UNKNOWN)
    await tell.chart(run.id)
    await look(store, run, 3, Verdict.PASS)
    await tell.chart(run.id)
    assert set(mouth.said) == {"run:1:chart:0:UNKNOWN", "run:1:chart:0:PASS"}


async def test_a_picture_that_cannot_be_drawn(
    store: Store, tell: Narrator, mouth: Mouth, easel: Easel
) -> None:
    """Nothing is said of it: the bake's own message has it all."""
    run = await emergency(store, DEPLOYS)
    await bake(store, run)
    easel.broken = True
    await tell.chart(run.id)
    assert len(easel.drawn) == 1
    assert mouth.said == {}


async def test_no_bake_no_picture(store: Store, tell: Narrator, easel: Easel) -> None:
    """Every run that ends is asked for its pictures."""
    await tell.chart((await emergency(store, DEPLOYS)).id)
    assert easel.drawn == []
