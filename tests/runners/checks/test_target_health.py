from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.report import Verdict
from runners.checks.target_health import TargetHealth, counted, needed
from runners.context import Context
from tests.fakes.moto import Moto

TWO = ("store-blue", "store-green")


async def ask(context: Context, **settings: Any) -> tuple[Verdict, str]:
    """Ask for targets."""
    written = TargetHealth.Settings.model_validate({"kind": "target_health", **settings})
    return await TargetHealth(written, context).ask()


def targets(*states: str) -> list[dict[str, Any]]:
    """Describe targets by their states, `unhealthy/Target.Timeout` with a reason."""
    healths = [dict(zip(("State", "Reason"), state.split("/"), strict=False)) for state in states]
    return [
        {"Target": {"Id": f"10.0.0.{place}"}, "TargetHealth": health} for place, health in enumerate(healths)
    ]


async def test_all_groups_behind_it(cloud: Moto, context: Context) -> None:
    """Every group that the load balancer sends to is counted, and none that it does not."""
    made = cloud.balancer(groups=TWO)
    other = cloud.balancer("other", ("other-blue",))
    cloud.register(made.groups[0], "10.0.0.1", "10.0.0.2")
    cloud.register(made.groups[1], "10.0.0.3")
    assert await ask(context, load_balancer=made.arn) == (
        Verdict.PASS,
        "2/2 in store-blue; 1/1 in store-green.",
    )
    verdict, told = await ask(context, load_balancer=made.arn, target_group=other.groups[0])
    assert verdict is Verdict.FAIL
    assert "targetgroup/other-blue/" in told
    assert "is not behind app/main/" in told


async def test_an_empty_group(cloud: Moto, context: Context) -> None:
    """A group without targets fails, however few are wanted."""
    made = cloud.balancer(groups=TWO)
    cloud.register(made.groups[0], "10.0.0.1")
    told = "1/1 in store-blue; 0/0 in store-green"
    assert await ask(context, load_balancer=made.arn) == (Verdict.FAIL, f"{told}, wanted all.")
    assert await ask(context, load_balancer=made.arn, healthy="1%") == (Verdict.FAIL, f"{told}, wanted 1%.")


async def test_one_colour(cloud: Moto, context: Context) -> None:
    """`{target}` is the colour's own group, and the version is told where its tag says it."""
    made = cloud.balancer(groups=TWO)
    cloud.register(made.groups[1], "10.0.0.1")
    tags = [{"Key": "Version", "Value": "4f2c9e1"}]
    cloud.client("elbv2").add_tags(ResourceArns=[made.groups[1]], Tags=tags)
    green = replace(context, names={"target": made.groups[1]})
    assert await ask(green, target_group="{target}") == (
        Verdict.PASS,
        "1/1 in store-green, version 4f2c9e1.",
    )
    assert (await ask(context, target_group="{target}"))[0] is Verdict.UNKNOWN


async def test_tags_that_may_not_be_read(cloud: Moto, context: Context) -> None:
    """A version that is not known changes no verdict."""
    made = cloud.balancer()
    cloud.register(made.groups[0], "10.0.0.1")
    cloud.refuse("elbv2", "DescribeTags", "AccessDenied")
    assert await ask(context, target_group=made.groups[0]) == (Verdict.PASS, "1/1 in store-blue.")


@pytest.mark.parametrize(
    ("states", "healthy", "verdict", "told"),
    [
        pytest.param(["healthy"] * 3, "all", Verdict.PASS, "3/3 in g.", id="all"),
        pytest.param(["healthy", "unhealthy/Target.Timeout"], "all", Verdict.FAIL, "1/2 in g (1 unhealthy: Target.Timeout), wanted all.", id="not all"),
        pytest.param(["healthy", "initial", "initial"], 2, Verdict.FAIL, "1/3 in g (2 initial), wanted 2.", id="too few"),
        pytest.param(["healthy", "healthy", "initial"], 2, Verdict.PASS, "2/3 in g (1 initial).", id="enough"),
        pytest.param(["healthy", "healthy", "unhealthy"], "66%", Verdict.PASS, "2/3 in g (1 unhealthy).", id="two thirds"),
        pytest.param(["healthy", "healthy", "unhealthy"], "67%", Verdict.FAIL, "2/3 in g (1 unhealthy), wanted 67%.", id="hardly too few"),
        pytest.param(["healthy", "draining"], "all", Verdict.PASS, "1/1 in g.", id="on its way out"),
        pytest.param(["draining"], "all", Verdict.FAIL, "0/0 in g, wanted all.", id="all on their way out"),
        pytest.param(["unused/Target.NotInUse"], "1%", Verdict.FAIL, "0/1 in g (1 unused: Target.NotInUse), wanted 1%.", id="behind nothing"),
        pytest.param(["unavailable/Target.HealthCheckDisabled"], "all", Verdict.UNKNOWN, "health checks are off: 0/1 in g (1 unavailable: Target.HealthCheckDisabled), wanted all.", id="not looked at"),
    ],
)  # fmt: skip
async def test_states(
    cloud: Moto, context: Context, states: list[str], healthy: int | str, verdict: Verdict, told: str
) -> None:
    """Only healthy targets count, and what ails the others is told."""
    cloud.say("elbv2", "DescribeTargetHealth", {"TargetHealthDescriptions": targets(*states)})
    cloud.say("elbv2", "DescribeTags", {"TagDescriptions": []})
    group = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/g/1"
    assert await ask(context, target_group=group, healthy=healthy) == (verdict, told)


async def test_what_is_not_there(cloud: Moto, context: Context) -> None:
    """A group, and a load balancer, that do not exist have nothing healthy; what may not be asked is UNKNOWN."""
    arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:"
    assert await ask(context, target_group=f"{arn}targetgroup/g/1") == (
        Verdict.FAIL,
        "there is no such target group.",
    )
    lonely = cloud.balancer(groups=())
    for balancer in (f"{arn}loadbalancer/app/gone/1", lonely.arn):
        verdict, told = await ask(context, load_balancer=balancer)
        assert (verdict, "zero targets are healthy" in told) == (Verdict.FAIL, True)
    cloud.refuse("elbv2", "DescribeTargetHealth", "AccessDenied")
    assert (await ask(context, target_group=f"{arn}targetgroup/g/1"))[0] is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("wanted", "total", "least"),
    [("all", 0, 1), ("all", 3, 3), ("50%", 3, 2), ("1%", 500, 5), ("100%", 7, 7), (2, 9, 2)],
)
def test_needed(wanted: int | str, total: int, least: int) -> None:
    """A part is rounded up, and is never nothing."""
    assert needed(wanted, total) == least


def test_many_reasons() -> None:
    """Three kinds of reasons are told, each with its count."""
    group = counted("g", targets("unhealthy/a", "unhealthy/b", "unhealthy/a", "initial", "unused/c"))
    assert group.why == "2 unhealthy: a, 1 unhealthy: b, 1 initial"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param({}, "names no targets", id="nothing"),
        pytest.param({"load_balancer": "{outputs.alb}", "healthy": 0}, "is no number of targets", id="none wanted"),
        pytest.param({"load_balancer": "{outputs.alb}", "healthy": "101%"}, "is no number of targets", id="more than all"),
        pytest.param({"load_balancer": "{outputs.alb}", "healthy": "some"}, "is no number of targets", id="a word"),
        pytest.param({"load_balancer": "app/main/1"}, "is no ARN", id="no ARN"),
        pytest.param({"target_group": "{target}", "target_groups": ["{target}"]}, "names target groups twice", id="twice"),
    ],
)  # fmt: skip
def test_bad_settings(settings: dict[str, Any], words: str) -> None:
    """What makes no sense is a fault of the estate already."""
    with pytest.raises(ValidationError, match=words):
        TargetHealth.Settings.model_validate({"kind": "target_health", **settings})
