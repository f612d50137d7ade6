from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.report import Verdict
from runners.checks.schedule_runs import ScheduleRuns
from runners.context import Context
from tests.fakes.clock import FakeClock
from tests.fakes.moto import Moto

GROUP = "jobs-green"
HOUR = timedelta(hours=1)


@pytest.fixture
async def clock() -> FakeClock:
    """Stand at half past an hour, some hours from now: moto notes by its own clock when a schedule was edited."""
    clock = FakeClock()
    coming = datetime.now(UTC).replace(minute=30, second=0, microsecond=0) + 6 * HOUR  # noqa: TID251 -- as moto does
    await clock.advance((coming - clock.now()).total_seconds())
    return clock


def schedule(cloud: Moto, name: str = "sync", expression: str = "cron(0 * * * ? *)", **more: Any) -> None:
    """Make a schedule in the group."""
    target = {
        "Arn": "arn:aws:lambda:eu-central-1:123456789012:function:f",
        "RoleArn": "arn:aws:iam::1:role/r",
    }
    wanted = {"State": "ENABLED", "FlexibleTimeWindow": {"Mode": "OFF"}, **more}
    cloud.client("scheduler").create_schedule(
        Name=name, GroupName=GROUP, ScheduleExpression=expression, Target=target, **wanted
    )


async def ask(context: Context, clock: FakeClock, **settings: Any) -> tuple[Verdict, str]:
    """Ask for the invocations of the last three hours."""
    written = {"kind": "schedule_runs", "group": GROUP, "over": 3 * HOUR, **settings}
    check = ScheduleRuns(ScheduleRuns.Settings.model_validate(written), replace(context, clock=clock))
    return await check.ask()


@pytest.mark.parametrize(
    ("counts", "verdict", "words"),
    [
        pytest.param([{"InvocationAttemptCount": 1}] * 3, Verdict.PASS, "3 invoked of 3 due", id="each once"),
        pytest.param([{"InvocationAttemptCount": 2, "TargetErrorCount": 1}] * 3, Verdict.PASS, "3 invoked of 3 due", id="each at the second attempt"),
        pytest.param([{"InvocationAttemptCount": 2}] * 3, Verdict.FAIL, "6 invoked of 3 due", id="each twice"),
        pytest.param([{"InvocationAttemptCount": 1}, {"InvocationAttemptCount": 1, "TargetErrorCount": 1, "InvocationDroppedCount": 1}], Verdict.FAIL, "1 given up", id="one given up"),
        pytest.param([{"InvocationAttemptCount": 1}] * 2, Verdict.UNKNOWN, "2 invoked of 3 due", id="one is not there"),
        pytest.param([], Verdict.UNKNOWN, "some were missed, or CloudWatch does not have them", id="none is there"),
    ],
)  # fmt: skip
async def test_invocations(
    cloud: Moto,
    context: Context,
    clock: FakeClock,
    counts: list[dict[str, float]],
    verdict: Verdict,
    words: str,
) -> None:
    """More than were due, and those given up, are certain; fewer are not, as AWS does not promise its counts."""
    cloud.client("scheduler").create_schedule_group(Name=GROUP)
    schedule(cloud)
    schedule(cloud, "off", State="DISABLED")
    for ago, sums in enumerate(counts):
        at = clock.now() - timedelta(minutes=30) - ago * HOUR
        cloud.count("AWS/Scheduler", {"ScheduleGroup": GROUP}, at, **sums)
    found, told = await ask(context, clock)
    assert (found, words in told) == (verdict, True), told


async def test_not_enough_time(cloud: Moto, context: Context, clock: FakeClock) -> None:
    """Since the shift, or since somebody edited a schedule, nothing was due: it says when something is."""
    cloud.client("scheduler").create_schedule_group(Name=GROUP)
    schedule(cloud)
    shifted = replace(context, since=clock.now() - timedelta(minutes=20))
    coming = clock.now() + timedelta(minutes=30)
    verdict, told = await ask(shifted, clock)
    assert verdict is Verdict.UNKNOWN
    assert told.endswith(f"next due {coming:%a %d %b %H:%M} UTC.")
    assert (await ask(context, clock))[1].startswith("0 invoked of 3 due")
    fresh = FakeClock()
    await fresh.advance((datetime.now(UTC) - fresh.now()).total_seconds())  # noqa: TID251 -- as moto does
    verdict, told = await ask(context, fresh)
    assert (verdict, told.startswith("none was due and counted since")) == (Verdict.UNKNOWN, True)


async def test_groups_that_run_nothing(cloud: Moto, context: Context, clock: FakeClock) -> None:
    """A group that does not exist, or has nothing enabled, fails; what may not be read is UNKNOWN."""
    assert await ask(context, clock) == (Verdict.FAIL, f"there is no group {GROUP}.")
    cloud.client("scheduler").create_schedule_group(Name=GROUP)
    schedule(cloud, State="DISABLED")
    assert await ask(context, clock) == (Verdict.FAIL, f"no schedule of {GROUP} is enabled.")


@pytest.mark.parametrize(
    "expression", ["cron(0 10 ? * 6#3 *)", "cron(0 10 15W * ? *)"], ids=["third Friday", "workday"]
)
async def test_an_expression_that_is_not_read(
    cloud: Moto, context: Context, clock: FakeClock, expression: str
) -> None:
    """What nobody can count is UNKNOWN."""
    cloud.client("scheduler").create_schedule_group(Name=GROUP)
    schedule(cloud, expression=expression)
    assert (await ask(context, clock))[0] is Verdict.UNKNOWN
