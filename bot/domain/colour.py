"""The two parallel stacks of a service."""

from enum import StrEnum


class Colour(StrEnum):
    """Which of the two stacks is meant; neither is better than the other."""

    BLUE = "blue"
    GREEN = "green"

    @property
    def other(self) -> "Colour":
        """The one that this is not."""
        return Colour.GREEN if self is Colour.BLUE else Colour.BLUE
