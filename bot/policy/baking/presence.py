"""At which looks something was seen: a gap is no evidence, whatever was seen before and after it."""

from datetime import datetime

from bot.policy.baking.frame import Frame


class Presence:
    """Counts the intervals in which something was seen at least once."""

    def __init__(self, frame: Frame) -> None:
        """Begin with nothing seen."""
        self._frame = frame
        self._slot: int | None = None
        self._intervals = 0
        self._last: datetime | None = None
        #: Running totals miss nothing between two looks.
        self._totals = True

    def note(self, at: datetime, *, there: bool, totals: bool = False) -> None:
        """Note one look, and whether it counted by running totals."""
        self._last = at if there else None
        if not there:
            return
        self._totals = self._totals and totals
        if (slot := self._frame.slot(at)) != self._slot:
            self._intervals += 1
            self._slot = slot

    def gap(self, now: datetime) -> str:
        """Say what is missing, as the end of a sentence; empty where it was watched well enough."""
        if self._last is None or self._last < now - 2 * self._frame.every:
            return "not seen at the end"
        if self._totals or 2 * self._intervals >= self._frame.looks:
            return ""
        return f"seen at only {self._intervals} of {self._frame.looks} looks"
