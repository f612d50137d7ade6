"""What somebody reads who votes twice."""

from bot.render import noted
from tests.fakes.reports import run


def test_once_is_enough() -> None:
    """The vote stands, and it counts once."""
    assert noted.message(run()).text == "Your vote on run 42 stands already; it counts once."
