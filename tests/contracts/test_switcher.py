"""What every switcher promises, whatever it steers, with faults between it and the place."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import web

import runners.aws
import runners.traffic
from bot.domain.errors import TrafficBroken, TrafficMoved, TrafficRefused, TrafficUnknown
from bot.domain.traffic import Weights
from bot.listener import Listener
from runners.aws import Aws
from runners.context import Context
from runners.traffic import Switcher, route53
from tests.fakes.cloud import Between, Town, _way, aws, between, gate, refusal, town
from tests.fakes.places import AlbPlace, HttpPlace, Place, Route53Place, SchedulesPlace

__all__ = ["_way", "aws", "between", "gate", "town"]

BLUE, GREEN = Weights(blue=100, green=0), Weights(blue=0, green=100)
KINDS: dict[str, Callable[[Town], Place]] = {
    "alb": AlbPlace,
    "route53": Route53Place,
    "eventbridge_schedules": SchedulesPlace,
}


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runners.traffic, "PAUSES_BEFORE", (0.01, 0.01))
    monkeypatch.setattr(runners.traffic, "PAUSES_AFTER", (0.01, 0.01, 0.01))
    monkeypatch.setattr(runners.aws, "_READS", 1)
    monkeypatch.setattr(route53, "SPREAD", 0.0)
    monkeypatch.setattr(route53, "POLL", 0.01)


@pytest.fixture(params=[*KINDS, "http"])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of switcher that is tested."""
    told: str = request.param
    return told


@pytest.fixture
async def scene(kind: str, town: Town, between: Between) -> AsyncIterator[tuple[Place, Between]]:
    """A place where blue gets everything, and the proxy in front of it."""
    if kind in KINDS:
        yield KINDS[kind](town), between
        return
    place = HttpPlace()
    app = web.Application()
    app.router.add_route("*", "/weights", place.answer)
    listener = Listener(app, grace=0.1)
    async for proxy in Between(f"http://127.0.0.1:{await listener.open('127.0.0.1')}", busy=429).serve():
        place.url = proxy.url
        yield place, proxy
    await listener.close()


@pytest.fixture
def place(scene: tuple[Place, Between]) -> Place:
    """The place."""
    return scene[0]


@pytest.fixture
def proxy(scene: tuple[Place, Between]) -> Between:
    """What is between."""
    return scene[1]


@pytest.fixture
def switcher(place: Place, aws: Aws, tmp_path: Path) -> Switcher:
    """What steers it."""
    return place.switcher(
        Context(outputs={}, checkout=tmp_path, redact=lambda text: text.replace("s3cret", "-"), aws=aws)
    )


async def test_there_and_back(switcher: Switcher, place: Place) -> None:
    """What was shifted is seen from inside and outside, and nothing else differs after the way back."""
    before = place.whole()
    assert (await switcher.look()).weights == BLUE
    assert await switcher.shift(BLUE, GREEN) == GREEN
    assert (await switcher.look()).weights == GREEN == place.there()
    assert await switcher.shift(GREEN, BLUE) == BLUE
    assert place.whole() == before


async def test_every_part(switcher: Switcher, place: Place) -> None:
    """Where parts are possible each one can be written; elsewhere none is."""
    if not switcher.gradual:
        with pytest.raises(TrafficRefused, match="all at once"):
            await switcher.shift(BLUE, Weights(blue=90, green=10))
        return
    stands = BLUE
    for green in (1, 5, 50, 99):
        stands = await switcher.shift(stands, Weights(blue=100 - green, green=green))
        assert place.there() == stands
    # What stood there before Interlock came need not make a hundred.
    assert await switcher.shift(stands, Weights(blue=3, green=1)) == Weights(blue=3, green=1) == place.there()


async def test_again_changes_nothing(switcher: Switcher, place: Place, proxy: Between) -> None:
    """What stands there already is not written again, whatever was expected."""
    await switcher.shift(BLUE, GREEN)
    writes = proxy.count(place.WRITE)
    assert await switcher.shift(BLUE, GREEN) == GREEN
    assert await switcher.shift(GREEN, GREEN) == GREEN
    assert proxy.count(place.WRITE) == writes > 0


async def test_somebody_else(switcher: Switcher, place: Place, proxy: Between) -> None:
    """Weights that nobody expected are told with those that were, and left as they are."""
    place.put(place.FOREIGN)
    with pytest.raises(TrafficMoved) as caught:
        await switcher.shift(BLUE, GREEN)
    assert (caught.value.expected, caught.value.found) == (BLUE, place.FOREIGN)
    assert not caught.value.written
    assert (place.there(), proxy.count(place.WRITE)) == (place.FOREIGN, 0)


async def test_nobody_gets_anything(switcher: Switcher, proxy: Between) -> None:
    """It is refused before anything is asked."""
    with pytest.raises(TrafficRefused, match="no colour would get any traffic"):
        await switcher.shift(BLUE, Weights(blue=0, green=0))
    assert proxy.asked == []


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(lambda proxy, write: proxy.throttle(write, arrives=True), id="throttled"),
        pytest.param(lambda proxy, write: proxy.reset(write, arrives=True), id="cut off"),
        pytest.param(lambda proxy, write: proxy.fault(write, says=refusal("Internal", 500)), id="500"),
        pytest.param(lambda proxy, write: proxy.fault(write, says=refusal("Busy", 503)), id="503"),
    ],
)
async def test_done_without_an_answer(
    switcher: Switcher, place: Place, proxy: Between, how: Callable[[Between, str], None]
) -> None:
    """A write that was done is done, whatever was answered, and is not sent again."""
    expected = 4 if isinstance(place, SchedulesPlace) else 1
    how(proxy, place.WRITE)
    assert await switcher.shift(BLUE, GREEN) == GREEN == place.there()
    assert proxy.count(place.WRITE) == expected


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(lambda proxy, write: proxy.throttle(write), id="throttled"),
        pytest.param(lambda proxy, write: proxy.reset(write), id="cut off"),
        pytest.param(
            lambda proxy, write: proxy.fault(write, says=refusal("Internal", 500), arrives=False), id="500"
        ),
    ],
)
async def test_not_done(
    switcher: Switcher, place: Place, proxy: Between, how: Callable[[Between, str], None]
) -> None:
    """A write that was not done is told so, once that is sure, and can be tried again."""
    before = place.whole()
    how(proxy, place.WRITE)
    with pytest.raises(TrafficBroken, match="Nothing was written"):
        await switcher.shift(BLUE, GREEN)
    assert (place.whole(), proxy.count(place.WRITE)) == (before, 1)
    assert await switcher.shift(BLUE, GREEN) == GREEN


async def test_nobody_can_say(switcher: Switcher, place: Place, proxy: Between) -> None:
    """Where the write had no answer and nothing can be read, nobody knows."""
    proxy.fault(place.WRITE, hangs_up=True, then=lambda: proxy.deny(place.READ))
    with pytest.raises(TrafficUnknown, match="may be written or not"):
        await switcher.shift(BLUE, GREEN)


async def test_stale_reads_after_the_write(switcher: Switcher, place: Place, proxy: Between) -> None:
    """A read that is behind is not believed."""
    await switcher.look()
    await switcher.shift(BLUE, GREEN)
    await switcher.shift(GREEN, BLUE)
    before = proxy.count(place.WRITE)
    proxy.faults.clear()
    stale_after(place, proxy, reads=2)
    assert await switcher.shift(BLUE, GREEN) == GREEN == place.there()
    assert proxy.count(place.WRITE) > before


def stale_after(place: Place, proxy: Between, reads: int) -> None:
    """Let reads be stale as soon as something was written."""
    proxy.fault(place.WRITE, then=lambda: proxy.stale(place.READ, reads))


async def test_reads_that_stay_stale(switcher: Switcher, place: Place, proxy: Between) -> None:
    """Where the write was answered with a yes and is never read back, nobody can say."""
    stale_after(place, proxy, reads=1000)
    with pytest.raises(TrafficUnknown, match="it took the write"):
        await switcher.shift(BLUE, GREEN)
    assert place.there() != BLUE


async def test_a_stale_read_blames_nobody(switcher: Switcher, place: Place, proxy: Between) -> None:
    """One read that is behind is no reason to say that somebody else was there."""
    await switcher.look()
    place.put(GREEN)
    proxy.stale(place.READ, 2 if isinstance(place, SchedulesPlace) else 1)
    assert await switcher.shift(GREEN, BLUE) == BLUE == place.there()


async def test_a_stale_read_is_no_proof(switcher: Switcher, place: Place, proxy: Between) -> None:
    """On a way back a read that is behind says what is wanted; a write that was lost is not done for that."""
    await switcher.look()
    proxy.remember()
    place.put(GREEN)
    reads = 2 if isinstance(place, SchedulesPlace) else 1
    proxy.fault(place.WRITE, hangs_up=True, arrives=False, then=lambda: proxy.stale(place.READ, reads))
    with pytest.raises((TrafficBroken, TrafficMoved), match=r"Nothing was written|Somebody else"):
        await switcher.shift(GREEN, BLUE)
    assert place.there() == GREEN


async def test_no_right_to_look(switcher: Switcher, place: Place, proxy: Between) -> None:
    """It is refused, with what the other side said."""
    proxy.deny(place.READ)
    for attempt in (switcher.look(), switcher.shift(BLUE, GREEN)):
        with pytest.raises(TrafficRefused, match=r"(AccessDenied|403).*Nothing was written\.$"):
            await attempt
    assert place.there() == BLUE


async def test_no_right_to_write(switcher: Switcher, place: Place, proxy: Between) -> None:
    """The same, and nothing has changed."""
    before = place.whole()
    proxy.deny(place.WRITE)
    with pytest.raises(TrafficRefused, match=r"(AccessDenied|403).*Nothing was written\.$"):
        await switcher.shift(BLUE, GREEN)
    assert (place.whole(), proxy.count(place.WRITE)) == (before, 1)


async def test_nobody_answers(switcher: Switcher, place: Place, proxy: Between) -> None:
    """Nothing is written where nothing can be read."""
    proxy.reset(place.READ, times=100)
    for attempt in (switcher.look(), switcher.shift(BLUE, GREEN)):
        with pytest.raises(TrafficBroken, match="Nothing was written"):
            await attempt
    assert place.there() == BLUE


async def test_somebody_else_while_writing(switcher: Switcher, place: Place, proxy: Between) -> None:
    """What is read back is neither old nor new: it is told, and left as it is."""
    writes = 4 if isinstance(place, SchedulesPlace) else 1
    proxy.fault(place.WRITE, after=writes - 1, then=lambda: place.put(place.FOREIGN))
    with pytest.raises((TrafficMoved, TrafficUnknown)) as caught:
        await switcher.shift(BLUE, GREEN)
    assert place.there() == place.FOREIGN
    if isinstance(caught.value, TrafficMoved):
        assert (caught.value.expected, caught.value.found) == (GREEN, place.FOREIGN)
        assert caught.value.written


async def test_secrets_stay(switcher: Switcher, place: Place, proxy: Between) -> None:
    """What is said of the place and its troubles is fit for Slack."""
    proxy.deny(place.READ)
    with pytest.raises(TrafficRefused) as caught:
        await switcher.look()
    assert "s3cret" not in str(caught.value) + switcher.place
    assert str(caught.value).startswith(f"{switcher.place}: ")
