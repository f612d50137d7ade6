"""KEEP: the old colour is kept, once, unless somebody wants something else at the last moment."""

from datetime import timedelta

from bot.domain.colour import Colour
from bot.domain.run import StepName
from handlers.cancel import Cancel
from handlers.hold import Hold
from runners.steps import Back, Go, Halt
from runners.steps.keep import Keep
from tests.fakes.yard import Journey


async def _there(journey: Journey) -> Keep:
    await journey.begin()
    await journey.walk(until=StepName.KEEP)
    return Keep(journey.kit)


async def test_the_lease(journey: Journey) -> None:
    """Of the colour that was left, for as long as the estate says; a second time changes nothing."""
    step = await _there(journey)
    assert await step.do(await journey.run()) == Go()
    lease = await journey.journal.leased(journey.number)
    assert lease is not None
    assert (lease.colour, lease.services) == (Colour.BLUE, ("jobs", "admin", "store"))
    assert lease.until - journey.clock.now() == timedelta(hours=24)
    await journey.clock.advance(60)
    assert await step.do(await journey.run()) == Go()
    assert await journey.journal.leased(journey.number) == lease


async def test_wanted_back(journey: Journey) -> None:
    """It was acknowledged, so it is done."""
    step = await _there(journey)
    await journey.say(Cancel, "/interlock cancel 1")
    assert isinstance(await step.do(await journey.run()), Halt)
    assert await journey.journal.leased(journey.number) is None


async def test_held(journey: Journey) -> None:
    """It is watched on until it is let go on."""
    step = await _there(journey)
    await journey.say(Hold, "/interlock hold 1")
    assert await step.do(await journey.run()) == Back(to=StepName.BAKE)
