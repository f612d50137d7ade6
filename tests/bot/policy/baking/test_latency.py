"""Latencies against a line, and against a baseline."""

from typing import Any

import pytest

from bot.domain.report import Evidence, Sample, Side, Verdict
from bot.policy import baking
from tests.bot.policy.baking.conftest import (
    FAIL,
    LATENCY,
    PASS,
    SLOWER,
    UNKNOWN,
    UNTIL,
    bake,
    judge,
    samples,
    slow,
)


@pytest.mark.parametrize(
    ("seen", "over", "verdict", "words"),
    [
        pytest.param(slow(*[50.0] * 11), True, PASS, "latency_p99 50 ms at the median of 11", id="fast"),
        pytest.param(slow(*[50.0] * 9, 200.0, 200.0), True, PASS, "50 ms", id="two slow ones"),
        pytest.param(slow(200.0, 200.0, 50.0, 200.0, 200.0), False, UNKNOWN, "200 ms", id="never three in a row"),
        pytest.param(slow(50.0, 101.0, 102.0, 103.0), False, FAIL, "3 times in a row, lastly 103 ms", id="three in a row"),
        pytest.param(slow(101.0, None, 102.0, None, 103.0), False, FAIL, "3 times in a row", id="no answer heals nothing"),
        pytest.param(slow(*[200.0, 200.0, 50.0] * 3, 200.0, 200.0), True, FAIL, "200 ms at the median", id="slow at the median"),
        pytest.param(slow(*[200.0] * 3, *[50.0] * 8), True, FAIL, "3 times in a row", id="three in a row are not healed by what comes after"),
        pytest.param(slow(100.0, 100.0, 100.0), False, UNKNOWN, "100 ms", id="on the line"),
        pytest.param(slow(*[50.0] * 5, *[100.0, 150.0] * 3), True, PASS, "100 ms at the median", id="on the line at the median"),
        pytest.param(slow(*[None] * 5, *[50.0] * 5), True, PASS, "50 ms", id="at half of the looks"),
        pytest.param((*slow(*[50.0] * 10, requests=5), *slow(*[50.0] * 11)[10:]), True, UNKNOWN, "only 50 of 100", id="requests that were not counted every time"),
        pytest.param(slow(), False, UNKNOWN, "not seen yet", id="nothing yet"),
        pytest.param(slow(*[None] * 11), True, UNKNOWN, "nothing was seen", id="never"),
        pytest.param(slow(*[None] * 7, *[50.0] * 4), True, UNKNOWN, "only 4 of 10 looks", id="seldom"),
        pytest.param(slow(*[None] * 5, *[50.0] * 6), True, PASS, "50 ms", id="often enough"),
        pytest.param(slow(*[50.0] * 11, requests=5), True, UNKNOWN, "only 55 of 100", id="fast with hardly any traffic"),
        pytest.param(slow(*[50.0] * 11, requests=10), True, PASS, "50 ms", id="fast with traffic"),
    ],
)  # fmt: skip
def test_latency(seen: tuple[Sample, ...], over: bool, verdict: Verdict, words: str) -> None:
    """Three in a row fail at once, the median decides at the end, and what was not seen is not known."""
    finding = judge(seen, bake(LATENCY), over=over)
    assert finding.verdict is verdict
    assert finding.final == (verdict is not UNKNOWN)
    assert words in finding.reason


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_was_not_seen(value: float) -> None:
    """It compares with nothing, so it must not pass for fast."""
    assert judge(slow(*[value] * 11), bake(LATENCY)).reason == "nothing was seen of latency_p99."


def test_the_end_of_patience_does_not_make_it_fast() -> None:
    """Slow at the median fails wherever the planned end is past, and two slow looks do not."""
    seen = slow(*[None] * 9, 200.0, 200.0, 50.0, 200.0)
    finding = baking.judge(seen, bake(LATENCY), now=seen[-1].at, until=UNTIL)
    assert (finding.verdict, finding.final) == (FAIL, True)


def beside(*looks: tuple[float | None, float | None], first: int = 1, **more: Any) -> tuple[Sample, ...]:
    """Make a sample a minute, of the candidate's latency and the baseline's; of ten the last is at the end."""
    return samples(
        *(
            tuple(
                Evidence(metric="latency_p99", side=side, value=value, missing="" if value is not None else "gone", **more)
                for side, value in zip(Side, look, strict=True)
            )
            for look in looks
        ),
        first=first,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("looks", "over", "verdict", "words"),
    [
        pytest.param([(100, 100)] * 10, True, PASS, "latency_p99 100 ms against 100 ms at the baseline (medians), 0 of 10 looks over 1.5 times the baseline", id="the same"),
        pytest.param([(150, 100)] * 10, True, PASS, "0 of 10", id="just as much as is allowed"),
        pytest.param([(151, 100)] * 10, True, FAIL, "by chance in fewer than 1 of", id="always more"),
        pytest.param([(900, 500)] * 10, False, FAIL, "10 of 10", id="early, when nobody could be so unlucky"),
        pytest.param([(900, 500)] * 9, False, UNKNOWN, "9 of 9", id="not as early"),
        pytest.param([*[(151, 100)] * 9, (100, 100)], True, PASS, "9 of 10", id="nine of ten happen by chance"),
        pytest.param([(100, 100)] * 8 + [(90_000, 100)] * 2, True, PASS, "2 of 10", id="two wild values are two votes"),
        pytest.param([(0, 0)] * 10, True, PASS, "0 of 10", id="nothing takes no time"),
        pytest.param([(1, 0)] * 10, True, FAIL, "10 of 10", id="something is more than nothing"),
        pytest.param([(100, None)] * 10, True, UNKNOWN, "no baseline of latency_p99 was seen to compare with", id="no baseline"),
        pytest.param([(None, 100)] * 10, True, UNKNOWN, "nothing was seen of latency_p99", id="no candidate"),
        pytest.param([(100, None)], False, UNKNOWN, "latency_p99 was not seen beside a baseline yet", id="nothing together yet"),
        pytest.param([(100, 100)] * 9 + [(100, None)], True, UNKNOWN, "a baseline of latency_p99 was not seen at the end", id="the baseline is gone at the end"),
        pytest.param([(100, None)] * 6 + [(100, 100)] * 4, True, UNKNOWN, "a baseline of latency_p99 was seen at only 4 of 10 looks", id="seldom together"),
        pytest.param([(100, None)] * 5 + [(None, 100)] * 4 + [(100, 100)], True, UNKNOWN, "a baseline of latency_p99 was seen at only 1 of 10 looks", id="one after the other"),
        pytest.param([(100, None)] * 2 + [(151, 100)] * 8, True, FAIL, "8 of 8", id="eight bad ones are none at the end"),
        pytest.param([(100, None)] * 3 + [(100, 100)] * 7, True, UNKNOWN, "7 looks at latency_p99 beside a baseline are too few to compare", id="seven bad ones would still be chance"),
        pytest.param([(100, None)] * 2 + [(100, 100)] * 8, True, PASS, "0 of 8", id="eight would not"),
    ],
)  # fmt: skip
def test_beside_a_baseline(looks: list[tuple[float | None, float | None]], over: bool, verdict: Verdict, words: str) -> None:  # fmt: skip
    """Each look is one vote, and only looks at both sides count."""
    finding = judge(beside(*looks), bake(SLOWER), over=over)
    assert finding.verdict is verdict
    assert words in finding.reason


def test_requests_count_where_the_source_counts_them() -> None:
    """Fast with hardly any traffic is no evidence, beside a baseline neither."""
    seen = beside(*[(100, 100)] * 10, requests=5, errors=1)
    finding = judge(seen, bake(SLOWER))
    assert (finding.verdict, finding.requests, finding.errors) == (UNKNOWN, 50, 10)
    assert "only 50 of 100" in finding.reason
    assert judge(beside(*[(100, 100)] * 10, requests=10), bake(SLOWER)).verdict is PASS
    assert judge(slow(*[50.0] * 11, requests=10), bake(LATENCY)).errors == 0


def test_running_totals_do_not_make_up_for_latencies_of_the_other_side() -> None:
    """A latency tells of its own time only."""
    seen = beside(*[(100.0, None)] * 9, (100.0, 100.0), requests=50, requests_total=5)
    assert "1 of 10 looks" in judge(seen, bake(SLOWER)).reason
