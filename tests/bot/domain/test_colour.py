"""Two colours, neither better than the other."""

import pytest

from bot.domain.colour import Colour


@pytest.mark.parametrize("colour", Colour)
def test_the_other(colour: Colour) -> None:
    """Each is the other of its other, and never itself."""
    assert colour.other is not colour
    assert colour.other.other is colour
