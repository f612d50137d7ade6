"""The bake of a switch's rungs: what is missing is waited for, then asked about; what is bad goes back, held or not."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.domain.errors import TrafficBroken
from bot.domain.report import Verdict
from bot.domain.run import SWITCH_DRY_RUN, Outcome, StepName
from bot.domain.traffic import Weights
from handlers.cancel import Cancel
from handlers.hold import Hold
from handlers.resume import Resume
from handlers.skip import Skip
from tests.fakes.yard import NEW, OLD, Journey, baking, estate, held, patient, tried


async def _resume(there: Journey) -> Any:
    return await there.say(Resume, f"/interlock resume {there.number}")


async def _back_again(there: Journey) -> None:
    there.yard.evidence.clear()
    await _resume(there)


async def test_missing_evidence_extends_then_holds_and_asks(journey: Journey) -> None:
    """Resume waits as long again, and it passes once it is seen."""
    journey.yard.evidence["admin green"] = "none"
    journey.when(held, _back_again)
    run = await journey.go()
    assert (run.outcome, journey.over) == (Outcome.DONE, True), run.text
    assert journey.aloud == ["held", "released"]
    bake = (await journey.report()).bakes[1]
    assert bake.until - bake.began_at >= timedelta(seconds=30)


async def test_resumed_without_evidence_it_asks_again(journey: Journey) -> None:
    """Nothing is taken for good because somebody is in a hurry; and each time people are asked anew."""
    journey.yard.evidence["admin green"] = "none"
    journey.when(held, _resume)
    journey.when(held, _resume)
    journey.when(held, lambda there: there.say(Cancel, "/interlock cancel 1"))
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.CANCELLED, True), run.text
    assert journey.aloud.count("held") == 3
    holds = [entry.at for entry in await journey.journal.record() if entry.event == "run.held"]
    assert all(later - sooner >= timedelta(seconds=10) for sooner, later in pairwise(holds))


async def test_a_second_ring_holds_nothing_again(journey: Journey) -> None:
    """Whoever presses twice, or votes meanwhile, changes nothing about what was let go on."""
    journey.yard.evidence["admin green"] = "none"

    async def twice(there: Journey) -> None:
        await _resume(there)
        answer = await _resume(there)
        assert "Nothing holds run 1" in answer.text

    async def unheld(there: Journey) -> bool:
        return "run.released" in {entry.event for entry in await there.journal.record()}

    async def nothing(there: Journey) -> None:
        assert not (await there.run()).held
        there.yard.evidence.clear()

    journey.when(held, twice)
    journey.when(unheld, nothing)
    run = await journey.go()
    assert (run.outcome, journey.aloud) == (Outcome.DONE, ["held", "released"]), run.text


async def test_skipped_in_an_emergency(journey: Journey) -> None:
    """It goes on without evidence of that rung, and of no other."""
    journey.yard.evidence["admin green"] = "none"
    journey.when(held, lambda there: there.say(Skip, "/interlock skip 1 INC-1 the queue is full"))
    run = await journey.go()
    assert (run.outcome, journey.over) == (Outcome.DONE, True), run.text
    assert [bake.skipped for bake in (await journey.report()).bakes] == [False, True, False, False]


async def test_bad_evidence_is_never_skipped(journey: Journey) -> None:
    """What is lacking can be waited for no longer; what is bad goes back."""
    journey.yard.evidence["admin green"] = "none"

    async def skip(there: Journey) -> None:
        there.yard.evidence["admin green"] = "bad"
        await there.say(Hold, "/interlock hold 1")

    journey.when(held, skip)
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.RETURNED, True)


async def test_held_by_a_person(journey: Journey) -> None:
    """It makes no move and is watched on; everybody is told, and the buttons go when it goes on."""
    count: list[int] = []

    async def look(there: Journey) -> bool:
        bake = (await there.report()).bake
        count.append(len(bake.samples) if bake else 0)
        return await held(there) and len(count) > 20

    journey.when(baking(2), lambda there: there.say(Hold, "/interlock hold 1"))
    journey.when(look, _resume)
    run = await journey.go()
    assert (run.outcome, journey.over) == (Outcome.DONE, True), run.text
    assert journey.aloud == ["held", "released"]
    assert journey.said[0] == "U0ANA holds it."
    assert max(count) >= 10


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        pytest.param(Verdict.PASS, Outcome.DONE, id="they ran"),
        pytest.param(Verdict.FAIL, Outcome.RETURNED, id="one failed"),
    ],
)
async def test_jobs_are_asked_once_they_have_moved(journey: Journey, said: Verdict, ends: Outcome) -> None:
    """Before anything else moves."""
    journey.yard.checks["jobs green"] = [Verdict.PASS, said]
    run = await journey.go()
    assert run.outcome is ends, run.text
    if ends is Outcome.RETURNED:
        assert journey.yard.written == [("jobs", NEW), ("jobs", OLD)]


async def test_jobs_of_which_nobody_knows(journey: Journey) -> None:
    """People are asked, and asked means that it is looked at again."""
    journey.yard.checks["jobs green"] = [Verdict.PASS, Verdict.UNKNOWN, Verdict.PASS]
    journey.when(held, _resume)
    run = await journey.go()
    assert (run.outcome, journey.over) == (Outcome.DONE, True), run.text
    assert "it said UNKNOWN" in journey.said[0]


async def test_cancelled_while_jobs_are_asked_again_and_again(journey: Journey) -> None:
    """It goes back at once, not when the last attempt is over."""
    journey.changed(patient("after"))
    journey.yard.checks["jobs green"] = [Verdict.PASS, Verdict.UNKNOWN]
    journey.yard.checks["jobs blue"] = [Verdict.PASS]
    journey.when(tried, lambda there: there.say(Cancel, "/interlock cancel 1"))
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.CANCELLED, True), run.text
    assert journey.clock.now() - journey.began < timedelta(minutes=2)


async def test_the_way_back_is_asked_about_though_somebody_has_cancelled(journey: Journey) -> None:
    """Whoever wanted it back wants to know whether it is well there, however long that takes."""
    journey.changed(patient("verify"))
    journey.yard.checks["jobs blue"] = [Verdict.FAIL, Verdict.FAIL, Verdict.PASS]
    journey.when(baking(1), lambda there: there.say(Cancel, "/interlock cancel 1"))
    task = asyncio.create_task(journey.go())
    while not task.done():
        await asyncio.sleep(0.005)
        if "returning" in journey.aloud:
            await journey.clock.advance(10)
    run = task.result()
    assert (run.outcome, journey.back) == (Outcome.CANCELLED, True), run.text
    assert "Everything is back on blue." in run.text


async def test_jobs_are_asked_also_where_nothing_is_watched(journey: Journey) -> None:
    """No bake is no reason to ask nobody."""
    settings = estate().environments["prod"].switch.model_dump(by_alias=True) | {"bake": None}
    journey.changed(estate(switch=settings))
    journey.yard.checks["jobs green"] = [Verdict.PASS, Verdict.FAIL]
    run = await journey.go()
    assert (run.outcome, journey.yard.written) == (Outcome.RETURNED, [("jobs", NEW), ("jobs", OLD)]), run.text


async def test_without_a_bake_it_can_be_held_and_cancelled(journey: Journey) -> None:
    """Nothing is there to be watched, and people are heard even so."""
    settings = estate().environments["prod"].switch.model_dump(by_alias=True) | {"bake": None}
    journey.changed(estate(switch=settings))
    journey.yard.checks["jobs green"] = [Verdict.PASS, Verdict.UNKNOWN]
    journey.when(held, lambda there: there.say(Cancel, "/interlock cancel 1"))
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.CANCELLED, True)


async def test_what_steers_is_silent_in_a_bake(journey: Journey) -> None:
    """Evidence comes from elsewhere, and is looked at even so."""
    journey.yard.looks["admin"] = [None, None, TrafficBroken("silence")]
    journey.yard.evidence["admin green"] = "bad"
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.RETURNED, True)


async def test_somebody_moves_it_after_the_last_rung(journey: Journey) -> None:
    """It is no good end where traffic is not where it was put; once it is, it goes on."""

    async def meddle(there: Journey) -> None:
        there.yard.weights["store"] = Weights(blue=20, green=80)

    async def mend(there: Journey) -> None:
        there.yard.weights["store"] = NEW
        await _resume(there)

    journey.when(baking(4), meddle)
    journey.when(held, mend)
    run = await journey.go()
    assert (run.outcome, journey.over) == (Outcome.DONE, True), run.text
    assert "blue 20, green 80 is there" in journey.said[0]


async def test_wanted_back_after_the_last_bake(journey: Journey) -> None:
    """Until it has ended somebody may have a mind to go back."""
    await journey.begin()
    await journey.walk(until=StepName.KEEP)
    assert journey.over
    await journey.say(Cancel, "/interlock cancel 1")
    run = await journey.walk()
    assert (run.outcome, journey.back) == (Outcome.CANCELLED, True), run.text
    assert await journey.journal.leased(run.id) is None


async def test_held_after_the_last_bake(journey: Journey) -> None:
    """Or to stay for a moment more."""
    await journey.begin()
    await journey.walk(until=StepName.KEEP)
    await journey.journal.stage(journey.number, StepName.KEEP, journey.clock.now())
    await journey.say(Hold, "/interlock hold 1")
    journey.when(held, _resume)
    run = await journey.walk()
    assert (run.outcome, journey.over) == (Outcome.DONE, True), run.text


async def test_a_dry_run_moves_nothing(journey: Journey) -> None:
    """It shows what it would do, and asks the idle colour."""
    run = await journey.go(recipe=SWITCH_DRY_RUN)
    assert (run.outcome, journey.yard.written) == (Outcome.PLANNED, [])
    assert len((await journey.report()).moves) == 5
    assert "card" in journey.words.told
