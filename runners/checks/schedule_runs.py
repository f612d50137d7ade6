"""The schedules of one group of EventBridge Scheduler were invoked as often as they say.

Invoked is all that AWS knows: how a run ended, the jobs themselves must tell. Its counts are not promised to be
complete, so fewer than were due are UNKNOWN, while more than were due, and those that it gave up, are certain.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from bot.domain.duration import Duration
from bot.domain.estate import CheckSettings
from bot.domain.report import Verdict
from runners import cloudwatch, expressions
from runners.arn import Region
from runners.aws import AwsDenied
from runners.checks import Check
from runners.cloudwatch import Series

_COUNTS = (
    "InvocationAttemptCount",
    "TargetErrorCount",
    "TargetErrorThrottledCount",
    "InvocationDroppedCount",
)


class _Counts(NamedTuple):
    """What CloudWatch has, in the order of `_COUNTS`."""

    attempts: int
    errors: int
    throttled: int
    dropped: int


class ScheduleRuns(Check):
    """Compares what CloudWatch counted with what the enabled schedules' expressions ask for."""

    class Settings(CheckSettings):
        """Which group, and how far back."""

        group: Annotated[str, Field(min_length=1)]
        region: Region | None = None
        #: How far back is looked; what was before the change, or before a schedule was edited, is never looked at.
        over: Duration = timedelta(days=1)

    settings: Settings

    def _about(self) -> str:
        return self.settings.group

    async def _ask(self) -> tuple[Verdict, str]:
        settings, now = self.settings, self.context.clock.now()
        try:
            schedules = await self._enabled()
        except AwsDenied as error:
            if error.code == "ResourceNotFoundException":
                return Verdict.FAIL, f"there is no group {settings.group}."
            raise
        if not schedules:
            return Verdict.FAIL, f"no schedule of {settings.group} is enabled."
        edited = max(expressions.aware(one["LastModificationDate"]) for one in schedules)
        since = max(now - settings.over, self.context.since or edited, edited)
        since, end = cloudwatch.next_minute(since), cloudwatch.closed(now)
        try:
            due = [_due(one, since, now) for one in schedules]
        except ValueError as error:
            return Verdict.UNKNOWN, f"{str(error).rstrip('.')}."
        if not sum(one.least for one in due) or end <= since:
            return Verdict.UNKNOWN, f"none was due and counted since {since:%a %H:%M} UTC{_coming(due)}."
        return self._judged(await self._counts(since, end), due, since)

    def _judged(
        self, counts: _Counts, due: Sequence[expressions.Due], since: datetime
    ) -> tuple[Verdict, str]:
        least, most = sum(one.least for one in due), sum(one.most for one in due)
        begun = counts.attempts - counts.errors
        asked = f"{least}" if least == most else f"{least} to {most}"
        told = f"{begun} invoked of {asked} due since {since:%a %H:%M} UTC"
        if counts.dropped:
            return Verdict.FAIL, f"{counts.dropped} given up, {told}."
        if begun - counts.throttled > most:
            return Verdict.FAIL, f"{told}: some ran twice."
        if begun < least:
            return Verdict.UNKNOWN, f"{told}: some were missed, or CloudWatch does not have them."
        return Verdict.PASS, f"{told}."

    async def _enabled(self) -> list[Mapping[str, Any]]:
        group, region = self.settings.group, self.settings.region
        aws = self.context.aws
        await aws.call("scheduler", "get_schedule_group", region=region, Name=group)
        names: list[str] = []
        page: dict[str, str] = {}
        while True:
            told = await aws.call(
                "scheduler", "list_schedules", region=region, GroupName=group, State="ENABLED", **page
            )
            names += [one["Name"] for one in told["Schedules"]]
            if not (token := told.get("NextToken")):
                break
            page = {"NextToken": token}
        return [
            await aws.call("scheduler", "get_schedule", region=region, GroupName=group, Name=name)
            for name in names
        ]

    async def _counts(self, since: datetime, end: datetime) -> _Counts:
        of = {"ScheduleGroup": self.settings.group}
        wanted = [Series("AWS/Scheduler", name, of) for name in _COUNTS]
        read = await cloudwatch.read(self.context.aws, self.settings.region, wanted, since, end)
        return _Counts(*(round(sum(series.values())) for series in read))


def _due(schedule: Mapping[str, Any], since: datetime, now: datetime) -> expressions.Due:
    """Count for one schedule, in the part of the time in which it is there to be invoked."""
    begins, ends = schedule.get("StartDate"), schedule.get("EndDate")
    since = max(since, expressions.aware(begins)) if begins else since
    until = min(now, expressions.aware(ends)) if ends else now
    flexible = timedelta(minutes=schedule.get("FlexibleTimeWindow", {}).get("MaximumWindowInMinutes", 0))
    if until <= since:
        return expressions.Due(0, 0, None)
    zone = schedule.get("ScheduleExpressionTimezone") or "UTC"
    return expressions.expected(schedule["ScheduleExpression"], zone, flexible, since, until)


def _coming(due: Sequence[expressions.Due]) -> str:
    coming = [one.coming for one in due if one.coming is not None]
    return f"; next due {min(coming):%a %d %b %H:%M} UTC" if coming else ""
