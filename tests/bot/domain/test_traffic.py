"""Weights, and what they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.colour import Colour
from bot.domain.traffic import Exposure, Health, Seen, Weights

BLUE, GREEN = Colour.BLUE, Colour.GREEN


@pytest.mark.parametrize(
    ("blue", "green", "active", "part"),
    [
        pytest.param(100, 0, BLUE, 0, id="all of it"),
        pytest.param(0, 1, GREEN, 100, id="all of it by any weight"),
        pytest.param(3, 1, None, 25, id="parts of their sum"),
        pytest.param(99, 1, None, 1, id="a little is not nothing"),
        pytest.param(0, 0, None, 0, id="nothing"),
    ],
)
def test_weights(blue: int, green: int, active: Colour | None, part: float) -> None:
    """A colour is active where it gets everything, and gets its part of the sum."""
    weights = Weights(blue=blue, green=green)
    assert (weights.active, weights.part(GREEN)) == (active, part)
    assert (weights.of(BLUE), weights.of(GREEN)) == (blue, green)
    assert str(weights) == f"blue {blue}, green {green}"


@given(colour=st.sampled_from(Colour), part=st.integers(0, 100))
def test_giving(colour: Colour, part: int) -> None:
    """What is given to one is left to the other."""
    weights = Weights.giving(colour, part)
    assert weights.part(colour) == part
    assert weights.part(colour.other) == 100 - part


def test_no_weight_is_less_than_nothing() -> None:
    """Nor can more than all be given."""
    with pytest.raises(ValidationError):
        Weights(blue=-1, green=0)
    with pytest.raises(ValidationError):
        Weights.giving(GREEN, 101)


def test_health_is_of_a_colour() -> None:
    """Where nothing can be counted there is none."""
    well = Health(healthy=2, total=2)
    seen = Seen(weights=Weights(blue=1, green=0), green=well)
    assert (seen.health(BLUE), seen.health(GREEN)) == (None, well)


def test_those_whom_fewest_meet_come_first() -> None:
    """The order of the words is the order in which services move."""
    assert tuple(Exposure) == (Exposure.NONE, Exposure.INTERNAL, Exposure.PUBLIC)
