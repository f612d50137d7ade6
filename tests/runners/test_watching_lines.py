"""What a move is watched by: both colours while both get traffic, else whatever can still be judged."""

from datetime import timedelta

import pytest

from bot.domain.errors import TrafficMoved
from bot.domain.run import Outcome
from bot.domain.traffic import ShiftState, Weights
from handlers.cancel import Cancel
from handlers.resume import Resume
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


@pytest.mark.parametrize(
    ("then", "times"),
    [
        pytest.param(Weights(blue=30, green=70), 1, id="it goes on from there"),
        pytest.param(Weights(blue=50, green=50), 1, id="somebody has restored it"),
        pytest.param(Weights(blue=90, green=10), 2, id="somebody changes it once more"),
    ],
)
async def test_go_on_means_from_the_weights_that_were_shown(
    journey: Journey, then: Weights, times: int
) -> None:
    """They are what is expected from then on, of the share and of the next move; only others again are asked about again."""
    journey.changed(estate(switch={"steps": (10, 50, 100), "bake": compared(at_most=0.05)}))

    async def meddle(there: Journey) -> None:
        there.yard.weights["store"] = Weights(blue=30, green=70)

    async def go_on(there: Journey) -> None:
        there.yard.weights["store"] = then
        await there.say(Resume, str(there.number))

    journey.when(baking(3), meddle)
    for _ in range(times):
        journey.when(held, go_on)
    run = await journey.go()
    assert (run.outcome, journey.over) == (Outcome.DONE, True), run.text
    assert journey.aloud == ["held", "released"] * times, journey.said


async def test_go_on_after_weights_that_the_next_move_met(journey: Journey) -> None:
    """Where the write finds them, the bake before it goes on and expects them, too."""
    journey.changed(estate(switch={"steps": (10, 50, 100), "bake": compared(at_most=0.05)}))
    theirs, ours = Weights(blue=30, green=70), Weights(blue=50, green=50)

    def meddle() -> Exception:
        journey.yard.weights["store"] = theirs
        return TrafficMoved(ours, theirs)

    async def watched_on(there: Journey) -> bool:
        bake = (await there.report()).bake
        return await held(there) and bake is not None and bake.finding is not None and len(bake.samples) > 12

    journey.yard.before["store"] = [None, None, meddle]
    journey.when(watched_on, lambda there: there.say(Resume, str(there.number)))
    run = await journey.go()
    assert (run.outcome, journey.over) == (Outcome.DONE, True), run.text
    assert journey.aloud == ["held", "released"], journey.said


async def test_what_was_shown_is_a_row_and_an_entry(journey: Journey) -> None:
    """A move that could not be made, with what was found in its place; nothing says that it was begun."""
    journey.changed(estate(switch={"steps": (10, 50, 100), "bake": compared(at_most=0.05)}))

    async def meddle(there: Journey) -> None:
        there.yard.weights["store"] = Weights(blue=30, green=70)

    async def back(there: Journey) -> None:
        there.yard.weights["store"] = Weights(blue=50, green=50)
        await there.say(Cancel, str(there.number))

    journey.when(baking(3), meddle)
    journey.when(held, back)
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.CANCELLED, True), run.text
    shown = [one for one in await journey.journal.shifts(run.id) if one.move == 4]
    assert [(one.state, one.found) for one in shown] == [(ShiftState.FAILED, Weights(blue=30, green=70))]
    said = [
        (one.event, one.data.get("found"))
        for one in await journey.journal.record()
        if one.data.get("index") == shown[0].index
    ]
    assert said == [("shift.failed", "blue 30, green 70")]
