from pathlib import Path

import pytest

import runners.traffic as package
from bot.domain.estate import SwitcherSettings
from bot.domain.traffic import Weights
from bot.kinds import SWITCHERS
from runners.traffic import Standing

BLUE, GREEN = Weights(blue=100, green=0), Weights(blue=0, green=100)


def test_a_kind_is_a_file() -> None:
    """Each file has one switcher, with settings that an estate may name."""
    files = {path.stem for path in Path(package.__file__ or "").parent.glob("[a-z]*.py")}
    assert set(SWITCHERS) == files >= {"alb", "route53", "eventbridge_schedules", "http"}
    assert all(issubclass(kind.Settings, SwitcherSettings) for kind in SWITCHERS.values())
    assert not SWITCHERS["eventbridge_schedules"].gradual


@pytest.mark.parametrize(
    ("said", "weights", "mixed"),
    [
        pytest.param([BLUE, BLUE], BLUE, "", id="all agree"),
        pytest.param(
            [Weights(blue=3, green=1)] * 2, Weights(blue=3, green=1), "", id="all agree on other numbers"
        ),
        pytest.param(
            [BLUE, GREEN], Weights(blue=50, green=50), "a: blue 100, green 0; b: blue 0, green 100", id="half"
        ),
        pytest.param(
            [BLUE, Weights(blue=999, green=1)],
            Weights(blue=99, green=1),
            "a: blue 100, green 0; b: blue 999, green 1",
            id="nearly",
        ),
        pytest.param(
            [GREEN, Weights(blue=1, green=999)],
            Weights(blue=1, green=99),
            "a: blue 0, green 100; b: blue 1, green 999",
            id="hardly",
        ),
    ],
)
def test_the_mean_of_several_places(said: list[Weights], weights: Weights, mixed: str) -> None:
    """Where places differ their mean is never all or nothing, and each one is told."""
    standing = Standing(parts=dict(zip("ab", said, strict=True)), raw=None)
    assert (standing.weights, standing.mixed) == (weights, mixed)
