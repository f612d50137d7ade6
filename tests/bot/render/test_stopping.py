"""What somebody reads who asked a run to stop."""

import pytest

from bot.domain.run import StepName
from bot.render import stopping
from tests.fakes.reports import by_plan, run


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        pytest.param(StepName.APPROVE, "Nothing will be applied.", id="waiting"),
        pytest.param(StepName.APPLY, "what is done stays done", id="applying"),
        pytest.param(StepName.BAKE, "what was applied stays applied", id="baking"),
        pytest.param(None, "Nothing will be applied.", id="not begun"),
    ],
)
def test_it_says_what_stopping_means_now(stage: StepName | None, expected: str) -> None:
    """How a run stops depends on where it is."""
    assert expected in stopping.message(run(stage=stage), first=True).text


def test_the_second_wish_is_told_so() -> None:
    """Whoever comes second learns that it was asked already."""
    assert "already asked" in stopping.message(run(), first=False).text


def test_what_a_plan_moved_stays() -> None:
    """A switch by a plan goes back by no stop."""
    assert "what was applied stays applied" in stopping.message(by_plan(stage=StepName.BAKE), first=True).text
