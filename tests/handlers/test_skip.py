"""`/interlock skip`: only in an emergency, only what is waited for, and said aloud."""

from dataclasses import replace

import pytest

from bot.domain.message import Urgency
from handlers.skip import Skip
from tests.fakes.town import Town
from tests.fakes.yard import Journey, held


async def test_it_is_said_aloud(journey: Journey) -> None:
    """Who, which run, and with which ticket and reason; the record has it too."""
    journey.yard.evidence["admin green"] = "none"
    town = Town(journey.journal, journey.kit.estate)
    town.desk = replace(town.desk, clock=journey.clock)

    async def skip(there: Journey) -> None:
        answer = await Skip(town.desk, {}).answer(town.spoken("/interlock skip 1 INC-42 the queue is full"))
        assert answer is None
        assert not (await there.run()).held

    journey.when(held, skip)
    await journey.go()
    (saying,) = town.said.sayings
    assert saying.urgency is Urgency.ALERT
    assert "U0ANA" in saying.message.text
    assert "INC-42 the queue is full" in saying.message.text
    (entry,) = [one for one in await journey.journal.record() if one.event == "bake.skipped"]
    assert (entry.actor, entry.data["rung"], entry.data["ticket"]) == ("T0HOME/U0ANA", 1, "INC-42")


@pytest.mark.parametrize(
    ("said", "by", "why"),
    [
        pytest.param("/interlock skip 1", "ana", "only in an emergency", id="no ticket"),
        pytest.param("/interlock skip 1 whatever because", "ana", "is no ticket here", id="another ticket"),
        pytest.param("/interlock skip 1 INC-1 now", "dana", "skip switches in prod", id="not of the group"),
        pytest.param("/interlock skip 1 INC-1 now", "ana", "watches nothing now", id="nothing is watched"),
        pytest.param("/interlock skip 7 INC-1 now", "ana", "no such run to skip", id="no run"),
    ],
)
async def test_refused(journey: Journey, said: str, by: str, why: str) -> None:
    """It says why, and skips nothing."""
    await journey.begin()
    answer = await journey.say(Skip, said, by=by)
    assert answer is not None
    assert why in answer.text
    assert "bake.skipped" not in {entry.event for entry in await journey.journal.record()}
