"""Alarms that others keep."""

import pytest

from bot.domain.report import Evidence, Sample, Verdict
from tests.bot.policy.baking.conftest import ERRORS, FAIL, PASS, UNKNOWN, bake, counted, judge, samples


def states(*values: float | None, name: str = "slo") -> tuple[Sample, ...]:
    """Make a sample a minute, of the alarm's state."""
    return samples(
        *(
            Evidence(metric=f"alarm {name}", value=one, missing="" if one is not None else "gone")
            for one in values
        )
    )


@pytest.mark.parametrize(
    ("seen", "over", "verdict", "reason"),
    [
        pytest.param(states(*[0.0] * 11), True, PASS, "the alarm slo is off.", id="off"),
        pytest.param(states(0.0), False, UNKNOWN, "the alarm slo is off.", id="off so far"),
        pytest.param(states(), False, UNKNOWN, "the alarm slo is not seen yet.", id="nothing yet"),
        pytest.param(states(0.0, 1.0), False, FAIL, "the alarm slo was on.", id="on"),
        pytest.param(states(0.0, 1.0, 0.0), False, FAIL, "the alarm slo was on.", id="on, and off again"),
        pytest.param(states(*[None] * 11), True, UNKNOWN, "the alarm slo was never seen.", id="never seen"),
        pytest.param(states(*[0.0] * 10, None), True, UNKNOWN, "the alarm slo was not seen at the end.", id="gone"),
        pytest.param(states(*[None] * 8, *[0.0] * 3), True, UNKNOWN, "the alarm slo was seen at only 3 of 10 looks.", id="seldom"),
        pytest.param(states(*[0.0] * 11, name="other"), True, UNKNOWN, "the alarm slo was never seen.", id="another one"),
    ],
)  # fmt: skip
def test_an_alarm(seen: tuple[Sample, ...], over: bool, verdict: Verdict, reason: str) -> None:
    """On fails at once and for good; what nobody could ask about is not off."""
    finding = judge(seen, bake(alarms=("slo",)), over=over)
    assert (finding.verdict, finding.reason) == (verdict, reason)
    assert finding.final is (verdict is not UNKNOWN)


def test_an_alarm_beside_a_metric() -> None:
    """Both must be well, and errors are told by the metric."""
    merged = tuple(
        one.model_copy(update={"evidence": (*one.evidence, *other.evidence)})
        for one, other in zip(counted(*[(50, 0)] * 11), states(*[0.0] * 10, 1.0), strict=True)
    )
    settings = bake(ERRORS, alarms=("slo",))
    assert judge(merged, settings).verdict is FAIL
    assert (judge(merged, settings).requests, judge(merged, bake(ERRORS)).verdict) == (550, PASS)
    assert judge(counted(*[(50, 0)] * 11), settings).reason == "the alarm slo was never seen."
