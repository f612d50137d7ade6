from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.errors import TrafficHalf, TrafficMoved, TrafficRefused, TrafficUnknown
from bot.domain.traffic import Health, Weights
from runners.context import Context
from runners.traffic.alb import Alb
from tests.fakes.cloud import Between, Town
from tests.fakes.places import AlbPlace

BLUE, GREEN, TENTH = Weights(blue=100, green=0), Weights(blue=0, green=100), Weights(blue=90, green=10)
NOBODY = r"<State>healthy</State>"
SICK = "<State>unhealthy</State><Reason>Target.Timeout</Reason>"
OIDC = {
    "Type": "authenticate-oidc",
    "Order": 1,
    "AuthenticateOidcConfig": {
        "Issuer": "https://id.example.com",
        "AuthorizationEndpoint": "https://id.example.com/a",
        "TokenEndpoint": "https://id.example.com/t",
        "UserInfoEndpoint": "https://id.example.com/u",
        "ClientId": "us",
        "ClientSecret": "s3cret",
        "SessionTimeout": 3600,
    },
}


@pytest.fixture
def place(town: Town, between: Between) -> AlbPlace:  # noqa: ARG001 -- tells the process where AWS is
    """A listener where blue gets everything."""
    return AlbPlace(town)


@pytest.fixture
def alb(place: AlbPlace, near: Context) -> Alb:
    """What steers its default action."""
    switcher = place.switcher(near)
    assert isinstance(switcher, Alb)
    return switcher


async def test_what_is_seen(alb: Alb, place: AlbPlace) -> None:
    """Weights, both colours' targets, and how long a client stays."""
    place.act(place.forward((place.blue, 3), (place.green, 1), sticky=600))
    seen = await alb.look()
    assert seen.weights == Weights(blue=3, green=1)
    assert (seen.sticky, seen.mixed) == (600, "")
    assert seen.blue == seen.green == Health(healthy=2, total=2)
    assert alb.place == f"listener {place.listener.partition(':listener/')[2]}"


async def test_one_group_alone(alb: Alb, place: AlbPlace) -> None:
    """An action that names one group counts as all for it; the other one must be known to the load balancer."""
    place.rule(10, place.forward((place.green, 1)))
    place.act({"Type": "forward", "TargetGroupArn": place.blue})
    stands = (await alb.look()).weights
    assert stands == Weights(blue=1, green=0)
    assert await alb.shift(stands, TENTH) == TENTH == place.there()
    assert "TargetGroupArn" not in place.whole()[0]["DefaultActions"][0]
    assert await alb.shift(TENTH, stands) == stands


async def test_weights_that_make_no_hundred_can_come_back(alb: Alb, place: AlbPlace) -> None:
    """A way back writes what was there."""
    place.put(Weights(blue=3, green=1))
    await alb.shift(Weights(blue=3, green=1), GREEN)
    assert await alb.shift(GREEN, Weights(blue=3, green=1)) == Weights(blue=3, green=1) == place.there()


async def test_what_is_kept(alb: Alb, place: AlbPlace, between: Between) -> None:
    """Stickiness, order, and whoever asks people who they are; AWS is told to keep the secret that it never tells."""
    forward = {**place.forward((place.blue, 100), (place.green, 0), sticky=900), "Order": 2}
    place.act(OIDC, forward)
    before = place.whole()[0]["DefaultActions"]
    await alb.shift(BLUE, TENTH)
    login, after = place.whole()[0]["DefaultActions"]
    assert after["ForwardConfig"]["TargetGroupStickinessConfig"] == {"Enabled": True, "DurationSeconds": 900}
    assert (login["Order"], after["Order"]) == (1, 2)
    config = login["AuthenticateOidcConfig"]
    assert config.pop("UseExistingClientSecret") is True
    assert config == {
        key: value for key, value in before[0]["AuthenticateOidcConfig"].items() if key != "ClientSecret"
    }
    assert "s3cret" not in next(asked for asked in between.asked if "ModifyListener" in asked)


@pytest.mark.parametrize(
    ("act", "why"),
    [
        pytest.param(
            lambda place: place.act(
                place.forward((place.blue, 1), (place.green, 1), (place.group("third", 1), 0))
            ),
            "forwards to third-[0-9]+ too, which is neither blue nor green",
            id="a third group",
        ),
        pytest.param(
            lambda place: place.act(
                {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", "Port": "443"}}
            ),
            "the default action must forward .* it says: redirect",
            id="a redirect",
        ),
        pytest.param(
            lambda place: place.act({"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}),
            "it says: fixed-response",
            id="a fixed response",
        ),
        pytest.param(
            lambda place: place.act(
                {"Type": "new-fashion"}, place.forward((place.blue, 1), (place.green, 1))
            ),
            "it says: new-fashion, forward",
            id="something new",
        ),
        pytest.param(
            lambda place: place.put(Weights(blue=0, green=0)),
            "gives no weight to either colour",
            id="no weights",
        ),
        pytest.param(
            lambda place: place.act(place.forward((place.blue, 1), (place.green, 1), sticky=9_999_999)),
            "stickiness of 9999999 s is none that AWS knows",
            id="stickiness that AWS would not take",
        ),
        pytest.param(
            lambda place: place.elb.delete_listener(ListenerArn=place.listener),
            "no such listener",
            id="no listener",
        ),
    ],
)
async def test_what_is_not_understood(
    alb: Alb, place: AlbPlace, between: Between, act: Callable[[AlbPlace], Any], why: str
) -> None:
    """It is left alone, and said."""
    act(place)
    for attempt in (alb.look(), alb.shift(BLUE, GREEN)):
        with pytest.raises(TrafficRefused, match=rf"{why}.*Nothing was written\.$"):
            await attempt
    assert between.count("Action=Modify") == 0


def _elsewhere(place: AlbPlace) -> str:
    arn, other = place.group("elsewhere", 1), place.new_balancer("other")
    place.elb.create_listener(
        LoadBalancerArn=other, Protocol="HTTP", Port=80, DefaultActions=[place.forward((arn, 1))]
    )
    return arn


@pytest.mark.parametrize(
    ("green", "why"),
    [
        pytest.param(
            lambda place: place.green + "0",
            "there is no target group store-green-[0-9]+, .* green",
            id="none",
        ),
        pytest.param(
            lambda place: place.group("alone", 1), "belongs to no load balancer", id="of no load balancer"
        ),
        pytest.param(_elsewhere, "belongs to another load balancer", id="of another one"),
        pytest.param(lambda place: place.blue, "blue and green are the same", id="blue's"),
    ],
)
async def test_a_group_that_is_not_ours(
    place: AlbPlace, near: Context, between: Between, green: Callable[[AlbPlace], str], why: str
) -> None:
    """Nothing moves to what is not this service's."""
    place.act(place.forward((place.blue, 100)))
    near = Context(outputs={"green": green(place)}, checkout=near.checkout, redact=near.redact, aws=near.aws)
    switcher = place.switcher(near, green="{outputs.green}")
    stands = Weights(blue=100, green=0)
    for attempt in (switcher.look(), switcher.shift(stands, GREEN)):
        with pytest.raises(TrafficRefused, match=why):
            await attempt
    assert between.count("Action=Modify") == 0


async def test_nobody_healthy(alb: Alb, place: AlbPlace, between: Between) -> None:
    """More goes to no colour with nobody healthy behind it, whichever way; less may go to it."""
    between.rewrite("Action=DescribeTargetHealth", NOBODY, SICK)
    seen = await alb.look()
    assert seen.green == Health(healthy=0, total=2, why="2 unhealthy: Target.Timeout")
    sick = r"nobody is behind green: none of 2 targets is healthy \(2 unhealthy: Target.Timeout\)"
    with pytest.raises(TrafficRefused, match=sick):
        await alb.shift(BLUE, TENTH)
    place.put(TENTH)
    with pytest.raises(TrafficRefused, match="nobody is behind blue"):
        await alb.shift(TENTH, BLUE)
    assert between.count("Action=Modify") == 0


async def test_nobody_may_count_the_targets(alb: Alb, place: AlbPlace, between: Between) -> None:
    """Forward that is no; back to a colour that serves already it hinders nothing, and back to an idle one it does."""
    between.deny("Action=DescribeTargetHealth")
    with pytest.raises(TrafficRefused, match="AccessDenied"):
        await alb.shift(BLUE, TENTH)
    with pytest.raises(TrafficRefused, match="AccessDenied"):
        await alb.look()
    assert between.count("Action=Modify") == 0
    place.put(GREEN)
    with pytest.raises(TrafficRefused, match="AccessDenied"):
        await alb.shift(GREEN, BLUE, back=True)
    assert between.count("Action=Modify") == 0
    place.put(TENTH)
    assert await alb.weights() == TENTH
    assert await alb.shift(TENTH, BLUE, back=True) == BLUE == place.there()


async def test_back_to_the_sick(alb: Alb, place: AlbPlace, between: Between) -> None:
    """Whoever can be counted is: a colour that serves and has nobody healthy gets no more, on the way back either."""
    place.put(TENTH)
    between.rewrite("Action=DescribeTargetHealth", NOBODY, SICK)
    with pytest.raises(TrafficRefused, match="nobody is behind blue"):
        await alb.shift(TENTH, BLUE, back=True)
    assert place.there() == TENTH


async def test_away_from_the_sick(alb: Alb, place: AlbPlace, between: Between) -> None:
    """Only the colour that gets more is judged."""
    place.put(TENTH)
    number = place.green.rpartition("/")[2]
    between.rewrite(f"Action=DescribeTargetHealth.*{number}", NOBODY, SICK)
    assert await alb.shift(TENTH, BLUE) == BLUE


@pytest.mark.parametrize("state", ["initial", "unused", "draining", "unhealthy.draining", "unavailable"])
async def test_only_healthy_is_healthy(alb: Alb, between: Between, state: str) -> None:
    """Whatever else a target says of itself, it does not count."""
    between.rewrite("Action=DescribeTargetHealth", NOBODY, f"<State>{state}</State>")
    assert (await alb.look()).blue == Health(healthy=0, total=2, why=f"2 {state}")


async def test_a_group_without_targets(place: AlbPlace, near: Context) -> None:
    """An empty list is nobody healthy."""
    empty = place.group("empty", 0)
    place.act(place.forward((place.blue, 100), (empty, 0)))
    switcher = place.switcher(near, green=empty)
    assert (await switcher.look()).green == Health(healthy=0, total=0)
    with pytest.raises(TrafficRefused, match="nobody is behind green: it has no targets"):
        await switcher.shift(BLUE, TENTH)


async def test_a_weight_that_is_too_heavy(alb: Alb, between: Between) -> None:
    """AWS's own range goes from 0 to 999."""
    with pytest.raises(TrafficRefused, match="from 0 to 999"):
        await alb.shift(BLUE, Weights(blue=0, green=1000))
    assert between.asked == []


@pytest.fixture
def rules(place: AlbPlace) -> tuple[str, str]:
    """Two rules of the listener where blue gets everything."""
    forward = place.forward((place.blue, 100), (place.green, 0))
    return place.rule(10, forward), place.rule(20, forward)


def stands(place: AlbPlace, rules: tuple[str, ...]) -> list[Weights]:
    """What each rule says."""
    found = place.elb.describe_rules(RuleArns=list(rules))["Rules"]
    said = {rule["RuleArn"]: place.weights(rule["Actions"]) for rule in found}
    return [said[arn] for arn in rules]


async def test_rules_move_together(place: AlbPlace, near: Context, rules: tuple[str, str]) -> None:
    """Named rules move with their conditions kept, and the default action stays."""
    switcher = place.switcher(near, rules=rules)
    before = place.elb.describe_rules(RuleArns=list(rules))["Rules"]
    assert await switcher.shift(BLUE, TENTH) == TENTH
    assert stands(place, rules) == [TENTH, TENTH]
    assert place.there() == BLUE
    await switcher.shift(TENTH, BLUE)
    assert place.elb.describe_rules(RuleArns=list(rules))["Rules"] == before


async def test_the_default_rule(
    place: AlbPlace, near: Context, rules: tuple[str, str], between: Between
) -> None:
    """It is changed through its listener, since AWS takes no other way."""
    listed = place.elb.describe_rules(ListenerArn=place.listener)["Rules"]
    default = next(rule["RuleArn"] for rule in listed if rule["IsDefault"])
    switcher = place.switcher(near, rules=(rules[0], default))
    assert await switcher.shift(BLUE, GREEN) == GREEN == place.there()
    assert (between.count("Action=ModifyRule"), between.count("Action=ModifyListener")) == (1, 1)


async def test_only_some_rules_written(
    place: AlbPlace, near: Context, rules: tuple[str, str], between: Between
) -> None:
    """What is there is told, and the same move finishes it."""
    switcher = place.switcher(near, rules=rules)
    between.deny("Action=ModifyRule", times=1, after=1)
    with pytest.raises(
        TrafficHalf, match="Only a part was written: rule 10: blue 90, green 10; rule 20: blue 100"
    ) as caught:
        await switcher.shift(BLUE, TENTH)
    assert caught.value.found == Weights(blue=95, green=5) == (await switcher.look()).weights
    assert stands(place, rules) == [TENTH, BLUE]
    assert await switcher.shift(BLUE, TENTH) == TENTH
    assert stands(place, rules) == [TENTH, TENTH]


@pytest.mark.parametrize(
    "expected",
    [
        pytest.param(TENTH, id="from what was to be"),
        pytest.param(Weights(blue=95, green=5), id="from what was seen"),
    ],
)
async def test_back_from_half_way(
    place: AlbPlace, near: Context, rules: tuple[str, str], between: Between, expected: Weights
) -> None:
    """A move that was cut off can be taken back."""
    switcher = place.switcher(near, rules=rules)
    between.deny("Action=ModifyRule", times=1, after=1)
    with pytest.raises(TrafficHalf):
        await switcher.shift(BLUE, TENTH)
    assert await switcher.shift(expected, BLUE) == BLUE
    assert stands(place, rules) == [BLUE, BLUE]


@pytest.mark.parametrize("arrives", [pytest.param(True, id="done"), pytest.param(False, id="not done")])
async def test_one_of_several_without_an_answer(
    place: AlbPlace, near: Context, rules: tuple[str, str], between: Between, arrives: bool
) -> None:
    """What is read back says what is still to be written."""
    between.fault("Action=ModifyRule", after=1, hangs_up=True, arrives=arrives)
    assert await place.switcher(near, rules=rules).shift(BLUE, TENTH) == TENTH
    assert stands(place, rules) == [TENTH, TENTH]
    assert between.count("Action=ModifyRule") == (2 if arrives else 3)


async def test_a_write_that_nobody_reads_back(
    place: AlbPlace, near: Context, rules: tuple[str, str], between: Between
) -> None:
    """Where one write had its yes, stale reads do not say that nothing was written."""
    switcher = place.switcher(near, rules=rules)
    await switcher.look()
    between.remember()
    between.fault("Action=ModifyRule", then=lambda: between.stale("Action=DescribeRules", 1000))
    between.reset("Action=ModifyRule")
    with pytest.raises(TrafficUnknown, match="it took the write, and still tells"):
        await switcher.shift(BLUE, TENTH)


async def test_throttled_again_and_again(
    place: AlbPlace, near: Context, rules: tuple[str, str], between: Between
) -> None:
    """What was written at first is not forgotten because a later try wrote nothing."""
    between.throttle("Action=ModifyRule", times=2, after=1)
    with pytest.raises(TrafficHalf, match=r"Throttling.*Only a part was written"):
        await place.switcher(near, rules=rules).shift(BLUE, TENTH)
    assert stands(place, rules) == [TENTH, BLUE]


async def test_somebody_else_at_the_last_moment(alb: Alb, place: AlbPlace, between: Between) -> None:
    """Counting targets takes a while, and whoever writes meanwhile is seen."""
    between.fault("Action=DescribeTargetHealth", then=lambda: place.put(Weights(blue=70, green=30)))
    with pytest.raises(TrafficMoved):
        await alb.shift(BLUE, TENTH)
    assert between.count("Action=Modify") == 0


async def test_one_rule_changed_by_somebody_else(
    place: AlbPlace, near: Context, rules: tuple[str, str]
) -> None:
    """The mean of all rules is told, and which one says what."""
    place.elb.modify_rule(RuleArn=rules[1], Actions=[place.forward((place.blue, 1), (place.green, 1))])
    switcher = place.switcher(near, rules=rules)
    seen = await switcher.look()
    assert (seen.weights, seen.mixed) == (
        Weights(blue=75, green=25),
        "rule 10: blue 100, green 0; rule 20: blue 1, green 1",
    )
    with pytest.raises(TrafficMoved) as caught:
        await switcher.shift(BLUE, TENTH)
    assert caught.value.found == Weights(blue=75, green=25)


async def test_a_rule_on_a_later_page(place: AlbPlace, near: Context) -> None:
    """All pages are read."""
    forward = place.forward((place.blue, 100), (place.green, 0))
    rule = [place.rule(priority, forward) for priority in range(1, 53)][-1]
    switcher = place.switcher(near, rules=(rule,))
    assert await switcher.shift(BLUE, GREEN) == GREEN
    assert stands(place, (rule,)) == [GREEN]


async def test_a_rule_of_another_listener(place: AlbPlace, near: Context, town: Town) -> None:
    """It is none of this listener's."""
    other = AlbPlace(town)
    rule = other.rule(10, other.forward((other.blue, 1), (other.green, 1)))
    with pytest.raises(TrafficRefused, match="it has no rule arn:"):
        await place.switcher(near, rules=(rule,)).look()


async def test_an_output_that_is_not_there(place: AlbPlace, near: Context) -> None:
    """It is said before anything is asked."""
    with pytest.raises(TrafficRefused, match=r"no output `gone` .*Nothing was written"):
        place.switcher(near, green="{outputs.gone}")


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        pytest.param("listener", "main", "no ARN of a listener", id="a name"),
        pytest.param(
            "green",
            "arn:aws:elasticloadbalancing:x:1:listener/a",
            "no ARN of a targetgroup",
            id="another ARN",
        ),
        pytest.param("rules", ["arn:x:listener/a"], "no ARN of a listener-rule", id="no rule"),
        pytest.param("green", "arn:x:targetgroup/blue/1", "same target group", id="the same twice"),
        pytest.param("weights", 1, "Extra inputs|extra", id="an unknown key"),
    ],
)
def test_bad_settings(key: str, value: Any, why: str) -> None:
    """What cannot be meant is said when the estate is read."""
    good = {"kind": "alb", "listener": "arn:x:listener/a", "blue": "arn:x:targetgroup/blue/1"}
    good["green"] = "{outputs.green}"
    Alb.Settings.model_validate(good)
    with pytest.raises(ValidationError, match=why):
        Alb.Settings.model_validate({**good, key: value}, extra="forbid")
