"""Chances are exact."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.report import Counted
from bot.policy.baking.chance import tail, worse


@given(requests=st.integers(1, 60), data=st.data(), rate=st.floats(0.001, 0.999))
def test_the_tail_is_exact(requests: int, data: st.DataObject, rate: float) -> None:
    """The tail is the sum of the binomial chances."""
    errors = data.draw(st.integers(0, requests))
    exact = sum(
        comb(requests, n) * rate**n * (1 - rate) ** (requests - n) for n in range(errors, requests + 1)
    )
    assert tail(errors, requests, rate) == pytest.approx(min(1.0, exact), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(
    ("errors", "requests", "rate", "chance"),
    [(0, 5, 0.5, 1.0), (0, 5, 0.0, 1.0), (3, 5, 0.0, 0.0), (3, 5, 1.0, 1.0), (60_000, 1_000_000, 0.05, 0.0)],
)
def test_the_ends_of_the_tail(errors: int, requests: int, rate: float, chance: float) -> None:
    """Certain things are certain, and large numbers take no time."""
    assert tail(errors, requests, rate) == pytest.approx(chance)


@given(
    ours=st.integers(0, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    theirs=st.integers(0, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
)
def test_fishers_test_is_exact(ours: tuple[int, int], theirs: tuple[int, int]) -> None:
    """It is the share of all ways to draw the errors that give the candidate so many, in whole numbers."""
    (n, x), (m, y) = ours, theirs
    ways = sum(comb(n, failed) * comb(m, x + y - failed) for failed in range(x, min(n, x + y) + 1))
    found = worse(Counted(requests=n, errors=x), Counted(requests=m, errors=y))
    assert found == pytest.approx(ways / comb(n + m, x + y), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [((1000, 25), (9000, 30)), ((4000, 70), (3000, 20)), ((36_000, 100), (36_000, 60)), ((500, 0), (500, 9))],
)
def test_fishers_test_of_a_real_bake(ours: tuple[int, int], theirs: tuple[int, int]) -> None:
    """Small chances are as exact as others."""
    (n, x), (m, y) = ours, theirs
    ways = sum(comb(n, failed) * comb(m, x + y - failed) for failed in range(x, min(n, x + y) + 1))
    found = worse(Counted(requests=n, errors=x), Counted(requests=m, errors=y))
    assert found == pytest.approx(ways / comb(n + m, x + y), rel=1e-8)


@pytest.mark.parametrize(
    ("ours", "theirs", "least", "most"),
    [
        pytest.param((10**9, 10**6), (10**9, 10**6), 0.49, 0.51, id="the same"),
        pytest.param((10**9, 10**6 + 10_000), (10**9, 10**6), 0, 1e-11, id="seven standard deviations"),
        pytest.param((10**9, 10**9), (10**9, 0), 0, 0, id="all and none"),
        pytest.param((10**6, 1), (10**6, 10**5), 1, 1, id="one, and a tenth"),
        pytest.param((0, 0), (5, 2), 1, 1, id="nothing drawn"),
        pytest.param((5, 5), (5, 5), 1, 1, id="everything failed everywhere"),
    ],
)
def test_fishers_test_of_large_counts(
    ours: tuple[int, int], theirs: tuple[int, int], least: float, most: float
) -> None:
    """They take no time, and no number overflows."""
    (n, x), (m, y) = ours, theirs
    assert least <= worse(Counted(requests=n, errors=x), Counted(requests=m, errors=y)) <= most


def test_a_tail_below_what_is_expected() -> None:
    """One error at least is nearly certain where half of a million fail, though each count is unlikely."""
    assert tail(1, 1_000_000, 0.5) == pytest.approx(1.0)
    assert tail(499_000, 1_000_000, 0.5) == pytest.approx(0.97730, abs=1e-4)
