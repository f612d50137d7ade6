"""What the example's proxy saw of one colour of one service: the evidence of a bake."""

from collections import deque
from collections.abc import Iterable

#: Seconds after which a latency says nothing about now.
_RECENT = 30
_MOST = 2000


class Tally:
    """Running totals since the start, and the latencies of the last half minute."""

    def __init__(self) -> None:
        """Count from nothing."""
        self.requests = 0
        self.errors = 0
        self._latencies: deque[tuple[float, float]] = deque(maxlen=_MOST)

    def count(self, at: float, seconds: float, *, failed: bool) -> None:
        """Count a request that was answered *at* (seconds of the loop's clock) after so many *seconds*."""
        self.requests += 1
        self.errors += failed
        self._latencies.append((at, seconds * 1000))

    def recent(self, now: float) -> list[float]:
        """List the latencies of late, in milliseconds."""
        return [latency for at, latency in self._latencies if now - at <= _RECENT]


def told(tallies: Iterable[Tally], now: float) -> dict[str, int | float | None]:
    """Put *tallies* together as a bake reads them; a latency that nobody met lately is null."""
    all_of = list(tallies)
    return {
        "requests": sum(tally.requests for tally in all_of),
        "errors": sum(tally.errors for tally in all_of),
        "latency_p99_ms": p99(latency for tally in all_of for latency in tally.recent(now)),
    }


def p99(latencies: Iterable[float]) -> float | None:
    """Find the latency that 99 of 100 requests stay under; `None` while there was none."""
    ascending = sorted(latencies)
    return round(ascending[len(ascending) * 99 // 100], 1) if ascending else None
