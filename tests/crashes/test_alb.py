"""SIGKILL around every write to a load balancer, with an AWS over HTTP: where all traffic is afterwards is read from outside."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote_plus

import pytest
import pytest_asyncio

from bot.domain.run import Outcome
from bot.domain.traffic import Weights
from bot.domain.value import EnvironmentName
from tests.crashes.crossing import ESTATE, Crossing
from tests.crashes.world import INCIDENTS, PATIENCE
from tests.fakes.cloud import ACCESS, Between, Town, town
from tests.fakes.crossroads import NEW, OLD, Crossroads
from tests.fakes.places import AlbPlace

__all__ = ["town"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUARTER = Weights(blue=75, green=25)
_ENVIRONMENT = """
  {name}:
    branch: main
    switch:
      steps: [25, 100]
      bake:
        for: 500ms
        every: 500ms
        min_requests: 100
        watch:
          - {{metric: error_rate, source: http, url: "{url}/metrics/{name}/store/{{colour}}", at_most: 0.05}}
    services:
      - name: store
        exposure: public
        traffic: {{kind: alb, listener: "{listener}", blue: "{blue}", green: "{green}"}}
"""


@dataclass(frozen=True)
class Moment:
    """Which question to AWS the bot does not live to hear the answer of."""

    #: So many writes go by first.
    after: int = 0
    #: The write is done.
    arrives: bool = False
    #: It is not the write that has no answer, but the first look after it.
    read: bool = False
    #: Customers of green meet errors from the start.
    bad: bool = False
    #: What was seen there from outside, in the end.
    turns: tuple[Weights, ...] = (QUARTER, NEW)


MOMENTS = {
    "before the first write": Moment(),
    "after the first write": Moment(arrives=True),
    "while it reads back": Moment(read=True),
    "before the last write": Moment(after=1),
    "after the last write": Moment(after=1, arrives=True),
    "before it is put back": Moment(after=1, bad=True, turns=(QUARTER, OLD)),
    "after it was put back": Moment(after=1, arrives=True, bad=True, turns=(QUARTER, OLD)),
    "while it reads back what was put back": Moment(after=1, read=True, bad=True, turns=(QUARTER, OLD)),
}
NAMES = {f"e{number}": moment for number, moment in enumerate(MOMENTS)}


class Crowd:
    """Customers of each environment go where its load balancer sends them."""

    def __init__(self, places: Mapping[str, AlbPlace]) -> None:
        self._places = places

    def __getitem__(self, place: str) -> Weights:
        return self._places[place.partition("/")[0]].there()


class Region:
    """A bot, a load balancer for each environment, and the way between them."""

    def __init__(self, crossing: Crossing, between: Between, places: Mapping[str, AlbPlace]) -> None:
        self.crossing = crossing
        self.places = places
        self._between = between
        #: Set as soon as nobody is there any more to hear what was kept back.
        self.dead = asyncio.Event()

    async def reach(self, name: str) -> None:
        """Walk to the moment, and stay there until the kill."""
        moment, about = MOMENTS[NAMES[name]], _escaped(self.places[name].listener)
        met = asyncio.Event()

        what: dict[str, Any] = {"then": met.set, "until": self.dead}
        write = f"{AlbPlace.WRITE}.*{about}"
        if moment.read:
            read = f"{AlbPlace.READ}.*{about}"
            silent = what
            what = {"then": lambda: self._between.fault(read, **silent)}
        self._between.fault(write, after=moment.after, arrives=moment.arrives or moment.read, **what)
        if moment.bad:
            self.crossing.roads.bad.add(f"{name}/store")
        await self.crossing.switch(name)
        await asyncio.wait_for(met.wait(), PATIENCE)

    def written(self, name: str) -> list[Weights]:
        """Everything that AWS was asked to write there, in its order."""
        place = self.places[name]
        asked = [one for one in self._between.asked if AlbPlace.WRITE in one]
        return [_weights(one, place) for one in asked if _escaped(place.listener) in one]


def _escaped(arn: str) -> str:
    return quote_plus(arn)


def _weights(asked: str, place: AlbPlace) -> Weights:
    said = parse_qs(asked.split(" ", 2)[2])
    groups = "DefaultActions.member.1.ForwardConfig.TargetGroups.member"
    weighed = {
        said[f"{groups}.{number}.TargetGroupArn"][0]: int(said[f"{groups}.{number}.Weight"][0])
        for number in (1, 2)
    }
    return Weights(blue=weighed[place.blue], green=weighed[place.green])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def region(tmp_path_factory: pytest.TempPathFactory, town: Town) -> AsyncIterator[Region]:
    """Every environment is brought to its moment; there the bot is killed, and started again."""
    folder = tmp_path_factory.mktemp("alb")
    places = {name: AlbPlace(town) for name in NAMES}
    async with Crossroads() as roads:
        crowd: Any = Crowd(places)
        roads.weights = crowd
        (folder / "interlock.yaml").write_text(
            ESTATE
            + "".join(
                _ENVIRONMENT.format(
                    name=name, url=roads.url, listener=one.listener, blue=one.blue, green=one.green
                )
                for name, one in places.items()
            ),
            "utf-8",
        )
        async for between in Between(town.url).serve():
            crossing = Crossing(folder, "", roads)
            crossing.surroundings = {**ACCESS, "AWS_ENDPOINT_URL": between.url}
            await crossing.slack_returns()
            try:
                await crossing.start()
                await crossing.store()
                made = Region(crossing, between, places)
                async with asyncio.TaskGroup() as group:
                    for name in NAMES:
                        group.create_task(made.reach(name))
                await crossing.kill()
                made.dead.set()
                await crossing.start()
                yield made
            finally:
                await crossing.close()


@pytest.mark.parametrize("name", [pytest.param(name, id=moment) for name, moment in NAMES.items()])
async def test_a_kill(name: str, region: Region) -> None:
    """Nothing is written twice that was done, and all traffic is where the outcome says."""
    moment, crossing = MOMENTS[NAMES[name]], region.crossing
    run = await crossing.over(name)
    assert run.outcome is (Outcome.RETURNED if moment.bad else Outcome.DONE), run.text
    expected = list(moment.turns)
    if not (moment.arrives or moment.read):
        expected.insert(moment.after, expected[moment.after])
    assert region.written(name) == expected
    assert region.places[name].there() == moment.turns[-1]
    assert await (await crossing.store()).holder(EnvironmentName(name)) is None
    assert bool(crossing.said(INCIDENTS, f"{name} goes back to blue")) is moment.bad
