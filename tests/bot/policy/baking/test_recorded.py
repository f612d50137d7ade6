"""The error rate against what an earlier bake counted."""

import pytest

from bot.domain.report import Counted, Sample, Verdict
from tests.bot.policy.baking.conftest import AGAINST, FAIL, PASS, UNKNOWN, Pair, bake, both, counted, judge

LAST = Counted(requests=10_000, errors=20)
GOOD = (50, 0)


@pytest.mark.parametrize(
    ("seen", "over", "last", "verdict", "words"),
    [
        pytest.param(counted(*[GOOD] * 11), True, LAST, PASS, "0 errors in 550 requests (0.00%) against 20 errors in 10,000 requests (0.20%) in an earlier bake (a weak baseline), at most 1.5 times", id="healthy"),
        pytest.param(both(*[(GOOD, (0, 0))] * 10), True, LAST, PASS, "a weak baseline", id="the other side has no traffic"),
        pytest.param(both(*[(GOOD, (1, 0))] * 10), True, LAST, PASS, "a weak baseline", id="the other side has hardly any"),
        pytest.param(both(*[(GOOD, GOOD)] * 10), True, LAST, PASS, "against 0 errors in 500 requests (0.00%) at the baseline", id="the other side is better evidence"),
        pytest.param(both(*[(GOOD, GOOD)] * 8, *[(GOOD, None)] * 2), True, LAST, PASS, "", id="the other side was seen well, but not at the end"),
        pytest.param(counted((100, 9)), False, LAST, FAIL, "a weak baseline), at most 1.5 times the rate allowed, by chance in fewer than 1 of", id="bad at once"),
        pytest.param(counted((100, 2)), False, LAST, UNKNOWN, "a weak baseline", id="a little bad at once"),
        pytest.param(both(((100, 60), (90, 1))), False, LAST, FAIL, "at the baseline, at most", id="bad beside the other side, little as it saw"),
        pytest.param(counted(*[None] * 4, (130, 4), None, None), False, LAST, FAIL, "a weak baseline", id="looks that saw nothing spend nothing"),
        pytest.param(counted((100_000, 290)), False, Counted(requests=1_000_000, errors=2000), UNKNOWN, "a weak baseline", id="surely worse, and by too little"),
        pytest.param(both(*[(GOOD, GOOD)] * 10), True, Counted(requests=99, errors=0), PASS, "at the baseline", id="too little was recorded, and nobody needs it"),
        pytest.param(both(*[((100, 3), (100, 3))] * 10), True, LAST, PASS, "at the baseline", id="only worse than what was once, at the end"),
        pytest.param(both(*[(GOOD, (10, 0))] * 10), True, LAST, PASS, "(0.00%) at the baseline", id="the other side saw just enough"),
        pytest.param(counted((20, 20)), False, LAST, FAIL, "a weak baseline", id="just enough"),
        pytest.param(counted(*[(100, 0)] * 10, (100, 8)), True, LAST, FAIL, "8 errors in 1,100", id="bad at the end alone"),
        pytest.param(counted((19, 19)), False, LAST, UNKNOWN, "a weak baseline", id="too few"),
        pytest.param(both(((100, 60), (900, 1))), False, LAST, FAIL, "at the baseline", id="bad beside the other side"),
        pytest.param(both(*[((100, 3), (900, 27))] * 9), False, LAST, UNKNOWN, "at the baseline", id="only worse than what was once"),
        pytest.param(counted((100, 2), (100, 1), (100, 1), *[(100, 0)] * 2, *[(10, 1)] * 6), True, LAST, FAIL, "in fewer than 1 of", id="bad at the end"),
        pytest.param(counted(*[(100, 0)] * 10, (100, 6)), True, LAST, PASS, "6 errors in 1,100", id="so many happen by chance"),
        pytest.param(counted(*[(9, 0)] * 11), True, LAST, UNKNOWN, "only 99 of 100 needed requests were seen by error_rate.", id="too little"),
        pytest.param(counted(*[GOOD] * 10, None), True, LAST, UNKNOWN, "error_rate was not seen at the end.", id="gone at the end"),
        pytest.param(counted(*[GOOD] * 11), True, Counted(requests=99, errors=0), UNKNOWN, "only 99 of 100 needed requests were recorded of error_rate in an earlier bake.", id="too little was recorded"),
        pytest.param(counted(*[GOOD] * 11), True, Counted(requests=0, errors=0), UNKNOWN, "only 0 of 100 needed requests were recorded", id="nothing was recorded"),
        pytest.param(counted(*[(100, 50)] * 11), True, Counted(requests=100, errors=200), PASS, "against 100 errors in 100", id="more errors than requests were recorded"),
    ],
)  # fmt: skip
def test_what_was_recorded(seen: tuple[Sample, ...], over: bool, last: Counted, verdict: Verdict, words: str) -> None:  # fmt: skip
    """It stands in where the other side had too little traffic, and is called weak."""
    finding = judge(seen, bake(AGAINST), over=over, recorded={"error_rate": last})
    assert words in finding.reason
    assert finding.verdict is verdict
    assert finding.final is (verdict is not UNKNOWN)


def test_another_metrics_record_is_none() -> None:
    """Without a record of its own it has nothing to compare with."""
    finding = judge(counted(*[GOOD] * 11), bake(AGAINST), recorded={"latency_p99": LAST})
    assert finding.reason == "no baseline of error_rate was seen to compare with."


def test_two_chances_are_shared() -> None:
    """Who may fail early in two ways has half the chance for each."""
    looks: list[tuple[Pair, Pair]] = [((300, 10), (300, 0))]
    assert judge(both(*looks), bake(AGAINST), over=False).verdict is FAIL
    beside = judge(both(*looks), bake(AGAINST), over=False, recorded={"error_rate": LAST})
    assert beside.verdict is UNKNOWN
    # A chance of one in 499, where one in 400 is enough.
    more = judge(both(((300, 11), (300, 0))), bake(AGAINST), over=False, recorded={"error_rate": LAST})
    assert more.verdict is FAIL
