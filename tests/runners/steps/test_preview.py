"""PREVIEW: every move is listed before anybody votes, and what cannot be moved and brought back is refused."""

from datetime import timedelta

import pytest

from bot.domain.errors import TrafficBroken, TrafficRefused
from bot.domain.request import Emergency, Wish
from bot.domain.run import Outcome, StepName
from bot.domain.traffic import Health, Weights
from handlers.cancel import Cancel
from runners.steps import Go
from runners.steps.preview import Preview
from tests.fakes.yard import NEW, OLD, Journey, estate


async def test_what_people_vote_on(journey: Journey) -> None:
    """Each move with where it begins, bound to exactly this run and these places."""
    await journey.begin()
    await journey.walk(until=StepName.IDLE)
    bound = await journey.kit.bound(await journey.run())
    assert [(move.service, move.before, move.after) for move in bound.moves] == [
        ("jobs", OLD, NEW),
        ("admin", OLD, NEW),
        ("store", OLD, Weights(blue=90, green=10)),
        ("store", Weights(blue=90, green=10), Weights(blue=50, green=50)),
        ("store", Weights(blue=50, green=50), NEW),
    ]
    assert journey.yard.written == []


async def test_asked_again_after_a_crash(journey: Journey) -> None:
    """What people may have seen already stays as it is."""
    await journey.begin()
    await journey.walk(until=StepName.IDLE)
    before = await journey.kit.bound(await journey.run())
    journey.yard.weights["store"] = Weights(blue=70, green=30)
    assert await Preview(journey.kit).do(await journey.run()) == Go()
    assert await journey.kit.bound(await journey.run()) == before


async def test_only_some_services_and_other_steps(journey: Journey) -> None:
    """As it was asked for."""
    await journey.begin(services=("store",), steps=(25, 100))
    await journey.walk(until=StepName.IDLE)
    moves = (await journey.kit.bound(await journey.run())).moves
    assert [(move.service, move.after.green) for move in moves] == [("store", 25), ("store", 100)]


@pytest.mark.parametrize(
    ("weights", "mixed", "health", "why"),
    [
        pytest.param(NEW, "", None, "goes to green already", id="there already"),
        pytest.param(OLD, "", Health(healthy=0, total=0), "there are no targets", id="nobody there"),
        pytest.param(Weights(blue=0, green=0), "", None, "neither colour gets anything", id="nowhere"),
        pytest.param(OLD, "rule 1: blue 1; rule 2: blue 2", None, "could not come back", id="in two places"),
    ],
)
async def test_refused(
    journey: Journey, weights: Weights, mixed: str, health: Health | None, why: str
) -> None:
    """Nobody is asked about what cannot be done."""
    journey.yard.weights["store"] = weights
    if mixed:
        journey.yard.mixed["store"] = mixed
    if health:
        journey.yard.health["store green"] = health
    run = await journey.go(services=("store",))
    assert (run.outcome, why in run.text) == (Outcome.REFUSED, True), run.text


@pytest.mark.parametrize("trouble", [TrafficRefused("no such target group"), TrafficBroken("silence")])
async def test_what_cannot_be_looked_at(journey: Journey, trouble: Exception) -> None:
    """It ends, and says why; nothing was moved."""
    journey.yard.looks["admin"] = [trouble]
    run = await journey.go()
    assert (run.outcome, run.text, journey.yard.written) == (Outcome.FAILED, str(trouble), [])


async def test_a_class_without_a_rule(journey: Journey) -> None:
    """The law has no place for it."""
    known = journey.kit.estate
    classes = {name: rule for name, rule in known.classes.items() if name != "significant"}
    journey.changed(known.model_copy(update={"classes": classes}))
    run = await journey.go()
    assert (run.outcome, "no rule for significant changes" in run.text) == (Outcome.REFUSED, True)


async def test_a_service_that_is_gone(journey: Journey) -> None:
    """While it waited in the queue the estate has lost it."""
    run = await journey.go(services=("gone",))
    assert run.outcome is Outcome.FAILED
    assert run.text == (
        "The estate has no service gone in prod any more, so nothing says how to steer it: "
        "put it back, and start Interlock again."
    )


async def test_stopped_before_it_began(journey: Journey) -> None:
    """Nothing is looked at any more."""
    await journey.begin()
    await journey.say(Cancel, "/interlock cancel 1")
    run = await journey.walk()
    assert (run.outcome, run.text) == (Outcome.CANCELLED, "Nothing was moved.")


async def test_an_emergency_is_said_aloud(journey: Journey) -> None:
    """Before anything else."""
    await journey.begin(wish=Wish(emergency=Emergency(ticket="INC-1", reason="fire")))
    await journey.walk(until=StepName.IDLE)
    assert journey.words.told[:2] == ["status", "override ()"]


async def test_one_that_never_may_begin(journey: Journey) -> None:
    """Nobody is asked for votes on it."""
    shut = {"votes": 0, "windows": ()}
    journey.changed(estate(classes={"significant": shut}))
    run = await journey.go(wish=Wish(at=journey.clock.now() + timedelta(hours=1)))
    assert run.outcome is Outcome.REFUSED
