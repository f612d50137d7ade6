"""What a run is, by what its row says."""

from typing import Any

import pytest

from bot.domain import run as runs
from bot.domain.colour import Colour
from bot.domain.request import Emergency, Wish
from bot.domain.run import DEPLOY, SWITCH, SWITCH_BY_PLAN, StepName, Switching
from bot.domain.value import RunId
from tests.fakes.reports import NOON, run

TO_GREEN, BACK = Switching(colour=Colour.GREEN), Switching(colour=Colour.BLUE, back=RunId(7))


@pytest.mark.parametrize(
    ("differs", "back", "passes", "by_plan"),
    [
        pytest.param({}, None, False, False, id="a deploy"),
        pytest.param({"reverts": RunId(7)}, 7, True, False, id="a deploy taken back"),
        pytest.param({"wish": Wish(emergency=Emergency(ticket="INC-1", reason="fire"))}, None, True, False, id="an emergency"),
        pytest.param({"recipe": SWITCH, "switch": TO_GREEN}, None, False, False, id="a switch"),
        pytest.param({"recipe": SWITCH, "switch": BACK}, 7, True, False, id="a switch taken back"),
        pytest.param({"recipe": SWITCH_BY_PLAN, "switch": TO_GREEN}, None, False, True, id="a switch by a plan"),
    ],
)  # fmt: skip
def test_what_it_is(differs: dict[str, Any], back: int | None, passes: bool, by_plan: bool) -> None:
    """A way back and an emergency go past locks; a plan moves everything in one piece."""
    found = run(**differs)
    assert (found.back, found.passes, found.by_plan) == (back, passes, by_plan)


def test_it_is_open_until_it_ends() -> None:
    """Whatever stage it is in."""
    assert run().open
    assert not run(ended_at=NOON).open


def test_recipes() -> None:
    """What is only looked at changes nothing, what changes something asks before it, and a way back waits for no window."""
    changing = {StepName.APPLY, StepName.SHIFT}
    recipes = {
        name: value for name, value in vars(runs).items() if name.isupper() and isinstance(value, tuple)
    }
    assert len(recipes) == 8
    for name, recipe in recipes.items():
        assert len(set(recipe)) == len(recipe)
        acts = [place for place, step in enumerate(recipe) if step in changing]
        assert bool(acts) is ("DRY_RUN" not in name), name
        assert all(recipe.index(StepName.APPROVE) < place for place in acts), name
        assert (StepName.WINDOW in recipe) is (bool(acts) and "BACK" not in name), name
    assert DEPLOY[-1] is StepName.BAKE
