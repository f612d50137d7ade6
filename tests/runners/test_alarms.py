import pytest

from bot.domain.report import Evidence
from runners import alarms
from runners.context import Context
from tests.fakes.moto import Moto


async def test_evidence(cloud: Moto, context: Context) -> None:
    """On is 1, off is 0, and all else is missing; composite alarms are alarms too."""
    metric = [
        {"AlarmName": name, "StateValue": state}
        for name, state in (("a", "OK"), ("b", "ALARM"), ("c", "INSUFFICIENT_DATA"))
    ]
    composite = [{"AlarmName": "d", "StateValue": "ALARM"}]
    cloud.say("cloudwatch", "DescribeAlarms", {"MetricAlarms": metric, "CompositeAlarms": composite})
    assert await alarms.read(context.aws, ["d", "c", "b", "a", "e"]) == (
        Evidence(metric="alarm d", value=1),
        Evidence(metric="alarm c", missing="it is INSUFFICIENT_DATA."),
        Evidence(metric="alarm b", value=1),
        Evidence(metric="alarm a", value=0),
        Evidence(metric="alarm e", missing="there is no alarm of this name."),
    )
    assert cloud.asked == [("cloudwatch", "DescribeAlarms")]


async def test_more_than_one_answer_holds(cloud: Moto, context: Context) -> None:
    """AWS takes a hundred names at a time."""
    names = [f"a{place}" for place in range(101)]
    cloud.say("cloudwatch", "DescribeAlarms", {"MetricAlarms": [{"AlarmName": "a0", "StateValue": "OK"}]})
    cloud.say("cloudwatch", "DescribeAlarms", {"MetricAlarms": [{"AlarmName": "a100", "StateValue": "OK"}]})
    found = await alarms.read(context.aws, names)
    assert [one.metric for one in found if one.value == 0] == ["alarm a0", "alarm a100"]


async def test_none_are_asked_for(cloud: Moto, context: Context) -> None:
    """Without alarms nobody is asked."""
    assert await alarms.read(context.aws, []) == ()
    assert cloud.asked == []


@pytest.mark.parametrize("code", ["AccessDenied", "InvalidNextToken"])
async def test_unreadable(cloud: Moto, context: Context, code: str) -> None:
    """Where nobody may ask, every alarm is missing."""
    cloud.refuse("cloudwatch", "DescribeAlarms", code)
    found = await alarms.read(context.aws, ["a", "b"])
    assert [(one.metric, one.value) for one in found] == [("alarm a", None), ("alarm b", None)]
    assert all(code in one.missing for one in found)
