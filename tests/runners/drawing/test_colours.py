"""The figures of the Web Content Accessibility Guidelines, and of how colour-blind people see."""

import math
from itertools import combinations

import pytest

from bot.domain.chart import Curve, Role
from bot.domain.colour import Colour
from runners.drawing import colours

#: What is left of red, green and blue in light, by Machado, Oliveira and Fernandes (2009), at full severity.
BLINDNESS = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
Light = tuple[float, float, float]


def light(colour: str) -> Light:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)
    ]
    return linear[0], linear[1], linear[2]


def luminance(seen: Light) -> float:
    return 0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(light(one)), luminance(light(other))))
    return (high + 0.05) / (low + 0.05)


def apart(one: Light, other: Light) -> float:
    """How far two lights are apart, as the eye feels it: CIE 1976 in its L*a*b*."""

    def lab(seen: Light) -> Light:
        red, green, blue = (max(0.0, part) for part in seen)
        white = (
            (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
            0.2126 * red + 0.7152 * green + 0.0722 * blue,
            (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
        )
        x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in white)
        return 116 * y - 16, 500 * (x - y), 200 * (y - z)

    return math.dist(lab(one), lab(other))


@pytest.mark.parametrize("colour", [colours.TEXT, colours.QUIET])
def test_words_on_the_ground(colour: str) -> None:
    """4.5 to 1 is what the guidelines ask for words."""
    assert contrast(colour, colours.GROUND) >= 4.5


@pytest.mark.parametrize("colour", [*colours.VERDICTS.values(), colours.QUIET])
def test_words_on_a_badge(colour: str) -> None:
    """The same, and the badge is told from the ground."""
    assert contrast(colours.INK, colour) >= 4.5
    assert contrast(colour, colours.GROUND) >= 3


@pytest.mark.parametrize(
    "colour",
    [*colours.COLOURS.values(), *colours.ROLES.values(), colours.LIMIT, colours.QUIET, colours.HATCH],
)
def test_lines_on_the_ground(colour: str) -> None:
    """3 to 1 is what they ask for whatever else has a meaning."""
    assert contrast(colour, colours.GROUND) >= 3


@pytest.mark.parametrize("kind", BLINDNESS)
@pytest.mark.parametrize(
    "together",
    [
        pytest.param((*colours.COLOURS.values(), colours.LIMIT), id="a switch"),
        pytest.param(tuple(colours.ROLES.values()), id="a deploy"),
    ],
)
def test_lines_that_meet(kind: str, together: tuple[str, ...]) -> None:
    """Whoever sees colours differently still sees different ones; strokes and marks differ besides."""

    def seen(colour: str) -> Light:
        red, green, blue = light(colour)
        row = [sum(a * b for a, b in zip(each, (red, green, blue), strict=True)) for each in BLINDNESS[kind]]
        return row[0], row[1], row[2]

    assert all(apart(seen(one), seen(other)) > 10 for one, other in combinations(together, 2))


def test_of() -> None:
    """Green traffic is green, whichever side it is on; without colours the side decides."""
    green = Curve(role=Role.BASELINE, label="green", colour=Colour.GREEN, values=())
    assert colours.of(green) == colours.COLOURS[Colour.GREEN]
    assert colours.of(green.model_copy(update={"colour": None})) == colours.ROLES[Role.BASELINE]
