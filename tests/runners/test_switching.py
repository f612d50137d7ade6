"""What a switch works with: its services as the estate has them now, and a digest that names exactly its moves."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.colour import Colour
from bot.domain.errors import TrafficBroken
from bot.domain.estate import BakeSettings
from bot.domain.run import StepName
from bot.domain.traffic import Weights
from runners import switching
from runners.switching import ServiceGone
from tests.fakes.yard import NEW, OLD, Journey, estate


async def test_its_services(journey: Journey) -> None:
    """All of the environment, or those that were asked for; one that is gone is named."""
    run = await journey.begin()
    assert [one.name for one in switching.asked(journey.kit, run)] == ["store", "jobs", "admin"]
    only = await journey.begin(services=("admin",))
    assert [one.name for one in switching.asked(journey.kit, only)] == ["admin"]
    with pytest.raises(ServiceGone, match="no service cart in prod any more"):
        switching.named(journey.kit, run, "cart")


async def test_its_colours(journey: Journey) -> None:
    """Where traffic goes to, and where it comes from."""
    assert switching.colours(await journey.begin()) == (Colour.GREEN, Colour.BLUE)


async def test_looking(journey: Journey) -> None:
    """All at once; the first that cannot be looked at is raised."""
    run = await journey.begin()
    context = await switching.surroundings(journey.kit, run)
    services = switching.asked(journey.kit, run)
    journey.yard.weights["admin"] = NEW
    seen = await switching.look(journey.kit, run, context, services)
    assert {name: one.weights for name, (_, one) in seen.items()} == {"store": OLD, "jobs": OLD, "admin": NEW}
    journey.yard.looks["jobs"] = [TrafficBroken("silence")]
    with pytest.raises(TrafficBroken, match="silence"):
        await switching.look(journey.kit, run, context, services)


class _Outputs:
    """An `Iac` and a `Source` that count how often they are asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def outputs(self, at: Any) -> dict[str, object]:
        self.asked.append("outputs")
        return {"arn": "one"}

    async def resolve(self, ref: str, since: Any) -> Any:
        self.asked.append("resolve")
        return self

    commit = "c" * 40

    async def checkout(self, commit: Any, into: Any) -> None:
        self.asked.append("checkout")
        into.mkdir()


async def test_outputs_are_looked_up_once(journey: Journey) -> None:
    """They are kept with the moves, so that a way back needs neither Terraform nor git."""
    world: Any = _Outputs()
    services = [
        {"name": "jobs", "exposure": "none", "traffic": {"kind": "lever", "arn": "{outputs.arn}"}},
    ]
    journey.changed(estate(services=services))
    journey.kit = replace(journey.kit, iac=world, source=world)
    run = await journey.go()
    assert run.text == ""
    assert world.asked == ["resolve", "checkout", "outputs"]
    assert (await journey.kit.bound(run)).outputs == {"arn": "one"}


async def test_the_digest(journey: Journey) -> None:
    """Another move, another place, another run: other votes."""
    run = await journey.begin()
    await journey.walk(until=StepName.IDLE)
    moves = (await journey.kit.bound(run)).moves
    places = {"store": "lever store"}
    one = switching.digest(run, moves, places)
    assert one == switching.digest(run, moves, dict(places))
    other = moves[0].model_copy(update={"before": Weights(blue=99, green=1)})
    assert (
        len({one, switching.digest(run, (other, *moves[1:]), places), switching.digest(run, moves, {})}) == 3
    )
    assert switching.digest(run.model_copy(update={"id": 9}), moves, places) != one


@pytest.mark.parametrize(("double", "seconds"), [(False, 10), (True, 20)])
async def test_longer(journey: Journey, double: bool, seconds: int) -> None:
    """Twice the time where the law says so."""
    run = await journey.begin()
    await journey.walk(until=StepName.IDLE)
    bound = await journey.kit.bound(run)
    bound = bound.model_copy(update={"ask": bound.ask.model_copy(update={"double_bake": double})})
    settings = BakeSettings(**{"for": timedelta(seconds=10)})
    assert switching.longer(settings, bound).for_ == timedelta(seconds=seconds)
    watched = switching.watched(journey.kit, run, bound, 0)
    assert watched is not None
    assert watched.for_ == timedelta(seconds=seconds)


async def test_what_is_told_of_a_hold(journey: Journey) -> None:
    """Once when it begins, and once when it is over."""
    run = await journey.begin()
    stays = run.model_copy(update={"held": "because"})
    await journey.journal.hold(run.id, "because", None, journey.clock.now())
    told = ""
    for now in (run, stays, stays, run, run):
        told = await switching.told(journey.kit, now, told)
    assert journey.aloud == ["held", "released"]
