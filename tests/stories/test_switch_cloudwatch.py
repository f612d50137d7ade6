"""A whole switch of a load balancer that is watched by CloudWatch: an AWS over HTTP counts what each colour was asked."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.colour import Colour
from bot.domain.estate import BakeSettings, Service
from bot.domain.run import Outcome
from handlers.resume import Resume
from runners.aws import Aws
from runners.metrics.cloudwatch import Cloudwatch
from runners.traffic.alb import Alb
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import Town
from tests.fakes.places import AlbPlace
from tests.fakes.yard import NEW, OLD, Journey, estate, held

MINUTE = timedelta(minutes=1)
#: Requests in a minute, of both colours together.
CUSTOMERS = 1000


class Crowd:
    """Customers who go where the load balancer sends them, and are counted by the minute."""

    def __init__(self, town: Town, place: AlbPlace) -> None:
        self._cloudwatch, self._place = town.client("cloudwatch"), place
        #: Of a hundred customers of green so many meet an error; nobody comes where it is `None`.
        self.bad: int | None = 0

    def come(self, at: datetime) -> None:
        """Be counted in the minute that begins at *at*."""
        if self.bad is None:
            return
        there, errors = self._place.there(), 0
        balancer = {"LoadBalancer": self._place.balancer.partition(":loadbalancer/")[2]}
        for colour, group in ((Colour.BLUE, self._place.blue), (Colour.GREEN, self._place.green)):
            requests = CUSTOMERS * there.of(colour) // 100
            errors = requests * self.bad // 100 if colour is Colour.GREEN else 0
            of = {"TargetGroup": group.rpartition(":")[2], **balancer}
            self._count(at, of, RequestCount=requests, HTTPCode_Target_5XX_Count=errors)
        self._count(at, balancer, RequestCount=CUSTOMERS, HTTPCode_Target_5XX_Count=errors)

    def _count(self, at: datetime, of: dict[str, str], **sums: int) -> None:
        dimensions = [{"Name": name, "Value": value} for name, value in of.items()]
        data = [
            {"MetricName": name, "Dimensions": dimensions, "Timestamp": at, "Value": value}
            for name, value in sums.items()
            if value
        ]
        if data:
            self._cloudwatch.put_metric_data(Namespace="AWS/ApplicationELB", MetricData=data)


class Busy(FakeClock):
    """While its time goes by, customers come."""

    def __init__(self, crowd: Crowd) -> None:
        super().__init__()
        self._crowd = crowd
        self._counted = self.now()

    async def advance(self, seconds: float) -> None:
        """Count every minute that is over then."""
        end = self.now() + timedelta(seconds=seconds)
        while self._counted + MINUTE <= end:
            self._crowd.come(self._counted)
            self._counted += MINUTE
        await super().advance(seconds)


@pytest.fixture
def crowd(town: Town, place: AlbPlace) -> Crowd:
    """Its customers."""
    return Crowd(town, place)


@pytest.fixture
def way(journey: Journey, place: AlbPlace, crowd: Crowd, aws: Aws) -> Journey:
    """A store behind it, whose two colours are compared on every rung."""
    settings = {"kind": "alb", "listener": place.listener, "blue": place.blue, "green": place.green}
    watch = {"source": "cloudwatch", "metric": "error_rate", "worse_than_baseline": 1.5}
    watch |= {"load_balancer": place.balancer}
    bake = {"for": "5m", "every": "60s", "watch": [Cloudwatch.Settings.model_validate(watch)]}
    store = Service.model_validate(
        {
            "name": "store",
            "exposure": "public",
            "traffic": Alb.Settings.model_validate(settings),
            "bake": BakeSettings.model_validate(bake),
        }
    )
    known = estate()
    prod = known.environments["prod"].model_copy(update={"services": (store,)})
    journey.changed(known.model_copy(update={"environments": {**known.environments, "prod": prod}}))
    journey.clock = Busy(crowd)
    kinds: Any = {"cloudwatch": Cloudwatch}
    journey.kit = replace(journey.kit, aws=aws, clock=journey.clock, switchers={"alb": Alb}, metrics=kinds)
    return journey


async def test_a_good_switch(way: Journey, place: AlbPlace) -> None:
    """Every rung is judged by what AWS counted of both colours; the last one by what blue showed before."""
    run = await way.go()
    assert (run.outcome, place.there()) == (Outcome.DONE, NEW), run.text
    report = await way.report()
    bakes = report.baked
    seen = [(bake.finding.requests, bake.finding.share) for bake in bakes if bake.finding is not None]
    assert seen == [(500, 10.0), (2500, 50.0), (5000, None)]
    assert way.aloud == []


async def test_a_bad_release(way: Journey, place: AlbPlace, crowd: Crowd) -> None:
    """Everything is where it was, seen from outside, and few have met it."""
    crowd.bad = 10
    run = await way.go()
    assert (run.outcome, place.there()) == (Outcome.RETURNED, OLD), run.text
    assert "10 errors in 100 requests (10.00%) against 0 errors in 900 requests" in run.text


async def test_nobody_comes(way: Journey, place: AlbPlace, crowd: Crowd) -> None:
    """CloudWatch says nothing then, so people are asked; it goes on once somebody has come."""
    crowd.bad = None

    async def come(there: Journey) -> None:
        crowd.bad = 0
        await there.say(Resume, f"/interlock resume {there.number}")

    way.when(held, come)
    run = await way.go()
    assert (run.outcome, place.there()) == (Outcome.DONE, NEW), run.text
    assert way.aloud == ["held", "released"]
