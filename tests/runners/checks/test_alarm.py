import pytest

from bot.domain.report import Verdict
from runners.checks.alarm import Alarm
from runners.context import Context
from tests.fakes.moto import Moto


async def ask(context: Context, *names: str) -> tuple[Verdict, str]:
    """Ask for alarms."""
    return await Alarm(Alarm.Settings(kind="alarm", names=names), context).ask()


def arrange(cloud: Moto, **states: str) -> None:
    """Make alarms; moto never evaluates them, so their states are set."""
    client = cloud.client("cloudwatch")
    for name, state in states.items():
        client.put_metric_alarm(
            AlarmName=name, Namespace="x", MetricName="y", Statistic="Sum", Period=60,
            EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanThreshold",
        )  # fmt: skip
        client.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")


@pytest.mark.parametrize(
    ("names", "verdict", "told"),
    [
        pytest.param(["fine"], Verdict.PASS, "fine is OK.", id="all is well"),
        pytest.param(["fine", "loud"], Verdict.FAIL, "loud is ALARM.", id="one is on"),
        pytest.param(["fine", "young"], Verdict.UNKNOWN, "young is INSUFFICIENT_DATA.", id="one does not know"),
        pytest.param(["young", "loud"], Verdict.FAIL, "young is INSUFFICIENT_DATA; loud is ALARM.", id="the worst decides"),
        pytest.param(["none", "fine"], Verdict.FAIL, "there is no alarm none.", id="one does not exist"),
    ],
)  # fmt: skip
async def test_states(cloud: Moto, context: Context, names: list[str], verdict: Verdict, told: str) -> None:
    """Only OK is good, and all are asked for at once."""
    arrange(cloud, fine="OK", loud="ALARM", young="INSUFFICIENT_DATA")
    cloud.asked.clear()
    assert await ask(context, *names) == (verdict, told)
    assert cloud.asked == [("cloudwatch", "DescribeAlarms")]


async def test_denied(cloud: Moto, context: Context) -> None:
    """What may not be asked is UNKNOWN."""
    cloud.refuse("cloudwatch", "DescribeAlarms", "AccessDenied")
    verdict, told = await ask(context, "fine")
    assert (verdict, "AccessDenied" in told) == (Verdict.UNKNOWN, True)
