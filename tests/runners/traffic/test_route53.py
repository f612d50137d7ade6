import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.errors import TrafficLate, TrafficRefused
from bot.domain.traffic import Health, Weights
from runners.context import Context
from runners.traffic import route53
from runners.traffic.route53 import Route53
from tests.fakes.cloud import Between, Town, refusal
from tests.fakes.places import Route53Place

BLUE, GREEN, TENTH = Weights(blue=100, green=0), Weights(blue=0, green=100), Weights(blue=90, green=10)
CHANGE, STATUS = "^GET /2013-04-01/change/", "^GET /2013-04-01/healthcheck/.*/status"
ALIAS = {
    "AliasTarget": {
        "HostedZoneId": "Z32O12XQLNTSW2",
        "DNSName": "main-1.eu-west-1.elb.amazonaws.com.",
        "EvaluateTargetHealth": True,
    }
}


@pytest.fixture
def place(town: Town, between: Between) -> Route53Place:  # noqa: ARG001 -- tells the process where AWS is
    """Two records where blue gets everything."""
    return Route53Place(town)


@pytest.fixture
def switcher(place: Route53Place, near: Context) -> Route53:
    """What steers them."""
    made = place.switcher(near)
    assert isinstance(made, Route53)
    return made


def checked(place: Route53Place) -> str:
    """Make a health check."""
    config = {"Type": "HTTP", "IPAddress": "192.0.2.1", "Port": 80}
    made = place.route53.create_health_check(CallerReference=place.zone, HealthCheckConfig=config)
    found: str = made["HealthCheck"]["Id"]
    return found


async def test_what_is_seen(switcher: Route53, place: Route53Place) -> None:
    """Weights, and for how long resolvers keep an answer."""
    place.upsert(place.record("green", 5, TTL=300, ResourceRecords=[{"Value": "192.0.2.2"}]))
    seen = await switcher.look()
    assert (seen.weights, seen.sticky, seen.blue, seen.green) == (Weights(blue=100, green=5), 300, None, None)
    assert switcher.place == "record admin.example.com A"


async def test_both_at_once(switcher: Route53, place: Route53Place, between: Between) -> None:
    """One batch writes both records, so that no moment knows neither."""
    await switcher.shift(BLUE, GREEN)
    (written,) = (asked for asked in between.asked if asked.startswith("POST"))
    assert written.count("<Action>UPSERT</Action>") == 2
    assert place.there() == GREEN


async def test_what_is_kept(switcher: Route53, place: Route53Place) -> None:
    """An alias stays an alias; a record keeps its TTL, its values and its health check."""
    place.upsert(place.record("blue", 100, **ALIAS))
    record = {"TTL": 17, "ResourceRecords": [{"Value": "192.0.2.8"}, {"Value": "192.0.2.9"}]}
    place.upsert(place.record("green", 0, **record, HealthCheckId=checked(place)))
    before = place.whole()
    await switcher.shift(BLUE, TENTH)
    assert place.there() == TENTH
    assert (await switcher.look()).sticky == 60
    await switcher.shift(TENTH, BLUE)
    assert place.whole() == before


@pytest.mark.parametrize("name", ["*.example.com", "ADMIN.Example.com.", "admin.example.com"])
async def test_names_as_people_write_them(place: Route53Place, near: Context, name: str) -> None:
    """Dots, capitals and stars are compared as Route 53 means them."""
    wild = [
        {**place.record(colour, weight), "Name": "*.example.com"}
        for colour, weight in (("blue", 100), ("green", 0))
    ]
    place.upsert(*wild)
    assert await place.switcher(near, record=name).shift(BLUE, TENTH) == TENTH


async def test_other_identifiers(place: Route53Place, near: Context) -> None:
    """The estate says what the colours are called."""
    place.upsert(place.record("b", 100), place.record("g", 0))
    with pytest.raises(TrafficRefused, match="too, which is neither blue nor green"):
        await place.switcher(near, blue="b", green="g").look()
    gone = [{"Action": "DELETE", "ResourceRecordSet": place.record(name, 0)} for name in ("blue", "green")]
    place.route53.change_resource_record_sets(HostedZoneId=place.zone, ChangeBatch={"Changes": gone})
    assert await place.switcher(near, blue="b", green="g").shift(BLUE, TENTH) == TENTH


def _alone(place: Route53Place, **record: Any) -> None:
    """Leave nothing of the name but *record*."""
    listed = [one for one in place.whole() if one.get("SetIdentifier")]
    gone = [{"Action": "DELETE", "ResourceRecordSet": one} for one in listed]
    place.route53.change_resource_record_sets(HostedZoneId=place.zone, ChangeBatch={"Changes": gone})
    if record:
        place.upsert({"Name": place.NAME, "TTL": 30, "ResourceRecords": [{"Value": "192.0.2.1"}], **record})


@pytest.mark.parametrize(
    ("act", "why"),
    [
        pytest.param(_alone, "the zone has no such record", id="no record"),
        pytest.param(
            lambda place: _alone(place, Type="TXT", ResourceRecords=[{"Value": '"x"'}]),
            "the zone has this name only as TXT",
            id="another type",
        ),
        pytest.param(
            lambda place: _alone(place, Type="A"), "a simple record and not a weighted one", id="simple"
        ),
        pytest.param(
            lambda place: _alone(place, Type="A", SetIdentifier="blue", Failover="PRIMARY"),
            "its record blue is not a weighted one",
            id="fail-over",
        ),
        pytest.param(
            lambda place: _alone(place, Type="A", SetIdentifier="blue", Weight=1),
            "no record with the set identifier green",
            id="one alone",
        ),
        pytest.param(
            lambda place: place.upsert(place.record("red", 0)), "a weighted record red too", id="a third one"
        ),
        pytest.param(
            lambda place: place.put(Weights(blue=0, green=0)), "both records weigh 0", id="both zero"
        ),
    ],
)
async def test_what_is_not_understood(
    switcher: Route53, place: Route53Place, between: Between, act: Callable[[Route53Place], None], why: str
) -> None:
    """It is left alone, and said."""
    act(place)
    for attempt in (switcher.look(), switcher.shift(BLUE, GREEN)):
        with pytest.raises(TrafficRefused, match=rf"{why}.*Nothing was written\.$"):
            await attempt
    assert between.count(place.WRITE) == 0


async def test_a_traffic_policy(switcher: Route53, place: Route53Place, between: Between) -> None:
    """What belongs to one would be written over by it."""
    policy = "<TrafficPolicyInstanceId>1</TrafficPolicyInstanceId></ResourceRecordSet>"
    between.rewrite(place.READ, "</ResourceRecordSet>", policy)
    with pytest.raises(TrafficRefused, match="belongs to a traffic policy"):
        await switcher.look()


async def test_no_zone(place: Route53Place, near: Context) -> None:
    """AWS says so."""
    with pytest.raises(TrafficRefused, match="NoSuchHostedZone"):
        await place.switcher(near, zone="Z0GONE").look()


async def test_another_type_of_the_same_name(place: Route53Place, near: Context) -> None:
    """Each type moves for itself."""
    v6 = {"Type": "AAAA", "TTL": 30, "ResourceRecords": [{"Value": "2001:db8::1"}]}
    place.upsert(*({**place.record(c, w), **v6} for c, w in (("blue", 100), ("green", 0))))
    assert await place.switcher(near, type="AAAA").shift(BLUE, TENTH) == TENTH
    assert (await place.switcher(near).look()).weights == BLUE


async def test_a_large_zone(switcher: Route53, place: Route53Place, between: Between) -> None:
    """The name is found among others, and no more is read than what has it."""
    place.upsert(*({**place.record("blue", 1), "Name": f"{n:03}.z.example.com"} for n in range(310)))
    assert (await switcher.look()).weights == BLUE
    assert between.count(place.READ) == 1


async def test_a_name_on_two_pages(switcher: Route53, place: Route53Place, between: Between) -> None:
    """A page that ends within the name is followed by the next one."""
    page = (
        "<IsTruncated>true</IsTruncated><NextRecordName>admin.example.com.</NextRecordName>"
        "<NextRecordType>A</NextRecordType><NextRecordIdentifier>green</NextRecordIdentifier>"
    )
    between.rewrite(place.READ, "<IsTruncated>false</IsTruncated>", page, times=1)
    assert (await switcher.look()).weights == BLUE
    assert "identifier=green" in between.asked[-1]
    assert between.count(place.READ) == 2


async def test_it_waits_until_every_server_knows(switcher: Route53, between: Between) -> None:
    """PENDING is not there yet, and a question that is not answered is asked again."""
    between.rewrite(CHANGE, "INSYNC", "PENDING", times=2)
    between.throttle(CHANGE)
    assert await switcher.shift(BLUE, GREEN) == GREEN
    assert between.count(CHANGE) == 4


async def test_it_does_not_wait_for_ever(
    switcher: Route53, place: Route53Place, between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written and does not arrive is not done."""
    monkeypatch.setattr(route53, "SYNC", 0.1)
    between.rewrite(CHANGE, "INSYNC", "PENDING")
    with pytest.raises(TrafficLate, match=r"written, but .* it is still PENDING"):
        await switcher.shift(BLUE, GREEN)
    assert place.there() == GREEN


async def test_a_change_without_a_number(
    switcher: Route53, place: Route53Place, between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the write had no answer there is nothing to ask for, so it waits as long as a change takes."""
    monkeypatch.setattr(route53, "SPREAD", 0.3)
    between.reset(place.WRITE, arrives=True)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await switcher.shift(BLUE, GREEN)
    assert loop.time() - began >= 0.3
    assert between.count(CHANGE) == 0


async def test_cut_off_before_every_server_knew(
    switcher: Route53, place: Route53Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands there already may have been written a moment ago; where nothing is to move nothing is waited for."""
    monkeypatch.setattr(route53, "SPREAD", 0.3)
    place.put(GREEN)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await switcher.shift(GREEN, GREEN)
    assert loop.time() - began < 0.3
    await switcher.shift(BLUE, GREEN)
    assert loop.time() - began >= 0.3


@pytest.mark.parametrize(
    ("told", "healthy"),
    [
        pytest.param("Success: HTTP Status Code: 200", True, id="well"),
        pytest.param("Failure: Connection refused", False, id="ill"),
    ],
)
async def test_health_checks(
    switcher: Route53, place: Route53Place, between: Between, told: str, healthy: bool
) -> None:
    """A record with a health check goes nowhere where nobody reaches it."""
    record = {"TTL": 30, "ResourceRecords": [{"Value": "192.0.2.1"}], "HealthCheckId": checked(place)}
    place.upsert(place.record("green", 0, **record))
    between.rewrite(STATUS, "<Status>.*</Status>", f"<Status>{told}</Status>")
    seen = await switcher.look()
    assert seen.blue is None
    if healthy:
        assert seen.green == Health(healthy=1, total=1)
        await switcher.shift(BLUE, TENTH)
        return
    assert seen.green == Health(healthy=0, total=1, why=f"health check: {told}")
    with pytest.raises(TrafficRefused, match="nobody is behind green"):
        await switcher.shift(BLUE, TENTH)


async def test_a_health_check_that_cannot_be_asked(
    switcher: Route53, place: Route53Place, between: Between
) -> None:
    """One that is computed has no checkers, and AWS says so; any other no is a no."""
    record = {"TTL": 30, "ResourceRecords": [{"Value": "192.0.2.1"}], "HealthCheckId": checked(place)}
    place.upsert(place.record("green", 0, **record))
    between.fault(STATUS, says=refusal("InvalidInput", 400))
    assert (await switcher.look()).green is None
    between.deny(STATUS)
    with pytest.raises(TrafficRefused, match="get_health_check_status: AccessDenied"):
        await switcher.look()


async def test_a_weight_that_is_too_heavy(switcher: Route53, between: Between) -> None:
    """Route 53's own range goes from 0 to 255."""
    with pytest.raises(TrafficRefused, match="from 0 to 255"):
        await switcher.shift(BLUE, Weights(blue=0, green=256))
    assert between.asked == []


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        pytest.param("type", "MX", "'A', 'AAAA' or 'CNAME'", id="another type"),
        pytest.param("zone", "", "at least 1", id="no zone"),
        pytest.param("green", "blue", "same set identifier", id="the same twice"),
    ],
)
def test_bad_settings(key: str, value: str, why: str) -> None:
    """What cannot be meant is said when the estate is read."""
    good = {"kind": "route53", "zone": "Z0", "record": "a.example.com", "type": "A"}
    assert Route53.Settings.model_validate(good).blue == "blue"
    with pytest.raises(ValidationError, match=why):
        Route53.Settings.model_validate({**good, key: value})
