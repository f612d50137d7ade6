"""What steers traffic between two colours: what every switcher has in common.

A switcher compares what is there with what is expected before it writes, and reads back afterwards. What it writes is a
state and no step, so that writing it again changes nothing; only who wrote in between must be known.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

from bot.domain.errors import TrafficRefused
from bot.domain.estate import SwitcherSettings
from bot.domain.traffic import Seen, Weights
from runners.context import Context, fill, unknown


class Switcher(ABC):
    """One place where the traffic of one service is steered; a subclass is a kind."""

    #: What the estate may say about this kind.
    Settings: ClassVar[type[SwitcherSettings]]
    #: Each colour can get a part of the traffic; else only all or nothing.
    gradual: ClassVar[bool] = True

    def __init__(self, settings: SwitcherSettings, context: Context) -> None:
        """Put the outputs of *context* into the *settings*; raises `TrafficRefused` where one is not there."""
        self.settings, missing = fill(settings, context)
        if missing:
            msg = f"{unknown(missing)}. Nothing was written."
            raise TrafficRefused(msg)
        self.context = context

    @property
    @abstractmethod
    def place(self) -> str:
        """Where it is steered, for people: `listener app/main/50dc6c495c0c9188`; never a secret."""

    @abstractmethod
    async def look(self) -> Seen:
        """Where traffic goes now.

        Raises `TrafficRefused` where this is not the service's place (no such target group, another service's, a third
        one beside the two, access denied), and `TrafficBroken` where nobody answers.
        """

    @abstractmethod
    async def shift(self, expected: Weights, to: Weights) -> Weights:
        """Write *to* where *expected* still stands, and give what is read back afterwards, which is *to*.

        Where *to* stands there already nothing is written. Raises `TrafficMoved` where other weights are there (nothing
        is written), or are read back; `TrafficRefused` where AWS says no; `TrafficBroken` where nothing was written;
        `TrafficUnknown` where nobody can say.
        """
