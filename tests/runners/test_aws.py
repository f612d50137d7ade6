import asyncio
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from aiohttp import web

from runners import aws as module
from runners.aws import Aws, AwsDenied, AwsSilent
from tests.fakes.cloud import Between, Town, between, gate, refusal, town

__all__ = ["between", "gate", "town"]

READ = "Action=DescribeLoadBalancers"
WRITE = "Action=CreateTargetGroup"


@pytest.fixture
def aws(between: Between) -> Iterator[Aws]:  # noqa: ARG001 -- it must be told where AWS is before it asks
    """A way to AWS that has asked nothing yet."""
    with closing(Aws()) as way:
        yield way


async def read(aws: Aws, **more: Any) -> Any:
    return await aws.call("elbv2", "describe_load_balancers", **more)


async def write(aws: Aws) -> Any:
    return await aws.call(
        "elbv2", "create_target_group", Name=f"a{uuid.uuid4().hex[:12]}", TargetType="lambda"
    )


@pytest.fixture
def written(town: Town) -> Callable[[], int]:
    """Count what has been written since the test began."""

    def count() -> int:
        return len(town.client("elbv2").describe_target_groups()["TargetGroups"])

    before = count()
    return lambda: count() - before


async def test_an_answer(aws: Aws, written: Callable[[], int]) -> None:
    """What is written through it is there for others, and read through it."""
    await write(aws)
    assert written() == 1
    assert "LoadBalancers" in await read(aws)


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"says": refusal("Throttling", 400), "arrives": False}, id="asks for a pause"),
        pytest.param({"says": refusal("ServiceUnavailable", 503), "arrives": False}, id="is unavailable"),
        pytest.param({"hangs_up": True, "arrives": False}, id="hangs up"),
    ],
)
async def test_a_read_is_asked_again(aws: Aws, between: Between, how: dict[str, Any]) -> None:
    """Nobody minds being asked twice."""
    between.fault(READ, **how)
    await read(aws)
    assert between.count(READ) == 2


async def test_a_read_is_not_asked_for_ever(aws: Aws, between: Between) -> None:
    """Four attempts are enough."""
    between.fault(READ, times=100, hangs_up=True, arrives=False)
    with pytest.raises(AwsSilent, match="no answer to describe_load_balancers"):
        await read(aws)
    assert between.count(READ) == 4


@pytest.mark.parametrize(
    ("how", "done"),
    [
        pytest.param({"says": refusal("Throttling", 400), "arrives": False}, 0, id="throttled before"),
        pytest.param({"says": refusal("Throttling", 400)}, 1, id="throttled after it was done"),
        pytest.param(
            {"says": refusal("PriorRequestNotComplete", 400), "arrives": False}, 0, id="another goes on"
        ),
        pytest.param({"says": refusal("InternalFailure", 500)}, 1, id="500 after it was done"),
        pytest.param(
            {"says": lambda *_: web.Response(status=502, text="<html>oops</html>")}, 1, id="a proxy's page"
        ),
        pytest.param({"says": lambda *_: web.Response(text="<html>oops")}, 1, id="no XML"),
        pytest.param({"says": lambda *_: web.Response(text="")}, 1, id="an empty page"),
        pytest.param({"hangs_up": True, "arrives": False}, 0, id="hangs up before"),
        pytest.param({"hangs_up": True}, 1, id="hangs up after it was done"),
    ],
)
async def test_a_write_is_sent_once(
    aws: Aws, between: Between, written: Callable[[], int], how: dict[str, Any], done: int
) -> None:
    """Whether it was done nobody can tell from the answer, and it is never sent again."""
    between.fault(WRITE, **how)
    with pytest.raises(AwsSilent) as caught:
        await write(aws)
    assert caught.value.sent
    assert (between.count(WRITE), written()) == (1, done)


async def test_a_slow_answer(
    aws: Aws, between: Between, written: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for ever for an answer that comes too late."""
    monkeypatch.setattr(module, "_ANSWER", 0.2)
    between.fault(WRITE, delay=0.6)
    with pytest.raises(AwsSilent, match="Read timeout"):
        await write(aws)
    await asyncio.sleep(0.8)
    assert written() == 1


async def test_a_call_that_never_gets_its_turn(
    aws: Aws, between: Between, written: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is given up, and never sent."""
    monkeypatch.setattr(module, "_WHOLE", 0.3)
    between.fault(READ, times=100, delay=0.6)
    busy = [asyncio.create_task(read(aws)) for _ in range(8)]
    await asyncio.sleep(0.1)
    with pytest.raises(AwsSilent, match=r"within 0\.3 s"):
        await write(aws)
    await asyncio.gather(*busy, return_exceptions=True)
    await asyncio.sleep(0.5)
    assert (between.count(WRITE), written()) == (0, 0)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        pytest.param("AccessDenied", 403, id="no right"),
        pytest.param("ExpiredToken", 403, id="an old token"),
        pytest.param("InvalidConfigurationRequest", 400, id="a wrong wish"),
    ],
)
async def test_a_no(aws: Aws, between: Between, code: str, status: int) -> None:
    """A no is told with its code, and not asked for twice."""
    between.fault(READ, says=refusal(code, status), arrives=False)
    with pytest.raises(AwsDenied, match=f"AWS refuses describe_load_balancers: {code}") as caught:
        await read(aws)
    assert caught.value.code == code
    assert between.count(READ) == 1


async def test_nobody_there(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be sent cannot have been done."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free.getsockname()[1]}")
        with pytest.raises(AwsSilent, match="Could not connect") as caught:
            await write(aws)
    assert not caught.value.sent


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        pytest.param("AWS_ACCESS_KEY_ID", "NoCredentialsError", id="credentials"),
        pytest.param("AWS_REGION", "NoRegionError", id="region"),
    ],
)
async def test_what_is_not_set(
    aws: Aws, between: Between, missing: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a no before anything is sent."""
    monkeypatch.delenv(missing)
    if code == "NoCredentialsError":
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(AwsDenied) as caught:
        await read(aws)
    assert (caught.value.code, between.asked) == (code, [])


async def test_an_argument_that_aws_does_not_know(aws: Aws, between: Between) -> None:
    """It is a no as well."""
    with pytest.raises(AwsDenied, match="Unknown parameter") as caught:
        await read(aws, Nonsense=1)
    assert (caught.value.code, between.asked) == ("ParamValidationError", [])


async def test_a_service_without_regions(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked where it is at home."""
    monkeypatch.delenv("AWS_REGION")
    assert "HostedZones" in await aws.call("route53", "list_hosted_zones")


@pytest.mark.parametrize(
    "told", [pytest.param(None, id="the process's"), pytest.param("us-west-2", id="its own")]
)
async def test_the_region(aws: Aws, between: Between, told: str | None) -> None:
    """A call's own Region goes before that of the process."""
    signed = []

    def sign(request: web.Request, _: bytes) -> web.Response:
        signed.append(request.headers["Authorization"])
        return refusal("AccessDenied", 403)(request, b"")

    between.fault(READ, says=sign)
    with pytest.raises(AwsDenied):
        await read(aws, region=told)
    assert f"/{told or 'eu-west-1'}/elasticloadbalancing/" in signed[0]
