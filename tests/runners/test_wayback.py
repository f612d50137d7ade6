"""Going back: everything that was touched returns, the last one first; what cannot is told at once, and tried on."""

from tests.fakes.yard import NEW, OLD, Journey, Outcome


async def test_a_good_switch(journey: Journey) -> None:
    run = await journey.go()
    assert run.outcome is Outcome.DONE, run.text
    assert journey.over
    assert journey.aloud == []
    assert [service for service, _ in journey.yard.written] == ["jobs", "admin", "store", "store", "store"]


async def test_a_bad_rung(journey: Journey) -> None:
    journey.yard.evidence["store green"] = "bad"
    run = await journey.go()
    assert run.outcome is Outcome.RETURNED, run.text
    assert journey.back
    assert journey.yard.written[-3:] == [("store", OLD), ("admin", OLD), ("jobs", OLD)]
    assert NEW
