import pytest

from bot.domain.chart import Panel, Role, Unit
from bot.domain.colour import Colour
from bot.domain.estate import BakeSettings
from bot.domain.report import BakeReport, Evidence, Side
from bot.render import curve
from tests.fakes.bakes import BLIND, baked, latency, rate, watching

LABELS = {Side.CANDIDATE: "green", Side.BASELINE: "blue"}


def panel(bake: BakeReport, settings: BakeSettings, metric: str = "error_rate") -> Panel:
    bins = [[(sample,) for sample in bake.samples]]
    return curve.panel(bins, metric, settings.watch[0], LABELS, Colour.GREEN)


def test_a_rate_is_that_of_all_looks_so_far() -> None:
    """By which it is judged; a look that saw nothing is a gap, and one without requests is none of its own."""
    seen: list[Evidence] = [rate(10, 1), BLIND, rate(0, 0), rate(30, 0)]
    drawn = panel(baked(4, lambda look: (seen[look],)), watching(at_most=0.05))
    (candidate,) = drawn.curves
    assert candidate.values == (0.1, None, 0.1, 0.025)
    assert candidate.looks == (0.1, None, None, 0.0)
    assert (candidate.role, candidate.label, candidate.colour) == (Role.CANDIDATE, "green", Colour.GREEN)
    assert drawn.at_most == 0.05


def test_counting_begins_anew_with_each_bake() -> None:
    """As the judgement does."""
    bad, good = (rate(10, 4),), (rate(10, 0),)
    bakes = (baked(2, lambda _: bad), baked(2, lambda _: good))
    bins = [[(sample,) for sample in bake.samples] for bake in bakes]
    drawn = curve.panel(bins, "error_rate", None, LABELS, None)
    assert drawn.curves[0].values == (0.4, 0.4, 0.0, 0.0)


def test_worse_than_the_baseline() -> None:
    """The line that must not be crossed moves with what it is measured by."""
    both = (rate(10, 1), rate(100, 2, Side.BASELINE))
    drawn = panel(baked(2, lambda _: both), watching(worse_than_baseline=1.5))
    baseline, limit = drawn.curves[1:]
    assert (baseline.role, baseline.label, baseline.colour) == (Role.BASELINE, "blue", Colour.BLUE)
    assert (limit.role, limit.label) == (Role.LIMIT, "1.5 times blue")
    assert limit.values == pytest.approx((0.03, 0.03))


def test_a_baseline_that_nobody_saw() -> None:
    """No line is drawn of it, nor of what is measured by it."""
    drawn = panel(baked(2, lambda _: (rate(10, 1),)), watching(worse_than_baseline=1.5))
    assert [each.role for each in drawn.curves] == [Role.CANDIDATE]


def test_a_latency() -> None:
    """Its values are its own, and there is nothing to count."""
    drawn = panel(
        baked(3, lambda look: (latency(100.0 * look),)),
        watching(metric="latency_p99", at_most=800),
        "latency_p99",
    )
    assert (drawn.unit, drawn.heading) == (Unit.MILLISECONDS, "latency p99 in ms")
    assert (drawn.curves[0].values, drawn.curves[0].looks) == ((0.0, 100.0, 200.0), ())
    assert drawn.top == 1000


@pytest.mark.parametrize(
    ("errors", "at_most", "top"),
    [
        pytest.param([0] * 40, 0.05, 0.0625, id="above the line that must not be crossed"),
        pytest.param([0] * 40, 0.0, 0.005, id="nothing but zeros"),
        pytest.param([100] * 40, 0.05, 1.05, id="all of them"),
        pytest.param(
            [100, *[0] * 399], 0.01, pytest.approx(1.25 * 100 / 21 / 100), id="one bad look, at first"
        ),
        pytest.param([*[0] * 399, 4000], 0.01, pytest.approx(1.25 * 4000 / 43_900), id="bad at the end"),
    ],
)
def test_where_the_axis_ends(errors: list[int], at_most: float, top: float) -> None:
    """Nobody has to look for the lines at the lower edge, nor beyond the upper one."""
    seen = baked(len(errors), lambda look: (rate(max(100, errors[look]), errors[look]),))
    assert panel(seen, watching(at_most=at_most)).top == top


def test_shown() -> None:
    """A number with its unit."""
    assert curve.shown(0.0421, Unit.RATIO) == "4.21%"
    assert curve.shown(1234.4, Unit.MILLISECONDS) == "1,234 ms"
