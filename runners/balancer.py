"""What an application load balancer counted: requests, failed ones, and how long the targets took.

It counts nothing at all while there are no requests, and failed ones only where there are some: no count of failed
requests beside requests means none, and no count of requests means that nobody knows. Requests that it turned away
before it had a target for them are in its own failed ones and in no count of requests.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.errors import Refused
from runners import arn, cloudwatch
from runners.aws import Aws
from runners.cloudwatch import Minutes, Series

_NAMESPACE = "AWS/ApplicationELB"
#: How long the parts of one minute may come one after the other.
_SETTLED = timedelta(minutes=3)
_ARN = r"arn:[^:]+:elasticloadbalancing:[^:]*:[^:]*:"
_LOAD_BALANCER = re.compile(rf"({_ARN}loadbalancer/)?app/[^/]+/[^/]+")
_TARGET_GROUP = re.compile(rf"({_ARN})?targetgroup/[^/]+/[^/]+")


class Tally(NamedTuple):
    """What was counted in some minutes."""

    requests: int
    errors: int
    #: The end of the last minute in which requests were counted; `None` where there is none.
    last: datetime | None


def fault(load_balancer: str | None, target_group: str | None) -> str:
    """Say why these are not what is counted for; empty where they are, or where placeholders hide it."""
    if load_balancer is None and target_group is None:
        return "says nothing about what is counted: write load_balancer, or target_group, or both."
    if not _fits(load_balancer, _LOAD_BALANCER):
        return "load_balancer is no application load balancer: write its ARN, or app/NAME/ID."
    if not _fits(target_group, _TARGET_GROUP):
        return "target_group is no target group: write its ARN, or targetgroup/NAME/ID."
    alone = target_group if load_balancer is None else None
    if alone is not None and arn.is_filled(alone) and not arn.is_arn(alone):
        return "target_group alone must be an ARN: write that, or load_balancer too."
    return ""


def _fits(name: str | None, right: re.Pattern[str]) -> bool:
    return name is None or not arn.is_filled(name) or right.fullmatch(name) is not None


class Balancer:
    """One load balancer, or one target group behind it."""

    def __init__(
        self, aws: Aws, load_balancer: str | None, target_group: str | None, region: str | None
    ) -> None:
        """Take ARNs or CloudWatch's names; the *region* is for the latter."""
        self._aws = aws
        self._load_balancer = load_balancer
        self._target_group = target_group
        self._region = arn.region(load_balancer, target_group) or region

    @property
    def title(self) -> str:
        """What is counted for, short."""
        return arn.own_name(self._target_group or self._load_balancer or "")

    async def tally(self, since: datetime, upto: datetime) -> Tally:
        """Count the minutes from *since* to before *upto*; raises `Refused` and `AwsSilent`."""
        of = await self._dimensions()
        names = ["RequestCount", "HTTPCode_Target_5XX_Count"]
        if "TargetGroup" not in of:
            names.append("HTTPCode_ELB_5XX_Count")
        wanted = [Series(_NAMESPACE, name, of) for name in names]
        requests, *errors = await cloudwatch.read(self._aws, self._region, wanted, since, upto)
        return _added(requests, errors, upto - _SETTLED)

    async def times(self, statistic: str, since: datetime, upto: datetime) -> Minutes:
        """How long the targets took, in seconds, by *statistic* (`p99`); raises `Refused` and `AwsSilent`."""
        wanted = [Series(_NAMESPACE, "TargetResponseTime", await self._dimensions(), statistic)]
        return (await cloudwatch.read(self._aws, self._region, wanted, since, upto))[0]

    async def _dimensions(self) -> Mapping[str, str]:
        """Name it as CloudWatch does, which knows a target group only together with its load balancer."""
        if wrong := fault(self._load_balancer, self._target_group):
            raise Refused(wrong)
        balancer, group = self._load_balancer, self._target_group
        if group is None:
            return {"LoadBalancer": arn.own_name(balancer or "")}
        if balancer is None:
            balancer = await self._attached(group)
        return {"TargetGroup": arn.own_name(group), "LoadBalancer": arn.own_name(balancer)}

    async def _attached(self, group: str) -> str:
        told = await self._aws.call(
            "elbv2", "describe_target_groups", region=self._region, TargetGroupArns=[group]
        )
        balancers = {one for found in told["TargetGroups"] for one in found["LoadBalancerArns"]}
        if len(balancers) != 1:
            msg = (
                f"{arn.own_name(group)} is behind {len(balancers)} load balancers: name the one that is meant"
            )
            raise Refused(msg)
        return str(balancers.pop())


def _added(requests: Minutes, errors: list[Minutes], settled: datetime) -> Tally:
    """Add up minutes; one with failed requests and no others is judged once it is old enough to be whole."""
    all_, bad = 0, 0
    for minute in {*requests, *(at for series in errors for at in series)}:
        failed = round(sum(series.get(minute, 0) for series in errors))
        if minute not in requests and minute >= settled:
            continue
        all_ += max(round(requests.get(minute, 0)), failed)
        bad += failed
    last = max(requests) + cloudwatch.MINUTE if requests else None
    return Tally(all_, bad, last)
