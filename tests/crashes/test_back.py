"""A deploy whose bake fails goes back by itself, once, whatever is killed on the way; and a person may ask for it."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.domain.run import Outcome, Run
from bot.domain.value import EnvironmentName, RunId
from tests.crashes.world import ANA, DEPLOYS, INCIDENTS, PATIENCE, World, until, world

PROD = EnvironmentName("prod")
START = "    on_bad_bake: start\n"
Moment = Callable[[World], Awaitable[None]]


async def _bad(place: World) -> str:
    """Run 1 is good, and run 2 brings something that fails its bake; gives what was good."""
    await place.deploy("prod")
    await place.vote()
    first = await place.ended()
    assert first.outcome is Outcome.DONE, first.text
    await place.deploy("prod", "next")
    place.service.error_rates["prod/metrics"] = 0.5
    await place.vote()
    return first.commit or ""


async def _row(place: World, number: int) -> Run | None:
    return await (await place.store()).run(RunId(number))


async def _mended(place: World, number: int) -> None:
    """As soon as run *number* is there, what was good is good again."""

    async def met() -> bool:
        return await _row(place, number) is not None

    await until(met)
    place.service.error_rates.clear()
    place.number = number


async def _nothing(place: World) -> None:
    """Let it be."""


async def _killed_at_the_end(place: World) -> None:
    await place.kill()
    await place.start()


async def _killed_in_the_apply(place: World) -> None:
    await place.recorded("run.planned")
    await place.kill()
    await place.start()


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(_nothing, id="undisturbed"),
        pytest.param(_killed_at_the_end, id="killed as it begins"),
        pytest.param(_killed_in_the_apply, id="killed with its plan"),
    ],
)
async def test_it_goes_back_by_itself(tmp_path: Path, database_url: str, then: Moment) -> None:
    """By a run of its own, without votes, to the very commit that was good; both channels hear of it."""
    async with world(tmp_path, database_url, {"prod": "1s"}, also=START) as place:
        good = await _bad(place)
        await _mended(place, 3)
        await then(place)
        run = await place.ended()
        bad = await _row(place, 2)
        assert bad is not None
        assert (bad.outcome, run.back, run.commit) == (Outcome.FAILED, 2, good)
        assert (run.outcome, await place.wrong()) == (Outcome.DONE, []), run.text
        assert await _row(place, 4) is None
        assert [review.run for review in await (await place.store()).reviews()] == [3]
        # As long as it is under way it “takes”; the same message says later that it “took”.
        await place.playground.until(
            lambda: place.said(INCIDENTS, "prod: bake failed, and run 3 t"), PATIENCE
        )
        await place.playground.until(lambda: place.said(INCIDENTS, "prod: run 3 took run 2 back"), PATIENCE)
        assert place.said(DEPLOYS, "prod: done. Run 3")
        assert "Traceback" not in place.log()


async def test_somebody_asks_for_it(tmp_path: Path) -> None:
    """The button on the end of a bad run; it goes past a lock of somebody else, and the button is gone then."""
    async with world(tmp_path, "", {"prod": "1s"}) as place:
        await _bad(place)
        run = await place.ended()
        assert run.outcome is Outcome.FAILED, run.text
        outcome = await place.playground.command("U0BEN", DEPLOYS, "/interlock", "lock prod 1h mine")
        assert outcome.error is None
        await until(lambda: _locked(place))
        (message,) = place.last_words()
        outcome = await place.playground.click(ANA, DEPLOYS, message.ts, "say_rollback")
        assert outcome.error is None
        await _mended(place, 3)
        run = await place.ended()
        assert (run.outcome, run.back, run.by.user) == (Outcome.DONE, 2, ANA), run.text
        assert await place.wrong() == []
        place.number = 2
        await place.playground.until(lambda: "took it back" in f"{place.last_words()[0].blocks}", PATIENCE)
        assert "say_rollback" not in f"{place.last_words()[0].blocks}"
        assert place.said(INCIDENTS, "prod goes back: run 3 takes run 2 back")


async def _locked(place: World) -> bool:
    found = await (await place.store()).record()
    return "lock.taken" in {entry.event for entry in found}
