"""The judgement over all metrics, in the time that a bake has."""

from datetime import timedelta

import pytest

from bot.domain.estate import WatchSettings
from bot.domain.report import Counted, Sample, Verdict
from bot.policy import baking
from tests.bot.policy.baking.conftest import (
    AGAINST,
    BEGAN,
    ERRORS,
    FAIL,
    LATENCY,
    MINUTE,
    PASS,
    UNKNOWN,
    UNTIL,
    bake,
    both,
    counted,
    judge,
    slow,
)


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
    merged = tuple(
        Sample(index=one.index, at=one.at, evidence=(*one.evidence, *other.evidence))
        for one, other in zip(counted(*[(50, 1)] * 11), slow(*[200.0] * 11), strict=True)
    )
    finding = judge(merged, bake(ERRORS, LATENCY))
    assert finding.verdict is FAIL
    assert "error" not in finding.reason
    assert (finding.requests, finding.errors) == (550, 11)
    assert judge(merged, bake(LATENCY, ERRORS)).requests == 550
    unseen = judge(counted(*[(50, 1)] * 11), bake(ERRORS, LATENCY))
    assert (unseen.verdict, unseen.reason) == (UNKNOWN, "nothing was seen of latency_p99.")


@pytest.mark.parametrize(
    ("minutes", "extend", "verdict", "final"),
    [
        pytest.param(10, None, UNKNOWN, False, id="at the planned end"),
        pytest.param(19, None, UNKNOWN, False, id="it may take twice as long"),
        pytest.param(20, None, UNKNOWN, True, id="and no longer"),
        pytest.param(12, 3 * MINUTE, UNKNOWN, False, id="as much longer as the estate says"),
        pytest.param(13, 3 * MINUTE, UNKNOWN, True, id="and no longer than that"),
    ],
)
def test_missing_evidence_extends(
    minutes: int, extend: timedelta | None, verdict: Verdict, final: bool
) -> None:
    """It is waited for, and when patience ends people are asked."""
    seen = counted(*[(0, 0)] * (minutes + 1))
    finding = baking.judge(seen, bake(ERRORS, extend=extend), now=BEGAN + minutes * MINUTE, until=UNTIL)
    assert (finding.verdict, finding.final, finding.extended) == (verdict, final, True)


def test_what_was_missing_arrives() -> None:
    """A bake passes at the moment when there is enough, and fails as ever."""
    late = counted(*[(9, 0)] * 11, (9, 0))
    finding = baking.judge(late, bake(ERRORS), now=BEGAN + 11 * MINUTE, until=UNTIL)
    assert (finding.verdict, finding.final, finding.extended) == (PASS, True, False)
    bad = counted(*[(9, 0)] * 11, (9, 9))
    finding = baking.judge(bad, bake(ERRORS), now=BEGAN + 11 * MINUTE, until=UNTIL)
    assert (finding.verdict, finding.final, finding.extended) == (FAIL, True, False)


def test_before_the_end_nothing_is_extended() -> None:
    """What is missing then may still come."""
    finding = judge(counted((0, 0)), bake(ERRORS), over=False)
    assert (finding.final, finding.extended) == (False, False)


def test_the_last_test_waits_for_all_evidence() -> None:
    """It is made once, so not while another metric is still waited for, and what is lacking is what is told."""
    likely = both(*[((100, 1), (100, 0))] * 8, *[((100, 0), (100, 0))] * 2)
    assert judge(likely, bake(AGAINST)).verdict is FAIL
    waiting = judge(likely, bake(AGAINST, LATENCY))
    assert (waiting.verdict, waiting.final, waiting.reason) == (
        UNKNOWN,
        False,
        "nothing was seen of latency_p99.",
    )


def test_the_same_metric_of_two_sources() -> None:
    """The same settings twice are asked twice, and said once."""
    finding = judge(counted(*[(50, 0)] * 11), bake(ERRORS, ERRORS))
    assert finding.reason.count("errors in") == 1
    assert finding.requests == 550


def test_settings_that_hold_more_than_words() -> None:
    """A source's own settings may be lists and objects."""
    watch = WatchSettings.model_validate(
        {"source": "x", "metric": "error_rate", "at_most": 0.05, "labels": {"a": ["b"]}}
    )
    assert judge(counted(*[(50, 0)] * 11), bake(watch)).verdict is PASS


BOTH = ERRORS.model_copy(update={"worse_than_baseline": 1.5})
SLOW = LATENCY.model_copy(update={"worse_than_baseline": 1.5})


@pytest.mark.parametrize(
    ("watch", "recorded", "left"),
    [
        pytest.param(BOTH, {}, ERRORS, id="a line judges it"),
        pytest.param(BOTH, {"error_rate": Counted(requests=500, errors=0)}, BOTH, id="something is recorded"),
        pytest.param(AGAINST, {}, AGAINST, id="nothing else judges it"),
        pytest.param(
            SLOW, {"latency_p99": Counted(requests=500, errors=0)}, LATENCY, id="no latency is recorded"
        ),
        pytest.param(ERRORS, {}, ERRORS, id="nothing is compared"),
    ],
)
def test_alone(watch: WatchSettings, recorded: dict[str, Counted], left: WatchSettings) -> None:
    """What can never be compared is judged by its line, and by nothing where there is none."""
    assert baking.alone(bake(watch), recorded) == bake(left)
