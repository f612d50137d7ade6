"""Before anything else: may it still begin, after a wait; and an emergency says what it goes past."""

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.request import Emergency, Wish
from bot.domain.ruling import Deny, ReasonCode
from bot.domain.run import Run
from bot.journal import NewRun
from handlers.cancel import Cancel
from runners import entry
from tests.fakes.town import DEPLOYS, person
from tests.fakes.yard import PROD, Journey


async def _waited(journey: Journey) -> Run:
    """A run that had to wait for its turn."""
    first = await journey.begin()
    second = await journey.journal.begin(
        NewRun(
            environment=PROD,
            by=person("ana"),
            channel=DEPLOYS,
            ref="green",
            recipe=first.recipe,
            switch=first.switch,
            asked="later",
        ),
        journey.clock.now(),
    )
    await journey.walk()
    journey.number = second.id
    return await journey.run()


async def test_one_that_did_not_wait(journey: Journey) -> None:
    """The door has looked a moment ago."""
    journey.book.answers = False
    assert await entry.refusal(journey.kit, await journey.begin()) is None


async def test_whoever_may_still(journey: Journey) -> None:
    """It begins."""
    assert await entry.refusal(journey.kit, await _waited(journey)) is None


async def _left(there: Journey) -> None:
    there.book.platform.clear()


async def _away(there: Journey) -> None:
    there.book.answers = False


@pytest.mark.parametrize(
    ("meanwhile", "code"),
    [
        pytest.param(_left, ReasonCode.NOT_IN_GROUP, id="not of the group any more"),
        pytest.param(_away, ReasonCode.LOOKUP_FAILED, id="nobody can say"),
    ],
)
async def test_whoever_may_not(
    journey: Journey, meanwhile: Callable[[Journey], Awaitable[None]], code: ReasonCode
) -> None:
    """It does not begin, and says why."""
    run = await _waited(journey)
    await meanwhile(journey)
    ruling = await entry.refusal(journey.kit, run)
    assert isinstance(ruling, Deny)
    assert code in {reason.code for reason in ruling.reasons}


async def test_a_short_outage_is_waited_for(journey: Journey) -> None:
    """Else it would throw out one run after another."""
    run = await _waited(journey)
    journey.book.answers = False
    began = journey.clock.now()

    async def later(there: Journey) -> bool:
        return (there.clock.now() - began).total_seconds() > 20

    async def returns(there: Journey) -> None:
        there.book.answers = True

    journey.when(later, returns)
    assert await entry.refusal(journey.kit, run) is None


async def test_one_that_is_stopped_meanwhile(journey: Journey) -> None:
    """Nobody is refused what they do not want any more."""
    run = await _waited(journey)
    journey.book.answers = False

    async def now(_: Journey) -> bool:
        return True

    async def stop(there: Journey) -> None:
        there.book.answers = True
        await there.say(Cancel, f"/interlock cancel {run.id}")
        there.book.answers = False

    journey.when(now, stop)
    assert await entry.refusal(journey.kit, run) is None


async def test_an_emergency_is_announced(journey: Journey) -> None:
    """With what it goes past."""
    run = await journey.begin(wish=Wish(emergency=Emergency(ticket="INC-1", reason="fire")))
    await entry.announce(journey.kit, run)
    assert journey.words.told == ["override ()"]
