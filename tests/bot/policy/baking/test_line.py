"""The error rate against a line."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.estate import BakeSettings, WatchSettings
from bot.domain.report import Evidence, Sample, Verdict
from bot.policy.baking.frame import Frame
from bot.policy.baking.spending import Budget
from tests.bot.policy.baking.conftest import (
    BEGAN,
    ERRORS,
    FAIL,
    MINUTE,
    PASS,
    UNKNOWN,
    UNTIL,
    bake,
    count,
    counted,
    judge,
    samples,
)


@pytest.mark.parametrize(
    ("seen", "verdict", "words"),
    [
        pytest.param(counted(*[(50, 0)] * 11), PASS, "0 errors in 550 requests (0.00%), at most 5.00% allowed", id="healthy"),
        pytest.param(counted(*[(50, 2)] * 11), PASS, "22 errors in 550 requests (4.00%)", id="under the line"),
        pytest.param(counted(*[(50, 3)] * 11), FAIL, "33 errors in 550 requests (6.00%)", id="over the line, by chance perhaps"),
        pytest.param(counted(*[(100, 5)] * 11), PASS, "55 errors in 1,100 requests (5.00%)", id="on the line"),
        pytest.param(counted(*[(50, 3)] * 10, None), FAIL, "30 errors in 500 requests (6.00%)", id="over the line, and gone at the end"),
        pytest.param(counted(*[(50, 0)] * 9), PASS, "0 errors in 450 requests", id="looked at two looks before the end"),
        pytest.param(samples(*[Evidence(metric="error_rate", requests=50)] * 11), UNKNOWN, "nothing was seen", id="requests without errors"),
        pytest.param(samples(*[Evidence(metric="error_rate", errors=0)] * 11), UNKNOWN, "nothing was seen", id="errors without requests"),
        pytest.param(samples(*[Evidence(metric="error_rate", requests=50, errors=0, missing="half an answer")] * 11), UNKNOWN, "nothing was seen", id="numbers that the source took back"),
        pytest.param(samples(Evidence(metric="error_rate", requests=90, errors=0, requests_total=90), *[Evidence(metric="error_rate", missing="gone")] * 9, Evidence(metric="error_rate", requests=90, errors=0)), UNKNOWN, "only 2 of 10 looks", id="a gap that totals do not cover to the end"),
        pytest.param(counted(*[(9, 0)] * 11), UNKNOWN, "only 99 of 100 needed requests", id="one request short"),
        pytest.param(counted(*[(9, 0)] * 10, (9, 5)), UNKNOWN, "only 99 of 100 needed requests", id="one request short, and over the line by chance perhaps"),
        pytest.param(counted(*[(0, 0)] * 11), UNKNOWN, "only 0 of 100", id="no traffic"),
        pytest.param(counted(), UNKNOWN, "nothing was seen of error_rate", id="no samples"),
        pytest.param(counted(*[None] * 11), UNKNOWN, "nothing was seen of error_rate", id="never an answer"),
        pytest.param(counted(*[(50, 0)] * 10, None), UNKNOWN, "not seen at the end", id="gone at the end"),
        pytest.param(counted(*[(50, 0)] * 8), UNKNOWN, "not seen at the end", id="nobody looked at the end"),
        pytest.param(samples(*[count((50, 0))] * 8, *[count((0, 0))] * 3), UNKNOWN, "error_rate was not seen at the end", id="nobody comes any more"),
        pytest.param(samples(*[count((0, 0))] * 7, *[count((50, 0))] * 4), UNKNOWN, "error_rate was seen at only 4 of 10 looks", id="somebody came at last"),
        pytest.param(counted(*[(50, 0)] * 5, *[(0, 0)] * 6), UNKNOWN, "error_rate was standing still at the end", id="totals that stand still"),
        pytest.param(counted(*[(50, 0)] * 6, *[(0, 0)] * 5), PASS, "0 errors in 300 requests", id="totals that stood still for five minutes"),
        pytest.param(counted((50, 0), None, None, None, None, None, None, None, None, None, (50, 0)), PASS, "0 errors in 100", id="a gap that totals cover"),
        pytest.param(samples(*[Evidence(metric="error_rate", value=1.0)] * 11), UNKNOWN, "nothing was seen", id="a value is no count"),
        pytest.param(samples(*[Evidence(metric="latency_p50", value=1.0)] * 11), UNKNOWN, "nothing was seen", id="another metric"),
        pytest.param(counted(*[(9, 30)] * 11), FAIL, "99 errors in 99 requests", id="more errors than requests"),
    ],
)  # fmt: skip
def test_errors_at_the_end(seen: tuple[Sample, ...], verdict: Verdict, words: str) -> None:
    """At the end the plain ratio decides, where enough was seen, and up to the end."""
    finding = judge(seen, bake(ERRORS))
    assert finding.verdict is verdict
    assert finding.final is (verdict is not UNKNOWN)
    assert finding.extended is (verdict is UNKNOWN)
    assert words in finding.reason


@pytest.mark.parametrize(
    ("seen", "min_requests", "fails"),
    [
        pytest.param(counted((40, 20)), 100, True, id="half of forty"),
        pytest.param(counted((19, 19)), 100, False, id="too few, though all failed"),
        pytest.param(counted((20, 20)), 100, True, id="just enough"),
        pytest.param(counted((5, 5)), 5, True, id="as few as the estate wants"),
        pytest.param(counted((5, 5)), 0, True, id="the estate wants none"),
        pytest.param(counted((20, 2)), 100, False, id="two of twenty"),
        pytest.param(counted((100, 8)), 100, False, id="chance explains it"),
        pytest.param(counted((100, 13)), 100, False, id="a chance of one in a thousand, looked at ten times"),
        pytest.param(counted((100, 14)), 100, True, id="a third of that chance"),
        pytest.param(counted((1000, 80)), 100, True, id="chance does not"),
        pytest.param(counted((100, 0), (100, 0), (30, 15)), 100, False, id="a bad minute after good ones"),
    ],
)
def test_errors_before_the_end(seen: tuple[Sample, ...], min_requests: int, fails: bool) -> None:
    """Before the end only what chance does not explain fails, and nothing passes."""
    finding = judge(seen, bake(ERRORS, min_requests=min_requests), over=False)
    assert (finding.verdict, finding.final) == ((FAIL, True) if fails else (UNKNOWN, False))


@pytest.mark.parametrize(("errors", "fails"), [(8, False), (9, True)])
def test_a_bake_of_one_look(errors: int, fails: bool) -> None:
    """Its share is half of the level, as it may be extended: 8 of 60 are a chance of 0.98 % at 5 %, 9 of 0.28 %."""
    once = BakeSettings(for_=MINUTE, every=MINUTE, min_requests=20, watch=(ERRORS,))
    seen = (Sample(index=0, at=UNTIL - MINUTE / 2, evidence=(count((60, errors)),)),)
    assert judge(seen, once, over=False).final is fails


def test_looks_without_requests_leave_their_share_to_the_next() -> None:
    """12 of 100 are too likely for the first look, and not for the fifth, if it is the first with requests."""
    assert not judge(counted((100, 13)), bake(ERRORS), over=False).final
    assert not judge(counted(*[(0, 0)] * 4, (100, 12)), bake(ERRORS), over=False).final
    assert judge(counted(*[(0, 0)] * 4, (100, 13)), bake(ERRORS), over=False).final
    assert judge(counted(*[None] * 4, (100, 13)), bake(ERRORS), over=False).final
    assert judge(counted((20, 0), *[None] * 8, (80, 13)), bake(ERRORS), over=False).final


@given(
    looks=st.lists(st.integers(1, 2400), min_size=1, max_size=30, unique=True).map(sorted),
    settings=st.sampled_from([None, timedelta(minutes=3)]),
)
def test_all_looks_together_spend_no_more_than_there_is(looks: list[int], settings: timedelta | None) -> None:
    """However many there are, and whenever they come, even after the end of all patience."""
    budget = Budget(Frame(bake(ERRORS, extend=settings), UNTIL))
    parts = []
    for seconds in looks:
        budget.enter(BEGAN + timedelta(seconds=seconds))
        parts.append(budget.part)
    assert min(parts) >= 0
    assert sum(parts) <= 1 + 1e-9


def test_nothing_yet_is_no_error() -> None:
    """Before the first request the rate is told as none."""
    assert "0 errors in 0 requests (0.00%)" in judge(counted((0, 0)), bake(ERRORS), over=False).reason


def test_no_error_is_allowed() -> None:
    """Where no error is allowed, one fails the bake once enough was seen."""
    strict = bake(WatchSettings(kind="http", metric="error_rate", at_most=0))
    assert judge(counted((20, 1)), strict, over=False).verdict is FAIL
    assert judge(counted((20, 0)), strict, over=False).verdict is UNKNOWN


def test_no_request_at_all_and_none_needed() -> None:
    """No traffic proves nothing, whatever the estate asks for."""
    finding = judge(counted(*[(0, 0)] * 11), bake(ERRORS, min_requests=0))
    assert (finding.verdict, finding.reason) == (UNKNOWN, "no request was seen by error_rate.")


_PAIRS = st.lists(st.none() | st.tuples(st.integers(0, 200), st.integers(0, 50)), max_size=11)


@given(pairs=_PAIRS)
def test_no_data_never_passes(pairs: list[tuple[int, int] | None]) -> None:
    """A bake passes only at its end, on enough requests, and never with the last look missing."""
    seen = counted(*pairs)
    assert judge(seen, bake(ERRORS), over=False).verdict is not PASS
    finding = judge(seen, bake(ERRORS))
    if finding.verdict is PASS:
        assert finding.requests >= 100
        assert pairs[-1] is not None
        assert finding.errors <= 0.05 * finding.requests
