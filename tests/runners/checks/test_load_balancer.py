from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.report import Verdict
from runners.aws import Aws
from runners.checks.load_balancer import LoadBalancer
from runners.context import Context
from tests.fakes.moto import Moto

GONE = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/gone/50dc6c495c0c9188"


async def ask(context: Context, **settings: str) -> tuple[Verdict, str]:
    """Ask for a load balancer."""
    written = LoadBalancer.Settings.model_validate({"kind": "load_balancer", **settings})
    return await LoadBalancer(written, context).ask()


async def test_one_that_is_active(cloud: Moto, context: Context) -> None:
    """Its ARN and its DNS name find the same one, however the name is written."""
    made = cloud.balancer()
    good = (Verdict.PASS, "main is active.")
    assert await ask(context, arn=made.arn) == good
    assert await ask(context, dns_name=made.dns_name) == good
    assert await ask(context, dns_name=f"dualstack.{made.dns_name.upper()}.".lower()) == good


async def test_a_name_says_its_region(cloud: Moto, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """A DNS name is looked for in its own Region, wherever the process is."""
    made = cloud.balancer()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    abroad = replace(context, aws=Aws())
    assert (await ask(abroad, dns_name=made.dns_name))[0] is Verdict.PASS
    assert (await ask(abroad, arn=made.arn))[0] is Verdict.PASS


@pytest.mark.parametrize(
    "named",
    [
        pytest.param({"arn": GONE}, id="by its ARN"),
        pytest.param({"dns_name": "gone-1.eu-central-1.elb.amazonaws.com"}, id="by its name"),
    ],
)
async def test_one_that_is_not_there(cloud: Moto, context: Context, named: dict[str, str]) -> None:
    """What does not exist fails."""
    cloud.balancer()
    assert await ask(context, **named) == (Verdict.FAIL, "there is no such load balancer.")


async def test_all_pages_are_read(cloud: Moto, context: Context) -> None:
    """A name on the second page is found."""
    found = {"LoadBalancerName": "main", "DNSName": "main-1.elb.amazonaws.com", "State": {"Code": "active"}}
    pages = {"LoadBalancers": [], "NextMarker": "more"}, {"LoadBalancers": [found]}
    cloud.say("elbv2", "DescribeLoadBalancers", *pages)
    assert (await ask(context, dns_name="main-1.elb.amazonaws.com"))[0] is Verdict.PASS


@pytest.mark.parametrize("code", ["provisioning", "active_impaired", "failed"])
async def test_one_that_is_not_active(cloud: Moto, context: Context, code: str) -> None:
    """Every state but active fails, and is told."""
    found = {"LoadBalancerName": "main", "State": {"Code": code, "Reason": "because"}}
    cloud.say("elbv2", "DescribeLoadBalancers", {"LoadBalancers": [found]})
    assert await ask(context, arn=GONE) == (Verdict.FAIL, f"main is {code}: because.")


async def test_denied(cloud: Moto, context: Context) -> None:
    """What may not be asked is UNKNOWN."""
    cloud.refuse("elbv2", "DescribeLoadBalancers", "AccessDenied")
    verdict, told = await ask(context, arn=GONE)
    assert (verdict, "AccessDenied" in told) == (Verdict.UNKNOWN, True)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param({}, "names no load balancer", id="neither"),
        pytest.param({"arn": "a", "dns_name": "b"}, "names two load balancers", id="both"),
        pytest.param({"arn": "a", "region": "Frankfurt"}, "is no Region", id="no Region"),
    ],
)
def test_bad_settings(settings: dict[str, Any], words: str) -> None:
    """An estate that names none, or two, is wrong already."""
    with pytest.raises(ValidationError, match=words):
        LoadBalancer.Settings.model_validate({"kind": "load_balancer", **settings})
