"""The switcher that only looks."""

import dataclasses

import pytest

from bot.domain import variable
from bot.domain.errors import TrafficRefused
from bot.domain.traffic import Seen, Weights
from bot.kinds import SWITCHERS
from runners.context import Context
from runners.traffic.terraform_variable import TerraformVariable

BLUE, GREEN = Weights(blue=100, green=0), Weights(blue=0, green=100)


def switcher(context: Context, outputs: dict[str, object]) -> TerraformVariable:
    """Steer by `active_color`."""
    settings = TerraformVariable.Settings(kind=variable.KIND, variable="active_color", output="active_color")
    return TerraformVariable(settings, dataclasses.replace(context, outputs=outputs))


def test_the_kind_is_the_file() -> None:
    """What the domain calls it is what the estate may write."""
    assert SWITCHERS[variable.KIND] is TerraformVariable


@pytest.mark.parametrize(("said", "weights"), [("blue", BLUE), ("green", GREEN)])
async def test_look(context: Context, said: str, weights: Weights) -> None:
    """All traffic goes to the colour that the output says."""
    assert await switcher(context, {"active_color": said}).look() == Seen(weights=weights)


@pytest.mark.parametrize("outputs", [{}, {"active_color": "purple"}, {"active_color": None}])
async def test_nobody_knows(context: Context, outputs: dict[str, object]) -> None:
    """Another word, or none, is no colour: guards fail closed."""
    with pytest.raises(TrafficRefused, match="nobody knows which colour is live"):
        await switcher(context, outputs).look()


async def test_it_is_not_written(context: Context) -> None:
    """Only a plan moves it."""
    with pytest.raises(TrafficRefused, match="root variable active_color moves by a plan alone"):
        await switcher(context, {"active_color": "blue"}).shift(BLUE, GREEN)
