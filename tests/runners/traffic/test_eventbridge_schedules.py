import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.errors import TrafficHalf, TrafficMoved, TrafficRefused
from bot.domain.traffic import Weights
from runners.context import Context
from runners.traffic.eventbridge_schedules import EventbridgeSchedules, _share
from tests.fakes.cloud import Between, Town
from tests.fakes.places import SchedulesPlace

BLUE, GREEN, NONE = Weights(blue=100, green=0), Weights(blue=0, green=100), Weights(blue=0, green=0)


@pytest.fixture
def place(town: Town, between: Between) -> SchedulesPlace:  # noqa: ARG001 -- tells the process where AWS is
    """Two jobs of each colour, of which blue's are on."""
    return SchedulesPlace(town)


@pytest.fixture
def switcher(place: SchedulesPlace, near: Context) -> EventbridgeSchedules:
    """What steers them."""
    made = place.switcher(near)
    assert isinstance(made, EventbridgeSchedules)
    return made


def written(between: Between, place: SchedulesPlace) -> list[tuple[str, str, str]]:
    """Which job of which group was put into which state, in order."""
    bodies = [
        (asked.split(" ")[1].rpartition("/")[2], json.loads(asked.split(" ", 2)[2]))
        for asked in between.asked
        if asked.startswith("PUT")
    ]
    colours = {group: colour for colour, group in place.groups.items()}
    return [(colours[body["GroupName"]], job, body["State"]) for job, body in bodies]


async def test_the_old_ones_go_off_first(
    switcher: EventbridgeSchedules, place: SchedulesPlace, between: Between
) -> None:
    """No job of the new colour is on while one of the old colour is."""
    assert (await switcher.look()).weights == BLUE
    await switcher.shift(BLUE, GREEN)
    assert written(between, place) == [
        ("blue", "job-0", "DISABLED"),
        ("blue", "job-1", "DISABLED"),
        ("green", "job-0", "ENABLED"),
        ("green", "job-1", "ENABLED"),
    ]
    assert switcher.place == f"schedules of {place.groups['blue']} and {place.groups['green']}"


async def test_everything_else_is_sent_back(
    switcher: EventbridgeSchedules, place: SchedulesPlace, between: Between
) -> None:
    """AWS takes what is not said for its default, so all is said: dates, zone, window, key, retries, dead letters."""
    group = place.groups["blue"]
    dates = {"StartDate": datetime(2027, 1, 1, tzinfo=UTC), "EndDate": datetime(2028, 1, 1, tzinfo=UTC)}
    body = {**place.BODY, "ActionAfterCompletion": "DELETE"}
    place.scheduler.create_schedule(GroupName=group, Name="full", State="ENABLED", **dates, **body)
    before = place.whole()
    await switcher.shift(BLUE, GREEN)
    sent = next(asked for asked in between.asked if asked.startswith("PUT /schedules/full"))
    told = json.loads(sent.split(" ", 2)[2])
    assert set(told) == {*body, "StartDate", "EndDate", "GroupName", "State", "ClientToken"}
    assert told["ActionAfterCompletion"] == "DELETE"
    await switcher.shift(GREEN, BLUE)
    assert place.whole() == before


@pytest.mark.parametrize("writes", [0, 1, 2, 3])
async def test_cut_off(
    switcher: EventbridgeSchedules, place: SchedulesPlace, between: Between, writes: int
) -> None:
    """Wherever it is cut off, no job of both colours is on, what is there is told, and it can go on or back."""
    between.deny(place.WRITE, times=1, after=writes)
    with pytest.raises(TrafficRefused if writes == 0 else TrafficHalf, match="AccessDenied") as caught:
        await switcher.shift(BLUE, GREEN)
    found = [BLUE, Weights(blue=50, green=0), NONE, Weights(blue=0, green=50)][writes]
    assert place.there() == found == (await switcher.look()).weights
    if isinstance(caught.value, TrafficHalf):
        assert caught.value.found == found
    assert await switcher.shift(found, BLUE) == BLUE == place.there()


@pytest.mark.parametrize("writes", [1, 2, 3])
async def test_cut_off_and_done_after_all(
    switcher: EventbridgeSchedules, place: SchedulesPlace, between: Between, writes: int
) -> None:
    """The same move finishes what it began."""
    between.deny(place.WRITE, times=1, after=writes)
    with pytest.raises(TrafficHalf):
        await switcher.shift(BLUE, GREEN)
    assert await switcher.shift(BLUE, GREEN) == GREEN == place.there()


@pytest.mark.parametrize(
    ("write", "arrives"), [(0, True), (1, True), (1, False), (2, True), (2, False), (3, True), (3, False)]
)
async def test_throttled_on_the_way(
    switcher: EventbridgeSchedules, place: SchedulesPlace, between: Between, write: int, arrives: bool
) -> None:
    """What is read back says what is still to be written."""
    between.throttle(place.WRITE, arrives=arrives, after=write)
    assert await switcher.shift(BLUE, GREEN) == GREEN == place.there()


async def test_both_colours_on(
    switcher: EventbridgeSchedules, place: SchedulesPlace, between: Between
) -> None:
    """That was somebody else; whoever has seen it may turn one of them off."""
    place.put(Weights(blue=100, green=100))
    seen = await switcher.look()
    assert (seen.weights, seen.mixed) == (Weights(blue=100, green=100), "jobs of both colours are on")
    with pytest.raises(TrafficMoved):
        await switcher.shift(BLUE, GREEN)
    assert between.count(place.WRITE) == 0
    assert await switcher.shift(seen.weights, GREEN) == GREEN == place.there()


async def test_more_than_a_page(switcher: EventbridgeSchedules, place: SchedulesPlace) -> None:
    """Groups with more than a hundred schedules are read to their end, where the oldest are."""
    for number in range(2, 121):
        place.job(place.groups["blue"], f"job-{number:03}", on=True)
    place.turn(place.groups["blue"], "job-1", on=False)
    seen = await switcher.look()
    assert (seen.weights, seen.mixed) == (Weights(blue=99, green=0), "off in blue: job-1")


@pytest.mark.parametrize(
    ("on", "off", "share"),
    [
        pytest.param(0, 3, 0, id="none"),
        pytest.param(1, 999, 1, id="hardly any"),
        pytest.param(1, 2, 33, id="some"),
        pytest.param(999, 1, 99, id="all but one"),
        pytest.param(2, 0, 100, id="all"),
    ],
)
def test_the_share_of_jobs_that_are_on(on: int, off: int, share: int) -> None:
    """None and all are never said of some."""
    assert _share({str(number): number < on for number in range(on + off)}) == share


async def test_what_is_left_alone(place: SchedulesPlace, near: Context, between: Between) -> None:
    """A job that nobody shall turn on stays off, and one that always runs stays on."""
    place.turn(place.groups["blue"], "job-1", on=False)
    switcher = place.switcher(near, leave=("job-1",))
    assert (await switcher.look()).weights == BLUE
    assert await switcher.shift(BLUE, GREEN) == GREEN
    assert place.jobs(place.groups["green"]) == {"job-0": True, "job-1": False}
    assert between.count(place.WRITE) == 2


@pytest.mark.parametrize(
    ("act", "why"),
    [
        pytest.param(
            lambda place: place.scheduler.delete_schedule_group(Name=place.groups["green"]),
            "there is no schedule group jobs-green",
            id="no group",
        ),
        pytest.param(
            lambda place: [
                place.scheduler.delete_schedule(GroupName=place.groups["green"], Name=f"job-{n}")
                for n in (0, 1)
            ],
            "jobs-green-[0-9]+ has no schedules",
            id="an empty group",
        ),
    ],
)
async def test_nothing_to_turn_on(
    switcher: EventbridgeSchedules,
    place: SchedulesPlace,
    between: Between,
    act: Callable[[SchedulesPlace], Any],
    why: str,
) -> None:
    """Nobody's jobs are turned off for that."""
    act(place)
    for attempt in (switcher.look(), switcher.shift(BLUE, GREEN)):
        with pytest.raises(TrafficRefused, match=rf"{why}.*Nothing was written\.$"):
            await attempt
    assert between.count(place.WRITE) == 0


@pytest.mark.parametrize("to", [Weights(blue=90, green=10), Weights(blue=0, green=50), NONE])
async def test_all_or_nothing(switcher: EventbridgeSchedules, between: Between, to: Weights) -> None:
    """A job is on or off."""
    with pytest.raises(TrafficRefused, match="Nothing was written"):
        await switcher.shift(BLUE, to)
    assert between.asked == []


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        pytest.param("green", "jobs-blue", "same schedule group", id="the same twice"),
        pytest.param("green", "x" * 65, "at most 64", id="too long"),
        pytest.param("green", "", "at least 1", id="empty"),
    ],
)
def test_bad_settings(key: str, value: str, why: str) -> None:
    """What cannot be meant is said when the estate is read."""
    good = {"kind": "eventbridge_schedules", "blue": "jobs-blue", "green": "jobs-green"}
    EventbridgeSchedules.Settings.model_validate(good)
    with pytest.raises(ValidationError, match=why):
        EventbridgeSchedules.Settings.model_validate({**good, key: value})
