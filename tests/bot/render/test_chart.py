"""What is to be seen on the chart of a bake, in words and numbers."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.chart import Chart
from bot.domain.message import MOST_ALTERNATIVE, Picture
from bot.domain.report import BakeReport, Report, Side, Verdict
from bot.domain.run import Outcome
from bot.render import chart
from tests.fakes.bakes import BLIND, alarm, baked, ladder, latency, rate, switched, watching
from tests.fakes.limits import breaches, shown
from tests.fakes.reports import later, report, run


def drawn(told: Report, **line: Any) -> Chart:
    found = chart.of(told, watching(**(line or {"at_most": 0.05})))
    assert found is not None
    return found


def test_a_deploy() -> None:
    """One panel, no moves; whoever cannot see it is told the same."""
    bake = baked(30, lambda look: (rate(40, look == 7),), reason="1 error in 1,200 requests")
    found = drawn(report(bake=bake))
    assert (found.title, found.verdict, found.rungs) == ("Bake of prod", Verdict.PASS, ())
    assert len(found.times) == 30
    assert found.alternative == (
        "Chart. Run 42: Bake of prod: PASS. 1 error in 1,200 requests. From 21 Nov 2026 12:00 to 12:30 UTC, 30 looks. "
        "Error rate so far: candidate ended at 0.08%, highest 0.31%; at most 5.00% allowed."
    )


def test_the_rungs_of_a_switch() -> None:
    """The earlier moves of the same service stand before it, and those of others do not."""
    moves = (*ladder("admin", (100,)), *ladder(steps=(10, 50, 100)))
    both = (rate(10, 0), rate(90, 0, Side.BASELINE))
    bakes = [baked(5, lambda _: both, rung=place, start=10 * place) for place in range(4)]
    found = drawn(switched(*bakes, moves=moves), worse_than_baseline=1.5)
    assert [(rung.label, rung.at, rung.first) for rung in found.rungs] == [
        ("10 %", later(minutes=10), 0),
        ("50 %", later(minutes=20), 5),
        ("100 %", later(minutes=30), 10),
    ]
    assert found.title == "Bake of storefront at 100 % green"
    assert len(found.times) == 15
    assert "blue ended at 0.00%" in found.alternative
    assert "at most 1.5 times blue allowed. Moves: 10 %, 50 %, 100 %." in found.alternative


def test_a_colour_that_gets_nothing_any_more() -> None:
    """What it showed after the moves before stands in for it, as in the judgement."""
    earlier = baked(2, lambda _: (rate(10, 0), rate(100, 2, Side.BASELINE)), rung=2)
    whole = baked(3, lambda _: (rate(100, 1),), rung=3, start=5)
    baseline, limit = drawn(switched(earlier, whole), worse_than_baseline=1.5).panels[0].curves[1:]
    assert baseline.values == (0.02, 0.02, 0.02, 0.02, 0.02)
    assert limit.values == pytest.approx((0.03,) * 5)


def test_a_deploy_beside_the_last_good_one() -> None:
    """Where it is compared with that."""
    before = baked(2, lambda _: (rate(100, 3),), start=-90)
    told = report(bake=baked(2, lambda _: (rate(100, 1),)))
    compared = chart.of(told, watching(worse_than_baseline=2), before)
    alone = chart.of(told, watching(at_most=0.05), before)
    assert compared is not None
    assert alone is not None
    assert [(each.label, each.values) for each in compared.panels[0].curves[1:]] == [
        ("last good bake", (0.03, 0.03)),
        ("2 times last good bake", (0.06, 0.06)),
    ]
    assert len(alone.panels[0].curves) == 1


def test_what_nobody_saw() -> None:
    """Gaps are told, and so is that it took longer."""
    bake = baked(4, lambda look: (BLIND if look else rate(10, 0),), extended=True, verdict=Verdict.UNKNOWN)
    found = drawn(report(bake=bake))
    assert found.panels[0].curves[0].values == (0.0, None, None, None)
    assert found.reason.endswith("It took longer: evidence was missing.")
    assert "no evidence at 3 of 4 points" in found.alternative
    blind = drawn(report(bake=baked(2, lambda _: (BLIND,))))
    assert "candidate was not seen" in blind.alternative


def test_alarms() -> None:
    """On, off, or not to be told."""
    bake = baked(
        3,
        lambda look: (alarm("slo", look == 2), alarm("quiet", 0), alarm("mute", None)),
        verdict=Verdict.FAIL,
    )
    found = drawn(report(bake=bake))
    assert [each.states for each in found.alarms] == [(False, False, True), (False,) * 3, (None,) * 3]
    assert found.panels == ()
    for words in ("slo: it went off", "quiet: it stayed silent", "mute: nobody could tell"):
        assert f"Alarm {words}." in found.alternative


def test_many_looks() -> None:
    """Those that are narrower than a pixel are drawn as one, and none is left out."""
    found = drawn(report(bake=baked(1_001, lambda look: (rate(10, look == 1_000), latency(float(look))))))
    assert len(found.times) == 167 <= chart.MOST_POINTS
    assert found.times[-1] == later() + timedelta(minutes=1_001)
    assert found.panels[0].curves[0].values[-1] == pytest.approx(1 / 10_010)
    assert found.panels[1].curves[0].values[0] == 2.5


@pytest.mark.parametrize(
    "bake",
    [
        pytest.param(None, id="no bake"),
        pytest.param(baked(0, lambda _: ()), id="no look"),
        pytest.param(baked(2, lambda _: ()), id="nothing was watched"),
        pytest.param(
            baked(2, lambda _: (rate(1, 0),)).model_copy(update={"finding": None}), id="no judgement"
        ),
    ],
)
def test_nothing_to_draw(bake: BakeReport | None) -> None:
    """There is no picture of nothing."""
    assert chart.of(report(bake=bake), watching(at_most=0.05)) is None


def test_an_environment_that_is_gone() -> None:
    """What was seen is drawn without lines that nobody knows any more."""
    found = chart.of(report(bake=baked(2, lambda _: (rate(10, 0),))), None)
    assert found is not None
    assert found.panels[0].at_most is None


@pytest.mark.parametrize(
    ("differs", "final", "over"),
    [
        pytest.param({}, True, True, id="judged"),
        pytest.param({}, False, False, id="goes on"),
        pytest.param({"outcome": Outcome.CANCELLED, "ended_at": later()}, False, True, id="broken off"),
    ],
)
def test_over(differs: dict[str, Any], final: bool, over: bool) -> None:
    """Nothing is drawn of what may still change."""
    bake = baked(2, lambda _: (rate(10, 0),), final=final)
    assert chart.over(report(bake=bake, run=run(**differs)), bake) is over


def test_an_earlier_rung_is_over() -> None:
    """Whatever its judgement was, traffic has moved on; one that never looked has nothing to show."""
    first, second = (baked(2, lambda _: (rate(10, 0),), rung=place, final=False) for place in range(2))
    assert chart.over(switched(first, second), first)
    assert not chart.over(report(), baked(0, lambda _: ()))


def test_no_secret_is_drawn() -> None:
    """Once it is a picture, nothing can be taken out of it."""
    bake = baked(1, lambda _: (alarm("hunter2", 1),), reason="hunter2 went off")
    found = chart.scrubbed(drawn(report(bake=bake)), lambda words: words.replace("hunter2", "•••"))
    assert "hunter2" not in found.model_dump_json()
    assert (found.reason, found.alarms[0].name) == ("••• went off.", "•••")


def test_the_alternative_text_keeps_slacks_limit() -> None:
    """However much there is to say."""
    bake = baked(
        2, lambda _: tuple(alarm("x" * 500 + str(number), 0) for number in range(50)), reason="y" * 5000
    )
    assert len(drawn(report(bake=bake)).alternative) <= MOST_ALTERNATIVE


def test_the_message() -> None:
    """One line and the picture, with what it shows in words."""
    told = switched(baked(2, lambda _: (rate(10, 1),), rung=2, verdict=Verdict.FAIL))
    found = drawn(told)
    message = chart.message(told, found, b"\x89PNG")
    assert shown(message) == "🔴 *Bake of storefront at 25 % green: FAIL*"
    assert message.text == "Run 42: Bake of storefront at 25 % green: FAIL."
    assert message.attachments == (
        Picture(
            name="bake-42-2.png",
            title="Bake of storefront at 25 % green: FAIL",
            content=found.alternative,
            png=b"\x89PNG",
        ),
    )
    assert breaches(message) == []
