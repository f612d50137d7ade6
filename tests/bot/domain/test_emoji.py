import pytest

from bot.domain import emoji


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("+1::skin-tone-2", "+1"),
        ("thumbsup", "+1"),
        ("thumbsdown::skin-tone-6", "-1"),
        (":x:", "x"),
        ("white_check_mark", "white_check_mark"),
        ("heavy_check_mark", "heavy_check_mark"),
    ],
)
def test_canonical(sent: str, name: str) -> None:
    """Skin tones and aliases go; another picture stays another picture."""
    assert emoji.canonical(sent) == name
