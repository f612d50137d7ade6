"""Counts and latencies of an application load balancer, from CloudWatch.

Only minutes that are over are looked at. Counts are read anew from where the bake began to count, each time, and only
what is more than before is new: so nothing that arrives late is lost, and nothing is counted twice.
"""

from datetime import datetime, timedelta
from statistics import median
from typing import Self

from pydantic import model_validator

from bot.domain.estate import WatchSettings
from bot.domain.report import Evidence
from runners import balancer, cloudwatch
from runners.arn import Region
from runners.context import Context
from runners.metrics import Metric

#: So long after the last counted request it is not known any more whether there are some.
_QUIET = timedelta(minutes=3)
_STATISTICS = {"latency_p99": "p99", "latency_p50": "p50"}


class Cloudwatch(Metric):
    """Takes the sums of requests and of failed ones, or the percentile of each minute."""

    class Settings(WatchSettings):
        """Whose numbers: a load balancer's, or those of one target group behind it."""

        #: ARN, or `app/NAME/ID`.
        load_balancer: str | None = None
        #: ARN, or `targetgroup/NAME/ID`, like `{target}`.
        target_group: str | None = None
        #: `None`: what an ARN says, else where the process itself is.
        region: Region | None = None

        @model_validator(mode="after")
        def _names_one(self) -> Self:
            if wrong := balancer.fault(self.load_balancer, self.target_group):
                raise ValueError(wrong)
            return self

    settings: Settings

    def __init__(self, settings: WatchSettings, context: Context) -> None:
        """Know whose numbers are read.

        Where the two colours of a switch are compared a load balancer's own would be those of both.
        """
        super().__init__(settings, context)
        wanted, target = self.settings, context.names.get("target", "")
        compared = wanted.worse_than_baseline is not None and ":targetgroup/" in target
        group = wanted.target_group or (target if compared else None)
        self._balancer = balancer.Balancer(context.aws, wanted.load_balancer, group, wanted.region)

    async def _sample(self, previous: Evidence | None) -> Evidence:
        now = self.context.clock.now()
        if self.settings.metric == "error_rate":
            return await self._counted(previous, now)
        return await self._timed(previous, now)

    async def _counted(self, previous: Evidence | None, now: datetime) -> Evidence:
        end = cloudwatch.closed(now)
        since = (previous.since if previous is not None else None) or self._begins(now)
        if previous is None or previous.since is None:
            previous = Evidence(metric=self.settings.metric, since=since, requests_total=0, errors_total=0)
        if end <= since:
            return self.missing(previous, f"{self._balancer.title} is counted from {since:%H:%M} UTC on.")
        seen = await self._balancer.tally(since, end)
        before = (previous.requests_total or 0, previous.errors_total or 0)
        # A stale answer may count less than the one before it.
        totals = (max(before[0], seen.requests), max(before[1], seen.errors))
        if totals == before and (seen.last is None or seen.last + _QUIET < end):
            from_ = since if seen.last is None else seen.last
            return self.missing(previous, f"{self._balancer.title} had no requests since {from_:%H:%M} UTC.")
        return Evidence(
            metric=self.settings.metric,
            requests=totals[0] - before[0],
            errors=totals[1] - before[1],
            requests_total=totals[0],
            errors_total=totals[1],
            since=since,
        )

    def _begins(self, now: datetime) -> datetime:
        """The first whole minute after the change, or from *now* on where nobody says when that was."""
        return cloudwatch.next_minute(self.context.since or now)

    async def _timed(self, previous: Evidence | None, now: datetime) -> Evidence:
        metric, end = self.settings.metric, cloudwatch.closed(now)
        upto = (previous.upto if previous is not None else None) or self._begins(now)
        begun = Evidence(
            metric=metric, missing=f"{self._balancer.title} was not timed since {upto:%H:%M} UTC.", upto=upto
        )
        if end <= upto:
            return begun
        times = await self._balancer.times(_STATISTICS[metric], upto, end)
        if not times:
            return begun
        return Evidence(
            metric=metric, value=1000 * median(times.values()), upto=max(times) + cloudwatch.MINUTE
        )
