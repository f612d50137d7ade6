from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.report import Verdict
from runners.checks.error_count import ErrorCount
from runners.context import Context
from tests.fakes.clock import FakeClock
from tests.fakes.moto import Moto

BALANCER = {"LoadBalancer": "app/main/50dc6c495c0c9188"}
GROUP = {"TargetGroup": "targetgroup/store-green/73e2d6bc24d8a067", **BALANCER}
ALB = "AWS/ApplicationELB"


async def ask(context: Context, clock: FakeClock, **settings: Any) -> tuple[Verdict, str]:
    """Ask for errors."""
    written = {"kind": "error_count", "load_balancer": "app/main/50dc6c495c0c9188", "at_most": 10, **settings}
    check = ErrorCount(ErrorCount.Settings.model_validate(written), replace(context, clock=clock))
    return await check.ask()


@pytest.mark.parametrize(
    ("minutes", "verdict", "told"),
    [
        pytest.param([{"RequestCount": 100}] * 5, Verdict.PASS, "0 errors in 500 requests in 5 min.", id="no word of errors is no error"),
        pytest.param([{"RequestCount": 600, "HTTPCode_Target_5XX_Count": 4, "HTTPCode_ELB_5XX_Count": 6}], Verdict.PASS, "10 errors in 600 requests in 5 min.", id="as many as may be"),
        pytest.param([{"RequestCount": 600, "HTTPCode_Target_5XX_Count": 4, "HTTPCode_ELB_5XX_Count": 7}], Verdict.FAIL, "11 errors in 600 requests in 5 min, at most 10 allowed.", id="one too many"),
        pytest.param([], Verdict.UNKNOWN, "no requests were counted in 5 min, so nobody knows.", id="no requests"),
        pytest.param([{}, {}, {}, {"HTTPCode_ELB_5XX_Count": 9}], Verdict.UNKNOWN, "no requests were counted in 5 min, so nobody knows.", id="some turned away"),
        pytest.param([{}, {}, {}, {"HTTPCode_ELB_5XX_Count": 90}], Verdict.FAIL, "90 errors in 90 requests in 5 min, at most 10 allowed.", id="all turned away"),
        pytest.param([{}, {}, {}, {}, {}, {"RequestCount": 9, "HTTPCode_Target_5XX_Count": 9}], Verdict.UNKNOWN, "no requests were counted in 5 min, so nobody knows.", id="too long ago"),
    ],
)  # fmt: skip
async def test_counts(
    cloud: Moto,
    context: Context,
    clock: FakeClock,
    minutes: list[dict[str, float]],
    verdict: Verdict,
    told: str,
) -> None:
    """What the load balancer counted in the last closed minutes decides, the newest minute first here."""
    for ago, sums in enumerate(minutes, start=1):
        if sums:
            cloud.count(ALB, BALANCER, clock.now() - timedelta(minutes=ago), **sums)
    # What has only begun is not counted.
    cloud.count(ALB, BALANCER, clock.now(), RequestCount=1000, HTTPCode_Target_5XX_Count=1000)
    assert await ask(context, clock, over=timedelta(minutes=5)) == (verdict, told)


async def test_one_target_group(cloud: Moto, context: Context, clock: FakeClock) -> None:
    """A group is asked for under its load balancer's name, which is looked up where only an ARN is known."""
    made = cloud.balancer()
    of = {
        "TargetGroup": made.groups[0].rpartition(":")[2],
        "LoadBalancer": made.arn.partition(":loadbalancer/")[2],
    }
    cloud.count(ALB, of, clock.now() - timedelta(minutes=2), RequestCount=40, HTTPCode_Target_5XX_Count=2)
    assert await ask(context, clock, load_balancer=None, target_group=made.groups[0]) == (
        Verdict.PASS,
        "2 errors in 40 requests in 5 min.",
    )
    assert await ask(context, clock, load_balancer=made.arn, target_group=of["TargetGroup"]) == (
        Verdict.PASS,
        "2 errors in 40 requests in 5 min.",
    )


@pytest.mark.parametrize("status", ["PartialData", "InternalError", "Forbidden"])
async def test_an_answer_that_is_not_whole(
    cloud: Moto, context: Context, clock: FakeClock, status: str
) -> None:
    """An answer that AWS itself calls incomplete is none."""
    at = [clock.now() - timedelta(minutes=1)]
    said = [
        {
            "Id": f"m{place}",
            "Timestamps": at,
            "Values": [100.0],
            "StatusCode": status if place else "Complete",
        }
        for place in range(3)
    ]
    cloud.say("cloudwatch", "GetMetricData", {"MetricDataResults": said})
    verdict, told = await ask(context, clock)
    assert verdict is Verdict.UNKNOWN
    assert f"about HTTPCode_Target_5XX_Count is {status}, not Complete" in told


async def test_denied(cloud: Moto, context: Context, clock: FakeClock) -> None:
    """What may not be asked is UNKNOWN."""
    cloud.refuse("cloudwatch", "GetMetricData", "AccessDenied")
    assert (await ask(context, clock))[0] is Verdict.UNKNOWN


async def test_an_output_that_is_none(cloud: Moto, context: Context, clock: FakeClock) -> None:
    """An output that names something else than a load balancer is told of, and nobody is asked."""
    verdict, told = await ask(context, clock, load_balancer="{outputs.url}")
    assert (verdict, "is no application load balancer" in told) == (Verdict.UNKNOWN, True)
    assert cloud.asked == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param({"at_most": 1}, "says nothing about what is counted", id="nothing"),
        pytest.param({"load_balancer": "net/main/1", "at_most": 1}, "is no application load balancer", id="a network load balancer"),
        pytest.param({"target_group": "store-green", "at_most": 1}, "is no target group", id="only a name"),
        pytest.param({"target_group": GROUP["TargetGroup"], "at_most": 1}, "must be an ARN", id="a group without its load balancer"),
        pytest.param({"load_balancer": "app/main/1"}, "at_most", id="no line"),
        pytest.param({"load_balancer": "app/main/1", "at_most": -1}, "greater than or equal to 0", id="less than none"),
        pytest.param({"load_balancer": "app/main/1", "at_most": 1, "over": "90s"}, "write whole minutes", id="half a minute"),
        pytest.param({"load_balancer": "app/main/1", "at_most": 1, "over": "2d"}, "no more than 24h", id="days"),
        pytest.param({"load_balancer": "app/main/1", "at_most": 1, "source": "prometheus"}, "cloudwatch", id="another source"),
    ],
)  # fmt: skip
def test_bad_settings(settings: dict[str, Any], words: str) -> None:
    """What makes no sense is a fault of the estate already."""
    with pytest.raises(ValidationError, match=words):
        ErrorCount.Settings.model_validate({"kind": "error_count", **settings})
