import pytest

from bot.domain.colour import Colour
from bot.domain.report import Report, Side
from bot.domain.run import Switching
from bot.render import rung
from tests.fakes.bakes import baked, ladder, rate, switched
from tests.fakes.reports import report, run

BAKE = baked(1, lambda _: (rate(1, 0),), rung=2)


@pytest.mark.parametrize(
    ("told", "name", "sides"),
    [
        pytest.param(report(bake=BAKE), "prod", ("candidate", "baseline"), id="a deploy"),
        pytest.param(switched(BAKE), "storefront at 25 % green", ("green", "blue"), id="a move"),
        pytest.param(
            switched(BAKE, run=run(switch=Switching(colour=Colour.BLUE))),
            "storefront at 75 % blue",
            ("blue", "green"),
            id="the other way",
        ),
        pytest.param(switched(BAKE, moves=ladder()[:1]), "prod", ("green", "blue"), id="an unknown move"),
    ],
)
def test_names(told: Report, name: str, sides: tuple[str, str]) -> None:
    """A rung is named by service, part and colour; a deploy has no colours."""
    assert rung.named(told, BAKE) == name
    assert (rung.side(told, Side.CANDIDATE), rung.side(told, Side.BASELINE)) == sides
