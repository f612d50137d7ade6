"""What a sample tells of one metric."""

from typing import Any

import pytest

from bot.domain.report import Evidence, Sample, Side
from bot.policy.baking.question import counts, value
from tests.bot.policy.baking.conftest import BEGAN

THEIRS = Side.BASELINE


def sample(*evidence: Evidence) -> Sample:
    return Sample(index=0, at=BEGAN, evidence=evidence)


def told(metric: str = "error_rate", **more: Any) -> Evidence:
    return Evidence(metric=metric, **more)


COUNTED = told(requests=5, errors=1)


@pytest.mark.parametrize(
    ("seen", "side", "expected"),
    [
        pytest.param(sample(COUNTED), Side.CANDIDATE, COUNTED, id="counted"),
        pytest.param(sample(told(requests=0, errors=0)), Side.CANDIDATE, told(requests=0, errors=0), id="no traffic is a count"),
        pytest.param(sample(), Side.CANDIDATE, None, id="nothing"),
        pytest.param(sample(COUNTED), THEIRS, None, id="of the other side"),
        pytest.param(sample(told(side=THEIRS, requests=9, errors=0), COUNTED), Side.CANDIDATE, COUNTED, id="behind the other side"),
        pytest.param(sample(COUNTED, told(side=THEIRS, requests=9, errors=0)), THEIRS, told(side=THEIRS, requests=9, errors=0), id="the other side, behind"),
        pytest.param(sample(told("latency_p99", requests=5, errors=1)), Side.CANDIDATE, None, id="of another metric"),
        pytest.param(sample(told(requests=5)), Side.CANDIDATE, None, id="no errors counted"),
        pytest.param(sample(told(errors=1)), Side.CANDIDATE, None, id="no requests counted"),
        pytest.param(sample(told(requests=5, errors=1, missing="half an answer")), Side.CANDIDATE, None, id="taken back"),
        pytest.param(sample(told(missing="gone"), COUNTED), Side.CANDIDATE, COUNTED, id="another source knows"),
    ],
)  # fmt: skip
def test_counts(seen: Sample, side: Side, expected: Evidence | None) -> None:
    """Requests and errors of one side, both or neither."""
    assert counts(seen, "error_rate", side) == expected


@pytest.mark.parametrize(
    ("seen", "side", "expected"),
    [
        pytest.param(told(value=0.0), Side.CANDIDATE, 0.0, id="nothing takes no time"),
        pytest.param(told(value=7.5), Side.CANDIDATE, 7.5, id="a number"),
        pytest.param(told(value=7.5), THEIRS, None, id="of the other side"),
        pytest.param(told(), Side.CANDIDATE, None, id="none"),
        pytest.param(told(value=float("nan")), Side.CANDIDATE, None, id="no number"),
        pytest.param(told(value=float("inf")), Side.CANDIDATE, None, id="no end"),
        pytest.param(told(value=7.5, missing="gone"), Side.CANDIDATE, None, id="taken back"),
    ],
)
def test_value(seen: Evidence, side: Side, expected: float | None) -> None:
    """A number that can be compared."""
    found = value(sample(seen), "error_rate", side)
    assert (found.value if found else None) == expected


def test_the_candidate_is_meant_where_nobody_says() -> None:
    """Both sides in one sample are told apart."""
    seen = sample(told(side=THEIRS, value=1.0, requests=1, errors=0), told(value=2.0, requests=2, errors=0))
    ours, counted = value(seen, "error_rate"), counts(seen, "error_rate")
    assert (ours and ours.value, counted and counted.requests) == (2.0, 2)
