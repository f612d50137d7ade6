"""Charts of every kind, to be drawn."""

from collections.abc import Callable
from typing import Any

from bot.domain.chart import Chart
from bot.domain.estate import BakeSettings, WatchSettings
from bot.domain.report import Report, Side, Verdict
from bot.render import chart
from tests.fakes.bakes import BLIND, alarm, baked, ladder, latency, rate, switched, watching
from tests.fakes.reports import report


def _of(told: Report, settings: BakeSettings) -> Chart:
    found = chart.of(told, settings)
    assert found is not None
    return found


def _deploy(looks: int, seen: Callable[[int], Any], settings: BakeSettings, **finding: Any) -> Chart:
    return _of(report(bake=baked(looks, seen, **finding)), settings)


def _both(look: int) -> tuple[Any, ...]:
    return rate(100, 7 if look > 5 else 0), rate(300, look % 3, Side.BASELINE)


AT_MOST, WORSE = watching(at_most=0.05), watching(at_most=0.02, worse_than_baseline=1.5)
SLOW = AT_MOST.model_copy(
    update={
        "watch": (
            *AT_MOST.watch,
            WatchSettings(kind="http", metric="latency_p99", at_most=800),
        )
    }
)
FAIL, UNKNOWN = {"verdict": Verdict.FAIL}, {"verdict": Verdict.UNKNOWN}
RUNGS = [baked(12, _both, rung=place, start=13 * place) for place in range(4)]

CHARTS: dict[str, Chart] = {
    "a deploy that is well": _deploy(30, lambda look: (rate(40, look == 7),), AT_MOST),
    "a switch of four rungs": _of(switched(*RUNGS), WORSE),
    "one look, all wrong": _deploy(1, lambda _: (rate(50, 50),), AT_MOST, **FAIL),
    "all looks wrong": _deploy(30, lambda _: (rate(50, 50),), AT_MOST, **FAIL),
    "a thousand looks": _deploy(1_000, lambda look: (rate(60, look % 9 == 0),), AT_MOST),
    "gaps, a latency, extended": _deploy(
        45,
        lambda look: (BLIND,) if 12 <= look < 20 or look == 33 else (rate(20, 0), latency(400.0 + look)),
        SLOW,
        extended=True,
        **UNKNOWN,
    ),
    "no request": _deploy(15, lambda _: (rate(0, 0),), AT_MOST, **UNKNOWN),
    "alarms alone": _deploy(
        20, lambda look: (alarm("slo", look > 15), alarm("mute", None if look < 9 else 0)), AT_MOST, **FAIL
    ),
    "days": _deploy(300, lambda look: (latency(25_000.0 + look),), SLOW, every=900),
    "long words, formulas and tags": _of(
        switched(
            baked(
                6,
                lambda _: (alarm("$x^2_{y}$ " + "z" * 400, 1), rate(9, 1)),
                every=5,
                reason="$\\frac{ <b>" * 90,
            ),
            moves=ladder("s" * 300),
        ),
        WORSE,
    ),
}
