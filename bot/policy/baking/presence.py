"""At which looks something was seen: a gap is no evidence, whatever was seen before and after it."""

from datetime import datetime, timedelta

from bot.policy.baking.frame import Frame

#: Running totals are read more often than they are written; Prometheus itself takes a number for gone after so long.
STANDSTILL = timedelta(minutes=5)


class Presence:
    """Counts the intervals in which something was seen at least once."""

    def __init__(self, frame: Frame) -> None:
        """Begin with nothing seen."""
        self._frame = frame
        self._slot: int | None = None
        self._intervals = 0
        self._last: datetime | None = None
        self._came: datetime | None = None
        #: Running totals miss nothing between two looks.
        self._totals = True

    def note(self, at: datetime, *, there: bool, totals: bool = False, came: bool = True) -> None:
        """Note one look, whether it counted by running totals, and whether anybody *came* since the last one."""
        if there and not came and not totals:
            # An interval in which nobody came shows nothing, good or bad.
            return
        self._last = at if there else None
        if not there:
            return
        self._totals = self._totals and totals
        self._came = at if came else self._came
        if (slot := self._frame.slot(at)) != self._slot:
            self._intervals += 1
            self._slot = slot

    def gap(self, now: datetime) -> str:
        """Say what is missing, as the end of a sentence; empty where it was watched well enough."""
        if self._last is None or self._last < now - 2 * self._frame.every:
            return "not seen at the end"
        if self._totals:
            stands = self._came is None or self._came < now - max(STANDSTILL, 2 * self._frame.every)
            return "standing still at the end" if stands else ""
        if 2 * self._intervals >= self._frame.looks:
            return ""
        return f"seen at only {self._intervals} of {self._frame.looks} looks"
