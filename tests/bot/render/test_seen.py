import math

from bot.domain.report import Counted, Evidence, Sample, Side
from bot.render import seen
from tests.fakes.bakes import BLIND, alarm, latency, rate
from tests.fakes.reports import NOON

SAMPLES = (
    Sample(index=0, at=NOON, evidence=(rate(10, 1), rate(20, 0, Side.BASELINE), latency(7), alarm("slo", 0))),
    Sample(index=1, at=NOON, evidence=(BLIND, latency(math.nan), alarm("slo", None))),
    Sample(index=2, at=NOON, evidence=(Evidence(metric="error_rate", requests=5, errors=9),)),
)


def test_sample_by_sample() -> None:
    """What was not seen is not a zero, and no look has more errors than requests."""
    ten, five = Counted(requests=10, errors=1), Counted(requests=5, errors=5)
    assert seen.counts(SAMPLES, seen.RATE, Side.CANDIDATE) == [ten, None, five]
    assert seen.counts(SAMPLES, seen.RATE, Side.BASELINE) == [Counted(requests=20, errors=0), None, None]
    assert seen.values(SAMPLES, "latency_p99", Side.CANDIDATE) == [7.0, None, None]
    assert seen.values(SAMPLES, "alarm slo", Side.CANDIDATE) == [0.0, None, None]
    assert seen.total([ten, None, five]) == Counted(requests=15, errors=6)


def test_alarms_are_no_metrics() -> None:
    """They have no scale."""
    assert seen.metrics(SAMPLES) == ("error_rate", "latency_p99")
    assert seen.alarms(SAMPLES) == ("alarm slo",)
