"""Numbers from CloudWatch, minute by minute; whatever is not told completely is not told."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from runners.aws import Aws, AwsSilent

MINUTE = timedelta(minutes=1)
_OPERATION = "get_metric_data"

#: A number for each minute that has one, under the minute's beginning (aware, UTC).
Minutes = Mapping[datetime, float]


class Series(NamedTuple):
    """One metric of one thing, by one statistic."""

    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    statistic: str = "Sum"


def closed(now: datetime) -> datetime:
    """The end of the last minute that is over at *now*."""
    return now.replace(second=0, microsecond=0)


def next_minute(now: datetime) -> datetime:
    """The first minute that begins at *now* or later."""
    return closed(now + MINUTE - timedelta.resolution)


async def read(
    aws: Aws, region: str | None, wanted: Sequence[Series], since: datetime, upto: datetime
) -> tuple[Minutes, ...]:
    """Read every *wanted* series, of the minutes from *since* to before *upto*.

    Raises `AwsDenied`, and `AwsSilent` too where AWS answers, but not with everything.
    """
    queries = [_query(f"m{place}", series) for place, series in enumerate(wanted)]
    found: list[dict[datetime, float]] = [{} for _ in wanted]
    status = dict.fromkeys((query["Id"] for query in queries), "missing")
    page: dict[str, str] = {}
    while True:
        answer = await aws.call(
            "cloudwatch",
            _OPERATION,
            region=region,
            MetricDataQueries=queries,
            StartTime=since,
            EndTime=upto,
            **page,
        )
        for result in answer.get("MetricDataResults", ()):
            # A series that goes on on the next page is only there said to be complete.
            status[result["Id"]] = result.get("StatusCode", "missing")
            values = zip(result.get("Timestamps", ()), result.get("Values", ()), strict=True)
            found[int(result["Id"][1:])].update((at.astimezone(UTC), value) for at, value in values)
        if not (token := answer.get("NextToken")):
            break
        page = {"NextToken": token}
    for query, series in zip(queries, wanted, strict=True):
        if (told := status[query["Id"]]) != "Complete":
            raise AwsSilent(_OPERATION, f"the answer about {series.metric} is {told}, not Complete")
    return tuple(found)


def _query(name: str, series: Series) -> dict[str, Any]:
    dimensions = [{"Name": key, "Value": value} for key, value in series.dimensions.items()]
    metric = {"Namespace": series.namespace, "MetricName": series.metric, "Dimensions": dimensions}
    return {"Id": name, "MetricStat": {"Metric": metric, "Period": 60, "Stat": series.statistic}}
