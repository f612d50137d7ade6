from datetime import UTC, datetime, timedelta
from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.estate import BakeSettings, WatchSettings
from bot.domain.report import Evidence, Finding, Sample, Verdict
from bot.policy import baking

BEGAN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
UNTIL = BEGAN + timedelta(minutes=10)
PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
ERRORS = WatchSettings(kind="http", metric="error_rate", at_most=0.05)
LATENCY = WatchSettings(kind="http", metric="latency_p99", at_most=100)


def bake(*watch: WatchSettings, min_requests: int = 100) -> BakeSettings:
    """Make ten minutes with a look each minute."""
    length, every = timedelta(minutes=10), timedelta(minutes=1)
    return BakeSettings(for_=length, every=every, min_requests=min_requests, watch=watch)


def counted(*pairs: tuple[int, int] | None) -> tuple[Sample, ...]:
    """Make a sample a minute, of (requests, errors) or nothing."""
    found = [
        Evidence(metric="error_rate", missing="unreachable")
        if pair is None
        else Evidence(metric="error_rate", requests=pair[0], errors=pair[1], requests_total=0, errors_total=0)
        for pair in pairs
    ]
    return samples(*found)


def slow(*values: float | None, **more: Any) -> tuple[Sample, ...]:
    """Make a sample a minute, of latencies or nothing."""
    return samples(
        *(Evidence(metric="latency_p99", value=value, missing="" if value is not None else "gone", **more) for value in values)
    )  # fmt: skip


def samples(*evidence: Evidence) -> tuple[Sample, ...]:
    """Make a sample a minute, the last of eleven at the end."""
    return tuple(
        Sample(index=index, at=BEGAN + timedelta(minutes=index), evidence=(one,))
        for index, one in enumerate(evidence)
    )


def judge(seen: tuple[Sample, ...], settings: BakeSettings, *, over: bool = True) -> Finding:
    """Judge at the end, or right before it."""
    return baking.judge(seen, settings, UNTIL if over else UNTIL - timedelta(seconds=1), UNTIL)


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
        pytest.param(samples(Evidence(metric="error_rate", requests=90, errors=0, requests_total=90), *[Evidence(metric="error_rate", missing="gone")] * 9, Evidence(metric="error_rate", requests=90, errors=0)), UNKNOWN, "only 2 of 11 looks", id="a gap that totals do not cover to the end"),
        pytest.param(counted(*[(9, 0)] * 11), UNKNOWN, "only 99 of 100 needed requests", id="one request short"),
        pytest.param(counted(*[(0, 0)] * 11), UNKNOWN, "only 0 of 100", id="no traffic"),
        pytest.param(counted(), UNKNOWN, "nothing was seen of error_rate", id="no samples"),
        pytest.param(counted(*[None] * 11), UNKNOWN, "nothing was seen of error_rate", id="never an answer"),
        pytest.param(counted(*[(50, 0)] * 10, None), UNKNOWN, "not seen at the end", id="gone at the end"),
        pytest.param(counted(*[(50, 0)] * 8), UNKNOWN, "not seen at the end", id="nobody looked at the end"),
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
    assert finding.final
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


@pytest.mark.parametrize(("errors", "fails"), [(7, False), (8, True)])
def test_a_bake_of_one_look(errors: int, fails: bool) -> None:
    """The whole level is for the one look that there is: 8 of 60 are less than one in a hundred at 5 %."""
    minute = timedelta(minutes=1)
    once = BakeSettings(for_=minute, every=minute, min_requests=20, watch=(ERRORS,))
    assert judge(counted((60, errors)), once, over=False).final is fails


def test_nothing_yet_is_no_error() -> None:
    """Before the first request the rate is told as none."""
    assert "0 errors in 0 requests (0.00%)" in judge(counted((0, 0)), bake(ERRORS), over=False).reason


def test_no_error_is_allowed() -> None:
    """Where no error is allowed, one fails the bake once enough was seen."""
    strict = bake(WatchSettings(kind="http", metric="error_rate", at_most=0))
    assert judge(counted((20, 1)), strict, over=False).verdict is FAIL
    assert judge(counted((20, 0)), strict, over=False).verdict is UNKNOWN


@pytest.mark.parametrize(
    ("seen", "over", "verdict", "words"),
    [
        pytest.param(slow(*[50.0] * 11), True, PASS, "latency_p99 50 ms at the median of 11", id="fast"),
        pytest.param(slow(*[50.0] * 9, 200.0, 200.0), True, PASS, "50 ms", id="two slow ones"),
        pytest.param(slow(200.0, 200.0, 50.0, 200.0, 200.0), False, UNKNOWN, "200 ms", id="never three in a row"),
        pytest.param(slow(50.0, 101.0, 102.0, 103.0), False, FAIL, "3 times in a row, lastly 103 ms", id="three in a row"),
        pytest.param(slow(101.0, None, 102.0, None, 103.0), False, FAIL, "3 times in a row", id="no answer heals nothing"),
        pytest.param(slow(*[200.0, 200.0, 50.0] * 3, 200.0, 200.0), True, FAIL, "200 ms at the median", id="slow at the median"),
        pytest.param(slow(100.0, 100.0, 100.0), False, UNKNOWN, "100 ms", id="on the line"),
        pytest.param(slow(*[50.0] * 5, *[100.0, 150.0] * 3), True, PASS, "100 ms at the median", id="on the line at the median"),
        pytest.param(slow(*[None] * 5, *[50.0] * 5), True, PASS, "50 ms", id="at half of the looks"),
        pytest.param((*slow(*[50.0] * 10, requests=5), *slow(*[50.0] * 11)[10:]), True, UNKNOWN, "only 50 of 100", id="requests that were not counted every time"),
        pytest.param(slow(), False, UNKNOWN, "not seen yet", id="nothing yet"),
        pytest.param(slow(*[None] * 11), True, UNKNOWN, "nothing was seen", id="never"),
        pytest.param(slow(*[None] * 7, *[50.0] * 4), True, UNKNOWN, "only 4 of 11 looks", id="seldom"),
        pytest.param(slow(*[None] * 5, *[50.0] * 6), True, PASS, "50 ms", id="often enough"),
        pytest.param(slow(*[50.0] * 11, requests=5), True, UNKNOWN, "only 55 of 100", id="fast with hardly any traffic"),
        pytest.param(slow(*[50.0] * 11, requests=10), True, PASS, "50 ms", id="fast with traffic"),
    ],
)  # fmt: skip
def test_latency(seen: tuple[Sample, ...], over: bool, verdict: Verdict, words: str) -> None:
    """Three in a row fail at once, the median decides at the end, and what was not seen is not known."""
    finding = judge(seen, bake(LATENCY), over=over)
    assert finding.verdict is verdict
    assert finding.final == (over or verdict is FAIL)
    assert words in finding.reason


def test_no_request_at_all_and_none_needed() -> None:
    """No traffic proves nothing, whatever the estate asks for."""
    finding = judge(counted(*[(0, 0)] * 11), bake(ERRORS, min_requests=0))
    assert (finding.verdict, finding.reason) == (UNKNOWN, "no request was seen by error_rate.")


@pytest.mark.parametrize(
    ("over", "verdict", "reason"),
    [(True, PASS, "nothing was watched but time."), (False, UNKNOWN, "nothing is watched but time.")],
)
def test_nothing_but_time(over: bool, verdict: Verdict, reason: str) -> None:
    """A bake that watches nothing passes with its time, and says so."""
    finding = judge((), bake(), over=over)
    assert (finding.verdict, finding.reason, finding.final) == (verdict, reason, over)


def test_several_metrics() -> None:
    """The worst metric speaks for all; what is fine is not told beside what is not."""
    both = tuple(
        Sample(index=one.index, at=one.at, evidence=(*one.evidence, *other.evidence))
        for one, other in zip(counted(*[(50, 1)] * 11), slow(*[200.0] * 11), strict=True)
    )
    finding = judge(both, bake(ERRORS, LATENCY))
    assert finding.verdict is FAIL
    assert "error" not in finding.reason
    assert (finding.requests, finding.errors) == (550, 11)
    assert judge(both, bake(LATENCY, ERRORS)).requests == 550
    unseen = judge(counted(*[(50, 1)] * 11), bake(ERRORS, LATENCY))
    assert (unseen.verdict, unseen.reason) == (UNKNOWN, "nothing was seen of latency_p99.")


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


@given(requests=st.integers(1, 60), data=st.data(), rate=st.floats(0.001, 0.999))
def test_the_tail_is_exact(requests: int, data: st.DataObject, rate: float) -> None:
    """The tail is the sum of the binomial chances."""
    errors = data.draw(st.integers(0, requests))
    exact = sum(
        comb(requests, n) * rate**n * (1 - rate) ** (requests - n) for n in range(errors, requests + 1)
    )
    assert baking.tail(errors, requests, rate) == pytest.approx(min(1.0, exact), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(
    ("errors", "requests", "rate", "chance"),
    [(0, 5, 0.5, 1.0), (0, 5, 0.0, 1.0), (3, 5, 0.0, 0.0), (3, 5, 1.0, 1.0), (60_000, 1_000_000, 0.05, 0.0)],
)
def test_the_ends_of_the_tail(errors: int, requests: int, rate: float, chance: float) -> None:
    """Certain things are certain, and large numbers take no time."""
    assert baking.tail(errors, requests, rate) == pytest.approx(chance)
