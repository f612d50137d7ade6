"""What is told of an emergency, and to whom; and which bakes are drawn, and when."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.chart import Chart
from bot.domain.message import Picture, Saying, Urgency
from bot.domain.person import INTERLOCK, Person
from bot.domain.plan import ChangeClass, Counts, Plan
from bot.domain.report import BakeReport, Finding, Verdict
from bot.domain.request import Emergency, Wish
from bot.domain.ruling import Ask
from bot.domain.run import DEPLOY, DEPLOY_BACK, Outcome, Run, StepName
from bot.domain.value import ChannelId, Commit, EnvironmentName, MessageTs, PlanDigest
from bot.journal import Binding, NewRun
from bot.ports import CommitInfo
from bot.store import Store
from runners.tell import Narrator
from tests.fakes.bakes import baked, rate
from tests.fakes.reports import vote
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


async def test_an_emoji_that_nobody_heard_go(store: Store, tell: Narrator, mouth: Mouth) -> None:
    """In the thread, each once, and of each time that it was set."""
    run = await emergency(store, DEPLOYS)
    gone = vote(person("ben"), via="+1")
    again = gone.model_copy(update={"at": gone.at + timedelta(hours=1)})
    for each in (gone, gone, again):
        await tell.taken_back(run.id, each)
    assert len(mouth.said) == 2
    assert {(said.under, said.broadcast) for said in mouth.said.values()} == {("run:1", False)}
    assert all("<@U0BEN>" in f"{said.message.blocks}" for said in mouth.said.values())


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


async def deployed(store: Store, commit: str, outcome: Outcome, **more: Any) -> Run:
    """A run of staging that applied *commit*, and ended."""
    usual: dict[str, Any] = {
        "environment": EnvironmentName("staging"),
        "by": person("ana"),
        "channel": DEPLOYS,
        "ref": "main",
        "recipe": DEPLOY,
        "asked": f"words:{commit}:{more}",
    }
    run = await store.begin(NewRun(**usual | more), NOON)
    await store.resolved(run.id, CommitInfo(commit=Commit(commit * 40), subject="", committers=()), NOON)
    digest = PlanDigest(f"{run.id:064d}")
    binding = Binding(
        run=run.id,
        plan=Plan(digest=digest, terraform_version="1.11.4", changes=(), counts=Counts(create=1)),
        file="plan",
        diff="",
        commit=Commit(commit * 40),
        estate="",
        change_class=ChangeClass.STANDARD,
        ask=Ask(votes=0, of=(), reasons=()),
    )
    await store.planned(binding, NOON)
    assert await store.claim(run.id, digest, NOON)
    return await store.end(run.id, outcome, "", StepName.BAKE, NOON)


def offers(saying: Saying) -> bool:
    """Whether it has the button *Roll back*."""
    return "say_rollback" in f"{saying.message.blocks}"


@pytest.mark.parametrize("by", [INTERLOCK, person("ben")], ids=["by itself", "somebody"])
async def test_a_bad_end_offers_the_way_back(store: Store, tell: Narrator, mouth: Mouth, by: Person) -> None:
    """In the thread and to the incident channel, until somebody takes it; and again where that came to nothing."""
    await deployed(store, "a", Outcome.DONE)
    bad = await deployed(store, "b", Outcome.FAILED)
    await tell.ended(bad.id)
    told = ("run:2:outcome", "run:2:alert")
    assert all(offers(mouth.said[key]) for key in told)
    back = NewRun(
        environment=bad.environment,
        by=by,
        channel=DEPLOYS,
        ref="a" * 40,
        recipe=DEPLOY_BACK,
        reverts=bad.id,
        asked="back",
    )
    run = await store.begin(back, NOON)
    await tell.reverting(run.id, bad.id)
    assert not any(offers(mouth.said[key]) for key in told)
    assert all("Run 3 takes it back" in f"{mouth.said[key].message.blocks}" for key in told)
    # Where nobody asked for it, the alert of the bad run tells of it.
    assert ("run:3:reverting:incidents" in mouth.said) is (by != INTERLOCK)
    await store.end(run.id, Outcome.REJECTED, "", None, NOON)
    await tell.ended(run.id)
    assert all(offers(mouth.said[key]) for key in told)
    assert mouth.said["run:3:alert"].channel == INCIDENTS
    assert not offers(mouth.said["run:3:alert"])


async def test_a_good_way_back_is_told_to_the_incident_channel(
    store: Store, tell: Narrator, mouth: Mouth
) -> None:
    """Those who heard that it began wait for its end."""
    await deployed(store, "a", Outcome.DONE)
    bad = await deployed(store, "b", Outcome.FAILED)
    run = await deployed(store, "a", Outcome.DONE, reverts=bad.id, recipe=DEPLOY_BACK)
    await tell.ended(run.id)
    assert mouth.said["run:3:alert"].message.text == "staging: run 3 took run 2 back."
    assert "Run 3 took it back" in f"{mouth.said['run:2:outcome'].message.blocks}"
    assert not offers(mouth.said["run:2:outcome"])


async def test_a_good_end_offers_nothing(store: Store, tell: Narrator, mouth: Mouth) -> None:
    """A button on every success would be pressed by accident one day."""
    await deployed(store, "a", Outcome.DONE)
    good = await deployed(store, "b", Outcome.DONE)
    await tell.ended(good.id)
    assert not offers(mouth.said["run:2:outcome"])
