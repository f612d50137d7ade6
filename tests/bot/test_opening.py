"""What is gathered at the door before the law is asked."""

from functools import partial
from typing import Any

import pytest

from bot import opening
from bot.domain.colour import Colour
from bot.domain.permission import Capability
from bot.domain.request import Deploy, Switch
from bot.domain.value import EnvironmentName, GroupName
from tests.fakes.town import INCIDENTS, Town
from tests.fakes.yard import PROD, Journey, journey

__all__ = ["journey"]


@pytest.fixture
def origin(journey: Journey) -> Any:
    """Ana, in the incident channel."""
    return Town(journey.journal, journey.kit.estate).spoken("/switch prod green", channel=INCIDENTS)


async def _gathered(journey: Journey, origin: Any, asked: Deploy | Switch) -> Any:
    return await opening.facts(
        asked,
        origin,
        estate=journey.kit.estate,
        journal=journey.journal,
        clock=journey.clock,
        directory=journey.book,
        calendars=journey.wall,
    )


async def test_a_switch(journey: Journey, origin: Any) -> None:
    """Its services, who may ask, who holds it, and when it may run."""
    run = await journey.begin()
    found = await _gathered(journey, origin, Switch(environment=PROD, colour=Colour.GREEN))
    assert set(found.services) == {"store", "jobs", "admin"}
    assert (found.requesters, found.holder) == ((GroupName("platform"),), run)
    assert found.timetables


async def test_a_dry_run_may_be_asked_for_at_any_time(journey: Journey, origin: Any) -> None:
    """Windows are no matter then."""
    asked = Switch(environment=PROD, colour=Colour.GREEN, dry_run=True)
    assert not (await _gathered(journey, origin, asked)).timetables


async def test_an_unknown_environment(journey: Journey, origin: Any) -> None:
    """Nobody may do anything there."""
    asked = Switch(environment=EnvironmentName("nowhere"), colour=Colour.GREEN)
    found = await _gathered(journey, origin, asked)
    assert (found.requesters, found.services) == ((), ())
    assert found.now is not None


async def test_asking(journey: Journey, origin: Any) -> None:
    """Whoever asks, and whether they are in a group that may; said where the environment says."""
    look = partial(opening.asking, origin, estate=journey.kit.estate, directory=journey.book)
    platform = GroupName("platform")
    anywhere, there = await look(), await look(PROD, (platform,))
    assert (len(anywhere.requesters), len(anywhere.who.groups)) == (0, 0)
    assert (*there.requesters, *there.who.groups) == (platform, platform)
    assert there.channels == journey.kit.estate.asked_in(PROD)


async def test_a_channel_of_which_nobody_can_say_who_reads_it(journey: Journey, origin: Any) -> None:
    """It is named, so that the law can refuse it."""
    journey.book.answers = False
    found = await _gathered(journey, origin, Switch(environment=PROD, colour=Colour.GREEN))
    assert INCIDENTS in found.unknown


async def test_on_the_way(journey: Journey, origin: Any) -> None:
    """Whoever wants something done to a run, and whether that run goes back already."""

    async def look() -> Any:
        return await opening.on_the_way(
            await journey.run() if await journey.journal.open_runs() or journey.yard.written else None,
            Capability.SWITCH,
            origin,
            estate=journey.kit.estate,
            journal=journey.journal,
            directory=journey.book,
            clock=journey.clock,
        )

    assert (await look()).requesters == ()
    journey.yard.evidence["jobs green"] = "bad"
    run = await journey.begin()
    found = await look()
    assert (found.run, found.requesters, found.returning) == (run, (GroupName("platform"),), False)
    await journey.walk()
    assert (await look()).returning
