"""What live evidence says about a change, over the whole bake so far.

A ratio of counts is judged on everything counted since the bake began, so that a quiet minute weighs little.
It fails early only where chance is no explanation: an exact one-sided binomial test against the line, at a
level of 1 % shared by all looks that the bake will take, and never on fewer than 20 requests (or
`min_requests`, where that is less). Otherwise the end decides by the plain ratio.

A latency fails early when three values in a row are over the line, and at the end when their median is.

What nobody saw is never healthy. To pass, each metric must have been seen at the last look, and enough:
running totals miss nothing between two looks, so for them the requests count; any other source must have
answered at half of the looks at least.
"""

import math
from collections.abc import Sequence
from datetime import datetime
from statistics import median
from typing import Literal, NamedTuple

from bot.domain.estate import BakeSettings, WatchSettings
from bot.domain.report import Evidence, Finding, Sample, Verdict

#: The chance that a service exactly on the line is failed early, over the whole bake.
ALPHA = 0.01
#: Fewer requests than this never fail a bake early.
LEAST = 20
#: So many latencies in a row over the line fail a bake early.
STREAK = 3


class _Word(NamedTuple):
    """What one metric says."""

    verdict: Verdict
    final: bool
    reason: str


def judge(samples: Sequence[Sample], settings: BakeSettings, now: datetime, until: datetime) -> Finding:
    """Judge all *samples* at *now*; PASS is only said when *until* is reached."""
    over = now >= until
    if not settings.watch:
        reason = "nothing was watched but time" if over else "nothing is watched but time"
        return Finding(verdict=Verdict.PASS if over else Verdict.UNKNOWN, final=over, reason=f"{reason}.")
    heard = [_word(watch, samples, settings, until, over=over) for watch in settings.watch]
    failed = [word for word in heard if word.verdict is Verdict.FAIL]
    open_ = [word for word in heard if word.verdict is Verdict.UNKNOWN]
    verdict = Verdict.FAIL if failed else Verdict.UNKNOWN if open_ else Verdict.PASS
    told = failed or open_ or heard
    # Two sources never count quite the same; what is told are the counts that errors are judged by.
    counted = next((watch for watch in settings.watch if watch.metric == "error_rate"), settings.watch[0])
    seen = _seen(samples, counted)
    return Finding(
        verdict=verdict,
        final=over or bool(failed),
        reason=f"{'; '.join(word.reason for word in told)}.",
        requests=_sum(seen, "requests"),
        errors=_sum(seen, "errors"),
    )


def _word(
    watch: WatchSettings, samples: Sequence[Sample], settings: BakeSettings, until: datetime, *, over: bool
) -> _Word:
    seen = _seen(samples, watch)
    said = _ratio(watch, seen, settings) if watch.metric == "error_rate" else _latency(watch, seen)
    if said.final or not over:
        return said if said.final else said._replace(verdict=Verdict.UNKNOWN)
    if lack := _lack(watch, seen, settings):
        return _Word(Verdict.UNKNOWN, final=False, reason=lack)
    if said.verdict is Verdict.PASS and (gap := _gap(watch, samples, settings, until)):
        return _Word(Verdict.UNKNOWN, final=False, reason=gap)
    return said


def _ratio(watch: WatchSettings, seen: Sequence[Evidence], settings: BakeSettings) -> _Word:
    requests = _sum(seen, "requests")
    # A total of errors may be read a moment after the total of requests.
    errors = min(_sum(seen, "errors"), requests)
    rate = errors / requests if requests else 0.0
    reason = f"{errors:,} errors in {requests:,} requests ({rate:.2%}), at most {watch.at_most:.2%} allowed"
    if rate <= watch.at_most:
        return _Word(Verdict.PASS, final=False, reason=reason)
    enough = requests >= min(LEAST, settings.min_requests)
    by_chance = tail(errors, requests, watch.at_most)
    return _Word(Verdict.FAIL, final=enough and by_chance <= ALPHA / _looks(settings), reason=reason)


def _latency(watch: WatchSettings, seen: Sequence[Evidence]) -> _Word:
    values = [one.value for one in seen if one.value is not None]
    allowed = f"at most {watch.at_most:g} ms allowed"
    streak = 0
    for value in values:
        streak = streak + 1 if value > watch.at_most else 0
        if streak == STREAK:
            reason = (
                f"{watch.metric} was over the line {STREAK} times in a row, lastly {value:g} ms, {allowed}"
            )
            return _Word(Verdict.FAIL, final=True, reason=reason)
    if not values:
        return _Word(Verdict.UNKNOWN, final=False, reason=f"{watch.metric} was not seen yet")
    middle = median(values)
    reason = f"{watch.metric} {middle:g} ms at the median of {len(values)}, {allowed}"
    return _Word(Verdict.FAIL if middle > watch.at_most else Verdict.PASS, final=False, reason=reason)


def _lack(watch: WatchSettings, seen: Sequence[Evidence], settings: BakeSettings) -> str:
    """Say what is missing in amount, at the end; empty where there was enough."""
    if not seen:
        return f"nothing was seen of {watch.metric}"
    if all(one.requests is None for one in seen):
        return ""
    requests = _sum(seen, "requests")
    if requests < settings.min_requests:
        return f"only {requests:,} of {settings.min_requests:,} needed requests were seen by {watch.metric}"
    return "" if requests else f"no request was seen by {watch.metric}"


def _gap(watch: WatchSettings, samples: Sequence[Sample], settings: BakeSettings, until: datetime) -> str:
    """Say what is missing in time, at the end; empty where it was watched well enough."""
    last = samples[-1]
    if _of(last, watch) is None or last.at < until - 2 * settings.every:
        return f"{watch.metric} was not seen at the end"
    seen = _seen(samples, watch)
    if all(one.requests_total is not None for one in seen):
        return ""
    looks = max(len(samples), _looks(settings))
    return f"{watch.metric} was seen at only {len(seen)} of {looks} looks" if 2 * len(seen) < looks else ""


def _seen(samples: Sequence[Sample], watch: WatchSettings) -> list[Evidence]:
    return [one for one in (_of(sample, watch) for sample in samples) if one is not None]


def _of(sample: Sample, watch: WatchSettings) -> Evidence | None:
    """Find what *sample* says of the metric; `None` where that is nothing."""
    found = next((one for one in sample.evidence if one.metric == watch.metric and not one.missing), None)
    if found is None:
        return None
    counted = found.requests is not None and found.errors is not None
    return found if (counted if watch.metric == "error_rate" else found.value is not None) else None


def _sum(seen: Sequence[Evidence], count: Literal["requests", "errors"]) -> int:
    return sum(getattr(one, count) or 0 for one in seen)


def _looks(settings: BakeSettings) -> int:
    """Count the looks that the whole bake takes."""
    return max(1, settings.for_ // settings.every)


def tail(errors: int, requests: int, rate: float) -> float:
    """Compute the chance of at least so many *errors* where each of *requests* fails with *rate*."""
    if errors <= 0 or rate >= 1:
        return 1.0
    if rate <= 0:
        return 0.0
    ways = math.lgamma(requests + 1) - math.lgamma(errors + 1) - math.lgamma(requests - errors + 1)
    term = math.exp(ways + errors * math.log(rate) + (requests - errors) * math.log1p(-rate))
    total = 0.0
    # Beyond the expected count each term is smaller than the one before.
    while errors <= requests * rate or term > total * 1e-12:
        total += term
        term *= (requests - errors) / (errors + 1) * rate / (1 - rate)
        errors += 1
    return min(1.0, total)
