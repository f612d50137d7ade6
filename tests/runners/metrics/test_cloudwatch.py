from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.report import Evidence
from runners.context import Context
from runners.metrics.cloudwatch import Cloudwatch
from tests.fakes.clock import FakeClock
from tests.fakes.moto import Moto

NAME = "app/main/50dc6c495c0c9188"
OF = {"LoadBalancer": NAME}
MINUTE = timedelta(minutes=1)

Make = Callable[..., Cloudwatch]
#: Puts sums into the minute that began so many minutes after noon.
Count = Callable[..., None]


@pytest.fixture
def make(context: Context, clock: FakeClock) -> Make:
    """Give a maker of metrics; the clock stands at noon."""

    def made(metric: str = "error_rate", **settings: Any) -> Cloudwatch:
        written = {"source": "cloudwatch", "metric": metric, "at_most": 1, "load_balancer": NAME, **settings}
        return Cloudwatch(Cloudwatch.Settings.model_validate(written), replace(context, clock=clock))

    return made


@pytest.fixture
def count(cloud: Moto, clock: FakeClock) -> Count:
    """Give a counter of requests and errors."""
    noon = clock.now()

    def put(minute: int, requests: int, errors: int = 0) -> None:
        sums = {"RequestCount": requests, "HTTPCode_Target_5XX_Count": errors}
        told = {name: value for name, value in sums.items() if value}
        cloud.count("AWS/ApplicationELB", OF, noon + minute * MINUTE, **told)

    return put


def numbers(found: Evidence) -> tuple[int | None, int | None]:
    """What is new in it; nothing where it is missing."""
    assert bool(found.missing) == (found.requests is None)
    return found.requests, found.errors


async def test_only_closed_minutes(make: Make, count: Count, clock: FakeClock) -> None:
    """Counting begins with the first look, and each minute counts once, when it is over."""
    source = make()
    count(-1, 1000, 1000)
    first = await source.sample(None)
    assert (first.missing, first.since) == (f"{NAME} is counted from 12:00 UTC on.", clock.now())
    count(0, 100, 1)
    await clock.advance(59)
    second = await source.sample(first)
    assert numbers(second) == (None, None)
    await clock.advance(1)
    third = await source.sample(second)
    assert numbers(third) == (100, 1)
    await clock.advance(30)
    fourth = await source.sample(third)
    assert numbers(fourth) == (0, 0)
    count(1, 50)
    await clock.advance(30)
    assert numbers(await source.sample(fourth)) == (50, 0)


async def test_since_the_shift(make: Make, count: Count, clock: FakeClock) -> None:
    """Where it is said when the change was, its first whole minute counts, though nobody had looked before."""
    source, slow = make(), make("latency_p50")
    for one in (source, slow):
        one.context = replace(one.context, since=clock.now() + timedelta(seconds=1))
    count(0, 1000, 1000)
    count(1, 10, 2)
    await clock.advance(120)
    assert numbers(await source.sample(None)) == (10, 2)
    assert (await slow.sample(Evidence(metric="latency_p50"))).upto == clock.now() - MINUTE


async def test_late_data_is_counted_later(make: Make, count: Count, clock: FakeClock) -> None:
    """What arrives late is new when it arrives, and nothing is counted twice."""
    source = make()
    found = await source.sample(None)
    count(0, 100)
    await clock.advance(180)
    found = await source.sample(found)
    assert numbers(found) == (100, 0)
    count(0, 20, 5)
    count(1, 30, 1)
    await clock.advance(60)
    found = await source.sample(found)
    assert numbers(found) == (50, 6)
    assert (found.requests_total, found.errors_total) == (150, 6)
    assert numbers(await source.sample(found)) == (0, 0)


async def test_a_minute_of_errors_without_requests_waits(
    cloud: Moto, make: Make, count: Count, clock: FakeClock
) -> None:
    """Errors whose requests have not arrived are no outage yet; once they are old, they are."""
    source = make()
    noon = clock.now()
    found = await source.sample(None)
    count(0, 100)
    cloud.count("AWS/ApplicationELB", OF, noon + MINUTE, HTTPCode_ELB_5XX_Count=30)
    await clock.advance(120)
    found = await source.sample(found)
    assert numbers(found) == (100, 0)
    await clock.advance(180)
    found = await source.sample(found)
    assert numbers(found) == (30, 30)


async def test_a_stale_answer(cloud: Moto, make: Make, count: Count, clock: FakeClock) -> None:
    """An answer that knows less than the one before it takes nothing back, and counts nothing twice."""
    source = make()
    noon = clock.now()
    found = await source.sample(None)
    count(0, 100, 2)
    await clock.advance(60)
    found = await source.sample(found)
    stale = [
        {"Id": f"m{place}", "Timestamps": [noon], "Values": [value], "StatusCode": "Complete"}
        for place, value in enumerate((60.0, 1.0, 0.0))
    ]
    cloud.say("cloudwatch", "GetMetricData", {"MetricDataResults": stale})
    found = await source.sample(found)
    assert numbers(found) == (0, 0)
    count(1, 10)
    await clock.advance(60)
    assert numbers(await source.sample(found)) == (10, 0)


async def test_no_requests_is_no_evidence(make: Make, count: Count, clock: FakeClock) -> None:
    """Where requests stopped some minutes ago, nobody knows any more; what came late counts all the same."""
    source = make()
    found = await source.sample(None)
    await clock.advance(120)
    found = await source.sample(found)
    assert found.missing == f"{NAME} had no requests since 12:00 UTC."
    count(0, 40)
    found = await source.sample(found)
    assert numbers(found) == (40, 0)
    await clock.advance(180)
    found = await source.sample(found)
    assert found.missing == f"{NAME} had no requests since 12:01 UTC."
    assert (found.requests_total, found.errors_total) == (40, 0)


@pytest.mark.parametrize(
    ("arrange", "words"),
    [
        pytest.param(lambda cloud: cloud.refuse("cloudwatch", "GetMetricData", "AccessDenied"), "AccessDenied", id="denied"),
        pytest.param(lambda cloud: cloud.say("cloudwatch", "GetMetricData", {"MetricDataResults": []}), "is missing, not Complete", id="not whole"),
    ],
)  # fmt: skip
async def test_no_answer_loses_nothing(
    cloud: Moto, make: Make, count: Count, clock: FakeClock, arrange: Callable[[Moto], None], words: str
) -> None:
    """A look that fails is missing, and the next one counts what it missed."""
    source = make()
    found = await source.sample(None)
    count(0, 100)
    await clock.advance(60)
    arrange(cloud)
    found = await source.sample(found)
    assert words in found.missing
    count(1, 10)
    await clock.advance(60)
    assert numbers(await source.sample(found)) == (110, 0)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param({"at_most": 1, "target_group": "{target}"}, id="as its target group"),
        pytest.param(
            {"worse_than_baseline": 1.5, "load_balancer": "{outputs.alb}"}, id="as what is compared"
        ),
    ],
)
async def test_one_colour(cloud: Moto, context: Context, clock: FakeClock, written: dict[str, Any]) -> None:
    """`{target}` is the colour's own group: its errors, not its load balancer's, which has those of both."""
    made = cloud.balancer(groups=("store-blue", "store-green"))
    of = {
        "TargetGroup": made.groups[1].rpartition(":")[2],
        "LoadBalancer": made.arn.partition(":loadbalancer/")[2],
    }
    settings = Cloudwatch.Settings.model_validate({"source": "cloudwatch", "metric": "error_rate", **written})
    green = replace(context, clock=clock, names={"target": made.groups[1]}, outputs={"alb": made.arn})
    source = Cloudwatch(settings, green)
    found = await source.sample(None)
    cloud.count("AWS/ApplicationELB", of, clock.now(), RequestCount=10, HTTPCode_Target_5XX_Count=1)
    cloud.count(
        "AWS/ApplicationELB", {"LoadBalancer": of["LoadBalancer"]}, clock.now(),
        RequestCount=100, HTTPCode_ELB_5XX_Count=50,
    )  # fmt: skip
    await clock.advance(60)
    assert numbers(await source.sample(found)) == (10, 1)


def percentiles(*minutes: tuple[datetime, float]) -> dict[str, Any]:
    """Answer with one series of percentiles, which moto cannot do."""
    times, values = [at for at, _ in minutes], [value for _, value in minutes]
    return {
        "MetricDataResults": [{"Id": "m0", "Timestamps": times, "Values": values, "StatusCode": "Complete"}]
    }


async def test_latency(cloud: Moto, make: Make, clock: FakeClock) -> None:
    """Seconds become milliseconds, several new minutes their median, and no minute is told of twice."""
    source = make("latency_p99")
    noon = clock.now()
    found = await source.sample(None)
    assert (found.missing, found.upto) == (f"{NAME} was not timed since 12:00 UTC.", noon)
    assert cloud.asked == []
    await clock.advance(180)
    cloud.say(
        "cloudwatch",
        "GetMetricData",
        percentiles((noon + MINUTE, 0.9), (noon, 0.2), (noon + 2 * MINUTE, 0.25)),
    )
    found = await source.sample(found)
    assert (found.value, found.upto, found.requests) == (250.0, noon + 3 * MINUTE, None)
    await clock.advance(30)
    found = await source.sample(found)
    assert found.missing
    await clock.advance(90)
    # The last minute is late: the next look begins with it.
    cloud.say("cloudwatch", "GetMetricData", percentiles((noon + 3 * MINUTE, 0.3)))
    found = await source.sample(found)
    assert (found.value, found.upto) == (300.0, noon + 4 * MINUTE)
    cloud.say("cloudwatch", "GetMetricData", percentiles())
    found = await source.sample(found)
    assert (found.missing, found.upto) == (f"{NAME} was not timed since 12:04 UTC.", noon + 4 * MINUTE)


async def test_another_source_before(make: Make, clock: FakeClock) -> None:
    """Where the estate was changed under the bake, totals of another source are not gone on from."""
    before = Evidence(metric="error_rate", requests=5, errors=0, requests_total=500, errors_total=3)
    found = await make().sample(before)
    assert (found.since, found.requests_total, found.errors_total) == (clock.now(), 0, 0)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param({}, "says nothing about what is counted", id="nothing"),
        pytest.param({"load_balancer": "net/x/1"}, "is no application load balancer", id="a network load balancer"),
        pytest.param({"load_balancer": NAME, "metric": "latency_p95"}, "latency_p99", id="another metric"),
        pytest.param({"load_balancer": NAME, "region": "Europe"}, "is no Region", id="no Region"),
    ],
)  # fmt: skip
def test_bad_settings(settings: dict[str, Any], words: str) -> None:
    """What makes no sense is a fault of the estate already."""
    written = {"source": "cloudwatch", "metric": "error_rate", "at_most": 0.05, **settings}
    with pytest.raises(ValidationError, match=words):
        Cloudwatch.Settings.model_validate(written)
