"""What a move is watched by: both colours while both get traffic, else whatever can still be judged."""

from datetime import timedelta

import pytest

from bot.domain.run import Outcome
from bot.domain.traffic import Weights
from handlers.cancel import Cancel
from tests.fakes.yard import NEW, Journey, baking, estate, held


def compared(**lines: float) -> dict[str, object]:
    """A bake of ten seconds in which the colours are compared."""
    return {
        "for": timedelta(seconds=10),
        "every": timedelta(seconds=2),
        "min_requests": 100,
        "watch": [{"source": "seen", "metric": "error_rate", "worse_than_baseline": 1.5, **lines}],
    }


@pytest.mark.parametrize(
    "steps", [pytest.param((10, 50, 100), id="by a ladder"), pytest.param((100,), id="all at once")]
)
async def test_a_line_beside_a_comparison(journey: Journey, steps: tuple[int, ...]) -> None:
    """Where the other colour has nothing left to be compared with, the line judges, and nobody has to be asked."""
    journey.changed(estate(switch={"steps": steps, "bake": compared(at_most=0.05)}))
    run = await journey.go()
    assert (run.outcome, journey.over, journey.aloud) == (Outcome.DONE, True, [])


async def test_a_line_that_is_crossed_all_at_once(journey: Journey) -> None:
    """It judges indeed."""
    journey.changed(estate(switch={"steps": (100,), "bake": compared(at_most=0.05)}))
    journey.yard.evidence["store green"] = "bad"
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.RETURNED, True)
    assert "at most 5.00% allowed" in run.text


async def test_nothing_but_a_comparison(journey: Journey) -> None:
    """With nothing to compare with, nobody knows, and people are asked."""
    journey.changed(estate(switch={"steps": (100,), "bake": compared()}))

    async def back(there: Journey) -> None:
        await there.say(Cancel, str(there.number))

    journey.when(held, back)
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.CANCELLED, True)
    assert journey.said[0] == "no baseline of error_rate was seen to compare with."


async def test_evidence_that_somebody_elses_weights_explain(journey: Journey) -> None:
    """People are shown the weights, and not only what was counted."""
    theirs, ours = Weights(blue=30, green=70), Weights(blue=50, green=50)
    journey.changed(estate(switch={"steps": (10, 50, 100), "bake": compared(at_most=0.05)}))

    async def meddle(there: Journey) -> None:
        there.yard.weights["store"] = theirs

    async def mend(there: Journey) -> None:
        there.yard.weights["store"] = ours
        await there.say(Cancel, str(there.number))

    journey.when(baking(3), meddle)
    journey.when(held, mend)
    run = await journey.go()
    assert journey.said[0] == (
        "store: Somebody else changed the weights: blue 50, green 50 was expected, blue 30, green 70 is there."
    )
    assert (run.outcome, journey.yard.weights["jobs"] == NEW) == (Outcome.CANCELLED, False)
