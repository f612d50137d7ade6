"""What CloudWatch's alarms say, composite ones too."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bot.domain.report import Evidence
from runners.aws import Aws, AwsDenied, AwsSilent

#: So many alarms are told of in one answer.
_AT_ONCE = 100


class Alarm(NamedTuple):
    """One alarm."""

    #: `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    state: str
    #: CloudWatch's own words for it.
    why: str


async def states(aws: Aws, names: Sequence[str], region: str | None) -> Mapping[str, Alarm]:
    """Look at the alarms *names*; those that do not exist are left out. Raises `AwsDenied` and `AwsSilent`."""
    found: dict[str, Alarm] = {}
    for start in range(0, len(names), _AT_ONCE):
        told = await aws.call(
            "cloudwatch",
            "describe_alarms",
            region=region,
            AlarmNames=list(names[start : start + _AT_ONCE]),
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],  # else composite ones are silently left out
            MaxRecords=_AT_ONCE,
        )
        for one in (*told.get("MetricAlarms", ()), *told.get("CompositeAlarms", ())):
            found[one["AlarmName"]] = Alarm(one["StateValue"], one.get("StateReason", ""))
    return found


async def read(aws: Aws, names: Sequence[str]) -> tuple[Evidence, ...]:
    """Make evidence of every alarm, in the order of *names*: 1 where it is on, 0 where all is well, else missing."""
    try:
        found = await states(aws, names, None)
    except (AwsDenied, AwsSilent) as error:
        return tuple(Evidence(metric=f"alarm {name}", missing=f"{error}.") for name in names)
    return tuple(_evidence(name, found.get(name)) for name in names)


async def on(aws: Aws, names: Sequence[str]) -> tuple[str, ...]:
    """Name those of *names* that are on, as far as anybody knows."""
    seen = await read(aws, names) if names else ()
    return tuple(name for name, one in zip(names, seen, strict=False) if one.value)


def _evidence(name: str, alarm: Alarm | None) -> Evidence:
    metric = f"alarm {name}"
    if alarm is None:
        return Evidence(metric=metric, missing="there is no alarm of this name.")
    if alarm.state not in {"OK", "ALARM"}:
        return Evidence(metric=metric, missing=f"it is {alarm.state}.")
    return Evidence(metric=metric, value=float(alarm.state == "ALARM"))
