"""What a bake counts of errors, and how that is said."""

from datetime import datetime

from bot.domain.estate import WatchSettings
from bot.domain.report import Counted, Evidence, Sample
from bot.policy.baking.frame import Frame
from bot.policy.baking.presence import Presence
from bot.policy.baking.question import Question, counts

#: Nobody needs to know odds that are longer.
_OFTEN = 1_000_000


class Errors(Question):
    """What is common: the candidate's counts."""

    def __init__(self, watch: WatchSettings, frame: Frame) -> None:
        """Begin at nothing."""
        self.metric = watch.metric
        self.frame = frame
        self.alpha = watch.alpha
        self._there = Presence(frame)
        self._seen = False

    def look(self, sample: Sample) -> None:
        """Count."""
        found = counts(sample, self.metric)
        came = found is not None and bool(found.requests)
        self._there.note(sample.at, there=found is not None, totals=totals(found), came=came)
        if found is not None:
            self._seen = True
            self.requests += found.requests or 0
            self.errors += found.errors or 0

    @property
    def candidate(self) -> Counted:
        """All that was counted; a total of errors may be read a moment after the total of requests."""
        return Counted(requests=self.requests, errors=min(self.errors, self.requests))

    def few(self) -> str:
        """Say what is missing in amount."""
        if not self._seen:
            return f"nothing was seen of {self.metric}"
        return few(self.requests, self.frame, f"seen by {self.metric}")

    def lack(self, now: datetime) -> str:
        """Enough requests, and seen well enough."""
        gap = self._there.gap(now)
        return self.few() or (f"{self.metric} was {gap}" if gap else "")


def totals(found: Evidence | None) -> bool:
    """Whether it was counted by running totals, which miss nothing between two looks."""
    return found is not None and found.requests_total is not None


def few(requests: int, frame: Frame, where: str) -> str:
    """Say that there were too few requests; empty where there were enough."""
    if requests >= frame.needed:
        return ""
    if frame.needed == 1:
        return f"no request was {where}"
    return f"only {requests:,} of {frame.needed:,} needed requests were {where}"


def shown(seen: Counted) -> str:
    """Write counts and their rate."""
    rate = seen.errors / seen.requests if seen.requests else 0.0
    errors, requests = (
        f"{count:,} {word}{'s' * (count != 1)}"
        for count, word in ((seen.errors, "error"), (seen.requests, "request"))
    )
    return f"{errors} in {requests} ({rate:.2%})"


def seldom(by_chance: float) -> str:
    """Say how seldom chance does that; empty where it often does."""
    if by_chance > 0.5:
        return ""
    return f", by chance in fewer than 1 of {min(_OFTEN, int(1 / max(by_chance, 1 / _OFTEN))):,} bakes"
