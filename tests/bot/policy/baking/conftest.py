"""Bakes of ten minutes with a look each minute, and what was seen in them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.estate import BakeSettings, WatchSettings
from bot.domain.report import Counted, Evidence, Finding, Sample, Side, Verdict
from bot.policy import baking

BEGAN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
UNTIL = BEGAN + 10 * MINUTE
#: As long again.
LIMIT = UNTIL + 10 * MINUTE
PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
ERRORS = WatchSettings(kind="http", metric="error_rate", at_most=0.05)
LATENCY = WatchSettings(kind="http", metric="latency_p99", at_most=100)
AGAINST = WatchSettings(kind="http", metric="error_rate", worse_than_baseline=1.5)
SLOWER = WatchSettings(kind="http", metric="latency_p99", worse_than_baseline=1.5)

#: Requests and errors; `None` where nobody answered.
Pair = tuple[int, int] | None


def bake(*watch: WatchSettings, min_requests: int = 100, **more: Any) -> BakeSettings:
    """Make ten minutes with a look each minute."""
    return BakeSettings(for_=10 * MINUTE, every=MINUTE, min_requests=min_requests, watch=watch, **more)


def samples(*evidence: Evidence | tuple[Evidence, ...], first: int = 0) -> tuple[Sample, ...]:
    """Make a sample a minute, from minute *first* on; of eleven the last is at the end."""
    return tuple(
        Sample(
            index=index,
            at=BEGAN + (first + index) * MINUTE,
            evidence=one if isinstance(one, tuple) else (one,),
        )
        for index, one in enumerate(evidence)
    )


def count(pair: Pair, side: Side = Side.CANDIDATE, *, totals: bool = False) -> Evidence:
    """What was counted on one side."""
    if pair is None:
        return Evidence(metric="error_rate", side=side, missing="unreachable")
    total = 0 if totals else None
    return Evidence(
        metric="error_rate",
        side=side,
        requests=pair[0],
        errors=pair[1],
        requests_total=total,
        errors_total=total,
    )


def counted(*pairs: Pair) -> tuple[Sample, ...]:
    """Make a sample a minute, of running totals or nothing."""
    return samples(*(count(pair, totals=True) for pair in pairs))


def both(*looks: tuple[Pair, Pair], totals: bool = False, first: int = 1) -> tuple[Sample, ...]:
    """Make a sample a minute, of candidate and baseline; of ten the last is at the end."""
    return samples(
        *((count(one, totals=totals), count(other, Side.BASELINE, totals=totals)) for one, other in looks),
        first=first,
    )


def slow(*values: float | None, **more: Any) -> tuple[Sample, ...]:
    """Make a sample a minute, of latencies or nothing."""
    return samples(
        *(
            Evidence(metric="latency_p99", value=value, missing="" if value is not None else "gone", **more)
            for value in values
        )
    )


def judge(
    seen: tuple[Sample, ...],
    settings: BakeSettings,
    *,
    over: bool = True,
    recorded: Mapping[str, Counted] | None = None,
) -> Finding:
    """Judge at the planned end, or right before it."""
    now = UNTIL if over else UNTIL - timedelta(seconds=1)
    return baking.judge(seen, settings, now=now, until=UNTIL, recorded=recorded)
