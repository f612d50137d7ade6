import pytest

from bot.playground.talk import emoji


@pytest.mark.parametrize(
    ("written", "name"),
    [
        pytest.param(":white_check_mark:", "white_check_mark", id="colons"),
        pytest.param("x", "x", id="bare"),
        pytest.param("✅", "white_check_mark", id="picture"),
        pytest.param("👍", "+1", id="the first of two names"),
        pytest.param("✔\N{VARIATION SELECTOR-16}", "heavy_check_mark", id="picture with a selector"),
    ],
)
def test_name(written: str, name: str) -> None:
    """However people write an emoji, Slack knows it by one name."""
    assert emoji.name(written) == name


def test_picture_keeps_what_it_does_not_know() -> None:
    """A name without a picture stays readable."""
    assert (emoji.picture("x"), emoji.picture("own_thing")) == ("❌", ":own_thing:")
