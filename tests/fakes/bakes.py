"""Bakes as the tests of what is drawn of them need them."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

from bot.domain.colour import Colour
from bot.domain.estate import BakeSettings, WatchSettings
from bot.domain.report import BakeReport, Evidence, Finding, Report, Sample, Side, Verdict
from bot.domain.run import Switching
from bot.domain.traffic import Exposure, Move, Weights
from tests.fakes.reports import later, report, run

#: A switch to green.
SWITCH = run(switch=Switching(colour=Colour.GREEN))


def watching(**line: Any) -> BakeSettings:
    """One metric is watched; an error rate unless it is said otherwise."""
    watch = WatchSettings(**({"kind": "http", "metric": "error_rate"} | line))
    return BakeSettings(**{"for": timedelta(minutes=30)}, watch=(watch,))


def rate(requests: int, errors: int, side: Side = Side.CANDIDATE) -> Evidence:
    return Evidence(metric="error_rate", side=side, requests=requests, errors=errors)


def alarm(name: str, value: float | None) -> Evidence:
    return Evidence(metric=f"alarm {name}", value=value, missing="" if value is not None else "denied")


def latency(value: float, side: Side = Side.CANDIDATE) -> Evidence:
    return Evidence(metric="latency_p99", side=side, value=value)


BLIND = Evidence(metric="error_rate", missing="connection refused")


def baked(
    looks: int,
    seen: Callable[[int], tuple[Evidence, ...]],
    *,
    rung: int = 0,
    start: float = 0,
    every: float = 60,
    **finding: Any,
) -> BakeReport:
    """So many looks, *every* so many seconds, from *start* minutes past noon; it ends as a pass."""
    began = later(minutes=start)
    usual = {"verdict": Verdict.PASS, "final": True, "reason": "0 errors in 1,200 requests"}
    return BakeReport(
        rung=rung,
        began_at=began,
        until=began + timedelta(seconds=looks * every),
        samples=tuple(
            Sample(index=index, at=began + timedelta(seconds=(index + 1) * every), evidence=seen(index))
            for index in range(looks)
        ),
        finding=Finding(**(usual | finding)),
        min_requests=100,
    )


def ladder(service: str = "storefront", steps: tuple[int, ...] = (1, 10, 25, 100)) -> tuple[Move, ...]:
    """The moves of *service* to green."""
    weights = [Weights.giving(Colour.GREEN, step) for step in (0, *steps)]
    return tuple(
        Move(service=service, exposure=Exposure.PUBLIC, before=before, after=after)
        for before, after in pairwise(weights)
    )


def switched(*bakes: BakeReport, **differs: Any) -> Report:
    """A switch to green whose last bake is the last of *bakes*."""
    usual: dict[str, Any] = {"run": SWITCH, "moves": ladder(), "bake": bakes[-1], "bakes": bakes[:-1]}
    return report(**(usual | differs))
