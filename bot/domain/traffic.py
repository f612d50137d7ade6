"""Where the traffic of a service goes, as far as weights tell, and how it moves."""

from enum import StrEnum
from typing import Self

from pydantic import AwareDatetime, NonNegativeInt

from bot.domain.colour import Colour
from bot.domain.value import Value


class Exposure(StrEnum):
    """Who meets a service, in the order in which services move: those that fewest people meet go first."""

    #: Nobody: scheduled jobs.
    NONE = "none"
    #: People and programs of the company.
    INTERNAL = "internal"
    #: Everybody.
    PUBLIC = "public"


class Weights(Value):
    """What the two colours weigh, as it is written where traffic is steered; a weight is not a share of traffic."""

    blue: NonNegativeInt
    green: NonNegativeInt

    def of(self, colour: Colour) -> int:
        """What *colour* weighs."""
        return self.blue if colour is Colour.BLUE else self.green

    def part(self, colour: Colour) -> float:
        """The part of new traffic that *colour* is to get, from 0 to 100; 0 where nothing weighs anything."""
        whole = self.blue + self.green
        return 100 * self.of(colour) / whole if whole else 0.0

    @property
    def active(self) -> Colour | None:
        """The colour that gets all traffic; `None` where both get some, or neither."""
        if bool(self.blue) is bool(self.green):
            return None
        return Colour.BLUE if self.blue else Colour.GREEN

    @classmethod
    def giving(cls, colour: Colour, part: int) -> Self:
        """Give *colour* so many of a hundred parts, and the other one the rest."""
        return cls(blue=part, green=100 - part) if colour is Colour.BLUE else cls(blue=100 - part, green=part)

    def __str__(self) -> str:
        """`blue 90, green 10`."""
        return f"blue {self.blue}, green {self.green}"


class Health(Value):
    """The targets of one colour."""

    healthy: NonNegativeInt
    total: NonNegativeInt
    #: What the unhealthy ones say, in a few words; empty where all are well.
    why: str = ""


class Seen(Value):
    """What a switcher found when it looked."""

    weights: Weights
    #: `None` where this kind of switcher has no targets of its own.
    blue: Health | None = None
    green: Health | None = None
    #: Seconds for which a client stays with the colour that it met first; 0 where it does not.
    sticky: NonNegativeInt = 0
    #: Where several places move together and do not say the same: what each one says; the weights are their mean.
    mixed: str = ""

    def health(self, colour: Colour) -> Health | None:
        """The targets of *colour*; `None` where there is nothing to count."""
        return self.blue if colour is Colour.BLUE else self.green


class Move(Value):
    """One shift that a switch will make, as people approved it."""

    #: The service's name.
    service: str
    exposure: Exposure
    before: Weights
    after: Weights
    #: It is the last move of its service.
    whole: bool = False


class ShiftState(StrEnum):
    """How far a shift got."""

    #: Begun; it may have been written or not.
    BEGUN = "begun"
    #: Written and read back.
    DONE = "done"
    #: Nothing was written; its text says why.
    FAILED = "failed"
    #: Nobody can say whether it was written.
    UNKNOWN = "unknown"


class Shift(Value):
    """One shift as it was made: of a move, or on the way back."""

    #: Counts all shifts of a run, from 0; a way back counts on.
    index: NonNegativeInt
    #: The place of its move among all moves; `None` on the way back.
    move: NonNegativeInt | None
    service: str
    before: Weights
    after: Weights
    state: ShiftState
    #: What was read back, or found in its place.
    found: Weights | None = None
    #: What happened where it was not done, redacted.
    text: str = ""
    at: AwareDatetime
    ended_at: AwareDatetime | None = None
