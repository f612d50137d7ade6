"""Exact chances of counts, one-sided: how likely is so much, or more, if nothing is wrong."""

from collections.abc import Iterable
from math import exp, lgamma, log, log1p

from bot.domain.report import Counted

#: What is left out of a sum is smaller than this part of it.
_REST = 1e-12


def tail(errors: int, requests: int, rate: float) -> float:
    """Compute the chance of at least so many *errors* where each of *requests* fails with *rate* (binomial)."""
    if errors <= 0 or rate >= 1:
        return 1.0
    if rate <= 0:
        return 0.0
    odds = log(rate) - log1p(-rate)

    def weight(failed: int) -> float:
        return _ways(requests, failed) + failed * odds + requests * log1p(-rate)

    # From one count to the next; beyond the expected count each is less likely than the one before.
    if errors > requests * rate:
        return _sum(weight(errors), ((requests - n) / (n + 1) * exp(odds) for n in range(errors, requests)))
    below = _sum(weight(errors - 1), (n / (requests - n + 1) / exp(odds) for n in range(errors - 1, 0, -1)))
    return 1.0 - below


def worse(candidate: Counted, baseline: Counted) -> float:
    """Compute the chance of at least so many errors on the candidate where both are equally good.

    Fisher's exact test: given the errors of both together, those of the candidate are drawn as from an urn
    (hypergeometric). Neither side may have more errors than requests.
    """
    drawn, other = candidate.requests, baseline.requests
    both = candidate.errors + baseline.errors
    least, most = max(0, both - other), min(both, drawn)
    if candidate.errors <= least:
        return 1.0

    def weight(failed: int) -> float:
        return _ways(drawn, failed) + _ways(other, both - failed) - _ways(drawn + other, both)

    def next_(n: int) -> float:
        return (drawn - n) / (n + 1) * ((both - n) / (other - both + n + 1))

    if candidate.errors * (drawn + other) > both * drawn:
        return _sum(weight(candidate.errors), (next_(n) for n in range(candidate.errors, most)))
    below = _sum(
        weight(candidate.errors - 1), (1 / next_(n - 1) for n in range(candidate.errors - 1, least, -1))
    )
    return 1.0 - below


def _ways(of: int, taken: int) -> float:
    """Count the ways to take so many, as a logarithm."""
    return lgamma(of + 1) - lgamma(taken + 1) - lgamma(of - taken + 1)


def _sum(first: float, steps: Iterable[float]) -> float:
    """Add up chances from the logarithm of the *first* on, each so many times the one before it."""
    term = exp(min(0.0, first))
    total = term
    for step in steps:
        term *= step
        total += term
        if term <= total * _REST:
            break
    return min(1.0, total)
