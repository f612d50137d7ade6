"""What a bake looks at: both colours while both get traffic, and only what was seen once a move was made."""

from datetime import timedelta

import pytest

from bot.domain.errors import TrafficBroken, TrafficRefused
from bot.domain.report import Counted, Evidence, Sample, Side
from bot.domain.run import Run
from runners import watching
from runners.watching import Watched
from tests.fakes.town import NOON
from tests.fakes.yard import Journey, baking

AT = "error_rate"


async def _rung(journey: Journey, rung: int) -> tuple[Run, Watched]:
    """What is watched after that move, while it is."""
    found: list[Watched] = []

    async def look(there: Journey) -> None:
        run = await there.run()
        bound = await there.kit.bound(run)
        settings = there.kit.estate.watched(run.environment, bound.moves[rung].service)
        assert settings is not None
        found.append(await watching.of_switch(there.kit, run, settings, bound.moves[rung]))

    journey.when(baking(rung), look)
    run = await journey.go()
    return run, found[0]


async def test_both_colours_while_both_get_traffic(journey: Journey) -> None:
    """Each metric of each, in an order that stays."""
    _, watched = await _rung(journey, 2)
    assert [side for side, _ in watched.metrics] == [Side.CANDIDATE, Side.BASELINE]
    assert watched.recorded == {}


async def test_what_was_before_stands_in_for_a_colour_without_traffic(journey: Journey) -> None:
    """At the last rung the old colour is seen no more."""
    _, watched = await _rung(journey, 4)
    assert [side for side, _ in watched.metrics] == [Side.CANDIDATE]
    assert watched.recorded[AT].requests > 0


@pytest.mark.parametrize("trouble", [TrafficBroken("silence"), TrafficRefused("AccessDenied")])
async def test_what_steers_is_silent(journey: Journey, trouble: Exception) -> None:
    """Shares are not compared then; everything else is looked at."""
    journey.yard.looks["store"] = [None, None, None, trouble]
    run, watched = await _rung(journey, 2)
    assert watched.way is None
    assert len(watched.metrics) == 2
    assert run.outcome is not None


async def test_only_what_was_seen_after_the_move_counts(journey: Journey) -> None:
    """Before that nobody knew whether it was made."""
    _, watched = await _rung(journey, 2)
    assert watched.since is not None
    samples = [
        Sample(index=place, at=watched.since + timedelta(seconds=seconds), evidence=())
        for place, seconds in enumerate((-5, 0, 5))
    ]
    assert watched.of_it(samples) == samples[1:]


def test_counted() -> None:
    """Everything of one side, by metric; what is missing is nothing."""
    seen = Evidence(metric=AT, requests=10, errors=1)
    other = seen.model_copy(update={"side": Side.BASELINE})
    samples = [
        Sample(index=0, at=NOON, evidence=(seen, other)),
        Sample(index=1, at=NOON, evidence=(seen, Evidence(metric=AT, missing="away"))),
    ]
    assert watching.counted(samples, Side.CANDIDATE) == {AT: Counted(requests=20, errors=2)}
    assert watching.counted(samples, Side.BASELINE) == {AT: Counted(requests=10, errors=1)}
    assert watching.counted([], Side.CANDIDATE) == {}
