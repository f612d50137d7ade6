from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.report import Verdict
from runners.aws import Aws
from runners.checks.vpc import Vpc
from runners.context import Context
from tests.fakes.moto import Moto


async def ask(context: Context, id: str) -> tuple[Verdict, str]:  # noqa: A002 -- the key's name
    """Ask for a VPC."""
    return await Vpc(Vpc.Settings(kind="vpc", id=id), context).ask()


async def test_one_that_is_there(cloud: Moto, context: Context) -> None:
    """A VPC that is available is good."""
    made = cloud.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    assert await ask(context, made) == (Verdict.PASS, f"{made} is available.")


@pytest.mark.parametrize(
    ("arrange", "verdict", "words"),
    [
        pytest.param(lambda _: None, Verdict.FAIL, "there is no VPC vpc-0a1b2c3d.", id="not there"),
        pytest.param(lambda cloud: cloud.say("ec2", "DescribeVpcs", {"Vpcs": []}), Verdict.FAIL, "is missing", id="nothing in the answer"),
        pytest.param(lambda cloud: cloud.say("ec2", "DescribeVpcs", {"Vpcs": [{"VpcId": "vpc-0a1b2c3d", "State": "pending"}]}), Verdict.FAIL, "is pending", id="not yet"),
        pytest.param(lambda cloud: cloud.refuse("ec2", "DescribeVpcs", "UnauthorizedOperation"), Verdict.UNKNOWN, "UnauthorizedOperation", id="denied"),
        pytest.param(lambda cloud: cloud.refuse("ec2", "DescribeVpcs", "RequestLimitExceeded", times=4), Verdict.UNKNOWN, "no answer to describe_vpcs: RequestLimitExceeded", id="throttled"),
    ],
)  # fmt: skip
async def test_the_rest(
    cloud: Moto, context: Context, arrange: Callable[[Moto], None], verdict: Verdict, words: str
) -> None:
    """What does not exist fails; what could not be asked is UNKNOWN."""
    arrange(cloud)
    found, told = await ask(context, "vpc-0a1b2c3d")
    assert found is verdict
    assert words in told


async def test_another_region(cloud: Moto, context: Context) -> None:
    """A VPC is looked for where the estate says."""
    made = cloud.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    settings = Vpc.Settings(kind="vpc", id=made, region="us-west-2")
    assert (await Vpc(settings, context).ask())[0] is Verdict.FAIL


@pytest.mark.usefixtures("cloud")
async def test_no_credentials(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without credentials nothing is known."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    verdict, told = await ask(replace(context, aws=Aws()), "vpc-0a1b2c3d")
    assert (verdict, "credentials" in told.lower()) == (Verdict.UNKNOWN, True)
