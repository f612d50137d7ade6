"""What the samples of a bake hold of one metric on one side, sample by sample; `None` where nothing was seen."""

import math
from collections.abc import Sequence

from bot.domain.report import Counted, Evidence, Sample, Side

#: The metric that is counted; all others have values of their own.
RATE = "error_rate"
#: What stands before the name of an alarm.
ALARM = "alarm "


def of(sample: Sample, metric: str, side: Side) -> Evidence | None:
    """The evidence, which may itself say that there is none; `None` where nobody looked."""
    return next((one for one in sample.evidence if one.metric == metric and one.side is side), None)


def metrics(samples: Sequence[Sample]) -> tuple[str, ...]:
    """The metrics that were looked at, in the order of the estate, without alarms."""
    return tuple(name for name in _names(samples) if not name.startswith(ALARM))


def alarms(samples: Sequence[Sample]) -> tuple[str, ...]:
    """The same of alarms, as metrics are named."""
    return tuple(name for name in _names(samples) if name.startswith(ALARM))


def counts(samples: Sequence[Sample], metric: str, side: Side) -> list[Counted | None]:
    """Requests and errors that were new at each look."""
    return [_counted(of(sample, metric, side)) for sample in samples]


def values(samples: Sequence[Sample], metric: str, side: Side) -> list[float | None]:
    """The value at each look."""
    return [_value(of(sample, metric, side)) for sample in samples]


def total(some: Sequence[Counted | None]) -> Counted:
    """All of them together."""
    known = [one for one in some if one is not None]
    return Counted(requests=sum(one.requests for one in known), errors=sum(one.errors for one in known))


def _names(samples: Sequence[Sample]) -> list[str]:
    return list(dict.fromkeys(one.metric for sample in samples for one in sample.evidence))


def _counted(one: Evidence | None) -> Counted | None:
    if one is None or one.missing or one.requests is None or one.errors is None:
        return None
    # A total of errors may be read a moment after the total of requests.
    return Counted(requests=one.requests, errors=min(one.errors, one.requests))


def _value(one: Evidence | None) -> float | None:
    if one is None or one.missing or one.value is None or not math.isfinite(one.value):
        return None
    return one.value
