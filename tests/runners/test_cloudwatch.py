from datetime import UTC, datetime, timedelta

import pytest

from runners import cloudwatch
from runners.aws import AwsSilent
from runners.cloudwatch import Series
from runners.context import Context
from tests.fakes.moto import REGION, Moto

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TWO = (Series("x", "a", {"D": "d"}), Series("x", "b", {"D": "d"}))


@pytest.mark.parametrize(
    ("now", "closed", "next_"),
    [
        pytest.param(NOON, NOON, NOON, id="on the minute"),
        pytest.param(NOON + timedelta(microseconds=1), NOON, NOON + MINUTE, id="just after"),
        pytest.param(NOON + timedelta(seconds=59), NOON, NOON + MINUTE, id="just before"),
    ],
)
def test_minutes(now: datetime, closed: datetime, next_: datetime) -> None:
    """A minute counts when it is over."""
    assert (cloudwatch.closed(now), cloudwatch.next_minute(now)) == (closed, next_)


async def test_reading(cloud: Moto, context: Context) -> None:
    """Each series has its own minutes, the last one left out."""
    for ago, value in ((3, 1.0), (1, 2.0), (0, 9.0)):
        cloud.count("x", {"D": "d"}, NOON - ago * MINUTE, a=value)
    cloud.count("x", {"D": "other"}, NOON - MINUTE, a=5, b=5)
    found = await cloudwatch.read(context.aws, REGION, TWO, NOON - 3 * MINUTE, NOON)
    assert found == ({NOON - 3 * MINUTE: 1.0, NOON - MINUTE: 2.0}, {})


async def test_pages(cloud: Moto, context: Context) -> None:
    """A series may go on on the next page, where it is complete."""
    first = [
        {"Id": "m0", "Timestamps": [NOON], "Values": [1.0], "StatusCode": "PartialData"},
        {"Id": "m1", "Timestamps": [], "Values": [], "StatusCode": "Complete"},
    ]
    second = [{"Id": "m0", "Timestamps": [NOON + MINUTE], "Values": [2.0], "StatusCode": "Complete"}]
    cloud.say("cloudwatch", "GetMetricData", {"MetricDataResults": first, "NextToken": "more"})
    cloud.say("cloudwatch", "GetMetricData", {"MetricDataResults": second})
    found = await cloudwatch.read(context.aws, REGION, TWO, NOON, NOON + 2 * MINUTE)
    assert found == ({NOON: 1.0, NOON + MINUTE: 2.0}, {})


async def test_a_series_that_is_left_out(cloud: Moto, context: Context) -> None:
    """An answer without one of the series is no answer."""
    only = [{"Id": "m0", "Timestamps": [NOON], "Values": [1.0], "StatusCode": "Complete"}]
    cloud.say("cloudwatch", "GetMetricData", {"MetricDataResults": only})
    with pytest.raises(AwsSilent, match="the answer about b is missing"):
        await cloudwatch.read(context.aws, REGION, TWO, NOON, NOON + MINUTE)
