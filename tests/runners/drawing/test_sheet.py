import io

import pytest
from PIL import Image

from runners.drawing.sheet import MARGIN, WIDTH, Sheet


@pytest.fixture
def sheet() -> Sheet:
    return Sheet()


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        pytest.param("short", ["short"], id="one line"),
        pytest.param("several words that break", ["several words", "that break"], id="two lines"),
        pytest.param("several words that break and go on", ["several words", "that break …"], id="too many"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_wrapped(sheet: Sheet, words: str, lines: list[str]) -> None:
    """Between words, and an ellipsis stands for the rest."""
    assert sheet.wrapped(words, sheet.width("several words ", 30), 30, lines=2) == lines


def test_a_word_that_is_too_long(sheet: Sheet) -> None:
    """It is cut off rather than run over the edge."""
    (line,) = sheet.wrapped("x" * 500, 300, 30, lines=3)
    assert line.endswith("x…")
    assert sheet.width(line, 30) <= 300


def test_it_ends_where_the_writing_ends(sheet: Sheet) -> None:
    """With a margin around everything."""
    sheet.y = 200
    image = Image.open(io.BytesIO(sheet.png()))
    assert image.size == (WIDTH, 200 + MARGIN)
