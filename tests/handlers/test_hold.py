"""`/interlock hold`: a switch stays where it is; who may say so, and when it means nothing."""

import pytest

from bot.domain.message import Message
from bot.domain.run import DEPLOY
from bot.domain.value import EnvironmentName, RunId
from bot.journal import NewRun
from handlers.cancel import Cancel
from handlers.hold import Hold
from tests.fakes.town import DEPLOYS, person
from tests.fakes.yard import PROD, Journey


def told(message: Message | None) -> str:
    """Give the words of an answer."""
    return "" if message is None else f"{message.text} {message.blocks}"


async def test_it_stays(journey: Journey) -> None:
    """The row says who holds it; a second time it says that it does already."""
    run = await journey.begin()
    assert "makes no further move" in told(await journey.say(Hold, "/interlock hold 1"))
    assert (await journey.run()).held == "U0ANA holds it."
    assert "is held already" in told(await journey.say(Hold, "/interlock hold 1", by="ben"))
    assert (await journey.run()).held == "U0ANA holds it."
    (entry,) = [one for one in await journey.journal.record(run.id) if one.event == "run.held"]
    assert entry.actor == "T0HOME/U0ANA"


async def test_the_only_switch_under_way(journey: Journey) -> None:
    """It need not be named, whatever is deployed elsewhere, and whatever waits behind it."""
    await journey.begin()
    await _deploy(journey, EnvironmentName("staging"))
    await journey.begin()
    journey.number = RunId(1)
    await journey.say(Hold, "/interlock hold")
    assert (await journey.run()).held


async def test_no_switch_under_way(journey: Journey) -> None:
    """Whoever names none is asked to."""
    await _deploy(journey, PROD)
    assert "name its run by the number" in told(await journey.say(Hold, "/interlock hold"))


async def _deploy(journey: Journey, environment: EnvironmentName) -> None:
    new = NewRun(
        environment=environment, by=person("ana"), channel=DEPLOYS, ref="main", recipe=DEPLOY, asked="x"
    )
    await journey.journal.begin(new, journey.clock.now())


@pytest.mark.parametrize(
    ("said", "by", "why"),
    [
        pytest.param("/interlock hold nine", "ana", "Name one run by its number", id="no number"),
        pytest.param("/interlock hold 9", "ana", "There is no such run to hold", id="no run"),
        pytest.param("/interlock hold 1", "dana", "hold switches in prod", id="not of the group"),
        pytest.param("/interlock hold 1", "sam", "is refused", id="a stranger"),
    ],
)
async def test_refused(journey: Journey, said: str, by: str, why: str) -> None:
    """It says why, and nothing changes."""
    await journey.begin()
    assert why in told(await journey.say(Hold, said, by=by))
    assert not (await journey.run()).held


async def test_one_that_is_stopped(journey: Journey) -> None:
    """It goes back already."""
    await journey.begin()
    await journey.say(Cancel, "/interlock cancel 1")
    assert "on its way back already" in told(await journey.say(Hold, "/interlock hold 1"))


async def test_one_that_has_ended(journey: Journey) -> None:
    """There is nothing left to hold."""
    await journey.go()
    assert "has ended already" in told(await journey.say(Hold, "/interlock hold 1"))


async def test_a_deploy(journey: Journey) -> None:
    """Only traffic can stay half-way."""
    await _deploy(journey, PROD)
    assert "is a deploy" in told(await journey.say(Hold, "/interlock hold 1"))
