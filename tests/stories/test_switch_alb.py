"""Whole switches of a load balancer at an AWS over HTTP, with faults in between; weights are read back from outside."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.colour import Colour
from bot.domain.estate import Service
from bot.domain.run import Outcome
from bot.domain.traffic import Weights
from handlers.cancel import Cancel
from handlers.resume import Resume
from runners.aws import Aws
from runners.traffic.alb import Alb
from tests.fakes.cloud import Between
from tests.fakes.places import AlbPlace
from tests.fakes.yard import NEW, OLD, Journey, baking, estate, held

WRITE, READ = AlbPlace.WRITE, AlbPlace.READ


class Crowd:
    """What the yard's evidence takes for its weights: those that stand in AWS."""

    def __init__(self, place: AlbPlace) -> None:
        self._place = place

    def __getitem__(self, service: str) -> Weights:
        return self._place.there()


@pytest.fixture
def way(journey: Journey, place: AlbPlace, aws: Aws) -> Journey:
    """A store behind it, which goes up in three steps."""
    settings = {"kind": "alb", "listener": place.listener, "blue": place.blue, "green": place.green}
    traffic = Alb.Settings.model_validate(settings)
    store = Service.model_validate({"name": "store", "exposure": "public", "traffic": traffic})
    known = estate()
    prod = known.environments["prod"].model_copy(update={"services": (store,)})
    journey.changed(known.model_copy(update={"environments": {**known.environments, "prod": prod}}))
    journey.kit = replace(journey.kit, aws=aws, switchers={"alb": Alb})
    crowd: Any = Crowd(place)
    journey.yard.weights = crowd
    return journey


async def _resume(there: Journey) -> None:
    await there.say(Resume, f"/interlock resume {there.number}")


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(
            lambda between: between.throttle(WRITE, arrives=True), id="throttled after the write was done"
        ),
        pytest.param(lambda between: between.throttle(WRITE), id="throttled before it"),
        pytest.param(
            lambda between: between.reset(WRITE, arrives=True), id="cut off after the write was done"
        ),
        pytest.param(lambda between: between.reset(WRITE), id="cut off before it"),
        pytest.param(lambda between: between.throttle(WRITE, arrives=True, after=1), id="on a later rung"),
    ],
)
async def test_a_write_without_an_answer(way: Journey, place: AlbPlace, between: Between, fault: Any) -> None:
    """It is found out what became of it; people are asked at most, and nothing is lost or left between."""
    fault(between)
    way.when(held, _resume)
    run = await way.go()
    assert (run.outcome, place.there()) == (Outcome.DONE, NEW), run.text


async def test_stale_reads_after_a_write(way: Journey, place: AlbPlace, between: Between) -> None:
    """What was written is told as it was before, for a while."""

    async def stale(_: Journey) -> None:
        between.stale(READ, 2)

    way.when(baking(0), stale)
    way.when(held, _resume)
    run = await way.go()
    assert (run.outcome, place.there()) == (Outcome.DONE, NEW), run.text


async def test_a_bad_rung(way: Journey, place: AlbPlace) -> None:
    """Everything is where it was, seen from outside."""
    way.yard.evidence["store green"] = "bad"
    run = await way.go()
    assert (run.outcome, place.there()) == (Outcome.RETURNED, OLD), run.text


async def test_denied_from_the_second_rung_on(way: Journey, place: AlbPlace, between: Between) -> None:
    """It cannot go back: loudly, frozen, and tried until the permission returns."""
    between.deny(WRITE, times=4, after=1)
    run = await way.go()
    assert (run.outcome, place.there()) == (Outcome.RETURNED, OLD), run.text
    assert way.aloud == ["returning", "stuck"]
    assert await way.journal.freezes(way.clock.now())


async def test_nobody_healthy_in_mid_ladder(way: Journey, place: AlbPlace) -> None:
    """The new colour loses its targets: it goes back."""

    async def lose(_: Journey) -> None:
        targets = place.elb.describe_target_health(TargetGroupArn=place.green)["TargetHealthDescriptions"]
        place.elb.deregister_targets(TargetGroupArn=place.green, Targets=[one["Target"] for one in targets])

    way.when(baking(0), lose)
    run = await way.go()
    assert (run.outcome, place.there()) == (Outcome.RETURNED, OLD), run.text
    assert f"nobody is behind {Colour.GREEN}" in run.text


async def test_moved_by_somebody_else(way: Journey, place: AlbPlace) -> None:
    """Both are shown; whoever wants it back is told that theirs are left alone."""
    way.yard.evidence["store blue"] = "none"

    async def meddle(_: Journey) -> None:
        place.put(place.FOREIGN)

    way.when(baking(0), meddle)
    way.when(held, lambda there: there.say(Cancel, f"/interlock cancel {there.number}"))
    run = await way.go()
    assert (run.outcome, place.there()) == (Outcome.UNKNOWN, place.FOREIGN), run.text
    assert "blue 90, green 10 was expected, blue 70, green 30 is there" in way.said[0]
    assert "blue 70, green 30 is there, which this run never wrote. It is left alone" in run.text
