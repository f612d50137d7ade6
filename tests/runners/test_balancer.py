from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import Refused
from runners.balancer import Balancer, Tally, fault
from runners.context import Context
from tests.fakes.moto import REGION, Moto

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NAME = "app/main/50dc6c495c0c9188"
OF = {"LoadBalancer": NAME}


async def tally(cloud: Moto, context: Context, *minutes: dict[str, float]) -> Tally:
    """Count five minutes, of which some were counted, the oldest first."""
    for place, sums in enumerate(minutes):
        if sums:
            cloud.count("AWS/ApplicationELB", OF, NOON + place * MINUTE, **sums)
    return await Balancer(context.aws, NAME, None, REGION).tally(NOON, NOON + 5 * MINUTE)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        pytest.param([{"RequestCount": 10}, {"RequestCount": 20, "HTTPCode_Target_5XX_Count": 2}], Tally(30, 2, NOON + 2 * MINUTE), id="requests and errors"),
        pytest.param([{"RequestCount": 10, "HTTPCode_ELB_5XX_Count": 30}], Tally(30, 30, NOON + MINUTE), id="more turned away than counted"),
        pytest.param([{"HTTPCode_ELB_5XX_Count": 7}], Tally(7, 7, None), id="an old minute in which all were turned away"),
        pytest.param([{"RequestCount": 5}, {}, {}, {}, {"HTTPCode_ELB_5XX_Count": 7}], Tally(5, 0, NOON + MINUTE), id="a new minute whose requests may still come"),
        pytest.param([], Tally(0, 0, None), id="nothing"),
    ],
)  # fmt: skip
async def test_tally(cloud: Moto, context: Context, minutes: list[dict[str, float]], expected: Tally) -> None:
    """Nobody has more errors than requests, and half a minute's numbers are waited for."""
    assert await tally(cloud, context, *minutes) == expected


async def test_a_group_behind_two_load_balancers(cloud: Moto, context: Context) -> None:
    """Where the load balancer cannot be told from the group, it must be named."""
    group = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/g/1"
    told = {"TargetGroups": [{"TargetGroupArn": group, "LoadBalancerArns": ["a", "b"]}]}
    cloud.say("elbv2", "DescribeTargetGroups", told)
    with pytest.raises(Refused, match="targetgroup/g/1 is behind 2 load balancers"):
        await Balancer(context.aws, None, group, None).tally(NOON, NOON + MINUTE)


def test_placeholders_are_judged_later() -> None:
    """What only a run knows cannot be wrong before it."""
    assert fault("{outputs.alb_arn}", None) == fault(None, "{target}") == ""
