"""IDLE: the colour that is to get the traffic is asked before any person is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.colour import Colour
from bot.domain.report import Verdict
from bot.domain.run import SWITCH_BACK, SWITCH_DRY_RUN, Outcome, StepName
from handlers.cancel import Cancel
from tests.fakes.yard import NEW, PROD, Journey, estate, patient, tried


async def test_every_service_is_asked(journey: Journey) -> None:
    """In the order in which they would move."""
    await journey.begin()
    await journey.walk(until=StepName.APPROVE)
    checks = (await journey.report()).checks
    assert [check.title for check in checks] == [
        f"{name} green: asked the yard" for name in ("jobs", "admin", "store")
    ]


@pytest.mark.parametrize(
    ("said", "ends"), [(Verdict.FAIL, Outcome.FAILED), (Verdict.UNKNOWN, Outcome.UNKNOWN)]
)
async def test_one_that_is_not_well(journey: Journey, said: Verdict, ends: Outcome) -> None:
    """It ends there, and says which one; a check that could not be asked is no pass."""
    journey.yard.checks["admin green"] = [said]
    run = await journey.go()
    assert (run.outcome, journey.yard.written) == (ends, [])
    assert run.text == f"Nothing was moved. admin green: asked the yard: it said {said}"
    assert len((await journey.report()).checks) == 2


async def test_what_does_not_move_is_not_asked(journey: Journey) -> None:
    """A service that is there already is no matter."""
    journey.yard.weights["admin"] = NEW
    journey.yard.checks["admin green"] = [Verdict.FAIL]
    assert (await journey.go()).outcome is Outcome.DONE


async def test_stopped(journey: Journey) -> None:
    """Nothing is asked any more."""
    await journey.begin()
    await journey.walk(until=StepName.IDLE)
    await journey.say(Cancel, "/interlock cancel 1")
    assert (await journey.walk()).outcome is Outcome.CANCELLED
    assert (await journey.report()).checks == ()


async def test_stopped_between_two_attempts(journey: Journey) -> None:
    """A check with a day's patience is asked no further, and nothing was moved."""
    journey.changed(patient("verify"))
    journey.yard.checks["jobs green"] = [Verdict.FAIL]
    journey.when(tried, lambda there: there.say(Cancel, "/interlock cancel 1"))
    run = await journey.go()
    assert (run.outcome, run.text, journey.yard.written) == (Outcome.CANCELLED, "Nothing was moved.", [])
    assert journey.clock.now() - journey.began < timedelta(minutes=1)


async def test_a_dry_run_ends_here(journey: Journey) -> None:
    """With the card, and no votes."""
    run = await journey.go(recipe=SWITCH_DRY_RUN)
    assert (run.outcome, run.text) == (Outcome.PLANNED, "")


class _Bells:
    """An AWS whose one alarm is on from the time when that many questions were asked."""

    def __init__(self, quiet: int) -> None:
        self.quiet = quiet

    async def call(self, *_: str, **__: Any) -> Any:
        self.quiet -= 1
        return {"MetricAlarms": [{"AlarmName": "slo", "StateValue": "OK" if self.quiet >= 0 else "ALARM"}]}


@pytest.mark.parametrize(
    "quiet", [pytest.param(0, id="before anybody is asked"), pytest.param(1, id="before the first move")]
)
async def test_an_alarm_that_is_on_already(journey: Journey, quiet: int) -> None:
    """Nobody is moved there and back for it."""
    switch = estate().environments[PROD].switch.model_dump(by_alias=True)
    journey.changed(estate(switch=switch | {"bake": switch["bake"] | {"alarms": ["slo"]}}))
    aws: Any = _Bells(quiet)
    journey.kit = replace(journey.kit, aws=aws)
    run = await journey.go()
    assert (run.outcome, journey.yard.written) == (Outcome.REFUSED, [])
    assert run.text == "The alarm slo is on already, so what moves would come back at once."


async def test_a_way_back_waits_for_no_alarm(journey: Journey) -> None:
    """It may be the very cure."""
    await journey.go()
    switch = estate().environments[PROD].switch.model_dump(by_alias=True)
    journey.changed(estate(switch=switch | {"bake": switch["bake"] | {"alarms": ["slo"]}}))
    aws: Any = _Bells(0)
    journey.kit = replace(journey.kit, aws=aws)
    await journey.go(recipe=SWITCH_BACK, colour=Colour.BLUE, back=journey.number)
    assert journey.back
