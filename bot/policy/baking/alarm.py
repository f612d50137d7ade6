"""An alarm that somebody else keeps: on is a failure, and an alarm that nobody could ask about is no good sign."""

from datetime import datetime

from bot.domain.report import Sample
from bot.policy.baking.frame import Frame
from bot.policy.baking.presence import Presence
from bot.policy.baking.question import Question, value


class Alarm(Question):
    """One by name."""

    def __init__(self, name: str, frame: Frame) -> None:
        """Begin with nothing seen."""
        self._name = name
        self._there = Presence(frame)
        self._on = False
        self._seen = False

    def look(self, sample: Sample) -> None:
        """Take in its state; one that was on at any look stays on for this bake."""
        found = value(sample, f"alarm {self._name}")
        self._there.note(sample.at, there=found is not None)
        self._seen = self._seen or found is not None
        self._on = self._on or (found is not None and found.value != 0)

    def failed(self, now: datetime) -> str:  # noqa: ARG002 -- the same at any time
        """At once."""
        return f"the alarm {self._name} was on" if self._on else ""

    def lack(self, now: datetime) -> str:
        """Seen well enough."""
        gap = self._there.gap(now)
        return f"the alarm {self._name} was {gap if self._seen else 'never seen'}" if gap else ""

    def told(self) -> str:
        """Off, as far as was seen."""
        return f"the alarm {self._name} is {'off' if self._seen else 'not seen yet'}"
