from bot.domain.report import BakeReport, Evidence, Finding, Sample, Side, Verdict
from bot.domain.run import Outcome, StepName
from bot.render import baking
from tests.fakes.bakes import BLIND, alarm, baked, rate, switched
from tests.fakes.limits import breaches, shown
from tests.fakes.reports import later, report, run

SAMPLE = Sample(
    index=3,
    at=later(minutes=11),
    evidence=(
        Evidence(metric="error_rate", requests=20, errors=1),
        Evidence(metric="latency_p99", value=183.22),
        Evidence(metric="latency_p50", missing="connection refused"),
        alarm("slo", 1),
        alarm("quiet", 0),
    ),
)
BAKE = BakeReport(
    began_at=later(),
    until=later(minutes=30),
    samples=(SAMPLE,),
    finding=Finding(verdict=Verdict.UNKNOWN, final=False, reason="80 of 100 requests", requests=80, errors=3),
    min_requests=100,
)


def test_while_it_bakes() -> None:
    """Time and requests still needed, what was counted, the lines so far, and what the newest look missed."""
    message = baking.message(report(bake=BAKE, run=run(stage=StepName.BAKE)))
    assert shown(message).splitlines() == [
        "*Baking*  prod  ▓▓▓▓░░░░░░  18m left  ·  20 more requests needed",
        "80 of 100 requests",
        "```",
        "           requests   errors     rate",
        "candidate        20        1    5.00%",
        "errors per request, █ is 5.00%",
        "candidate █",
        "requests per look, █ is 20",
        "candidate █",
        "latency_p99, █ is 183 ms",
        "candidate █",
        "latency_p50",
        "candidate ·",
        "```",
        "• `latency_p50`: no evidence, connection refused",
        "• `alarm slo`: 🔴 on",
        "• `alarm quiet`: off",
        "Sample 4 at <!date^1795263060^{time}|12:11 UTC>",
    ]
    assert message.text == (
        "Run 42, bake of prod: 18m left, 20 more requests needed. Errors per request of candidate lately 5.00%, "
        "highest 5.00%; requests per look of candidate lately 20, highest 20; latency_p99 of candidate lately 183 ms, "
        "highest 183 ms; latency_p50 of candidate not seen yet."
    )


def test_both_sides_of_a_rung() -> None:
    """Candidate above, baseline beneath, by the same measure; a look that saw nothing is a gap in both."""
    seen = [(rate(10, 0), rate(30, 3, Side.BASELINE)), (BLIND,), (rate(10, 2), rate(30, 0, Side.BASELINE))]
    message = baking.message(switched(baked(3, lambda look: seen[look], rung=2, final=False, extended=True)))
    lines = shown(message).splitlines()
    assert lines[0].startswith("*Baking*  storefront at 25 % green  ")
    assert lines[0].endswith("  ·  takes longer, because evidence is missing")
    assert lines[3:12] == [
        "           requests   errors     rate",
        "green            20        2   10.00%",
        "blue             60        3    5.00%",
        "errors per request, █ is 20.00%",
        "green     ▁·█",
        "blue      ▅·▁",
        "requests per look, █ is 30",
        "green     ▄·▄",
        "blue      █·█",
    ]
    assert (
        "Errors per request of green lately 20.00%, highest 20.00%, no evidence in 1 of 3 columns"
        in message.text
    )


def test_a_side_that_saw_nothing_lately() -> None:
    """Whose evidence is missing is said."""
    blind = Evidence(metric="error_rate", side=Side.BASELINE, missing="throttled")
    message = baking.message(switched(baked(1, lambda _: (rate(10, 0), blind), final=False)))
    assert "• `error_rate` of blue: no evidence, throttled" in shown(message).splitlines()


def test_a_long_bake() -> None:
    """Its lines are no longer than those of a short one."""
    message = baking.message(report(bake=baked(1_000, lambda _: (rate(10, 0),), final=False)))
    assert f"candidate {'▁' * 40}" in shown(message).splitlines()
    assert breaches(message) == []


def test_the_end() -> None:
    """The finding stands first."""
    final = Finding(verdict=Verdict.FAIL, final=True, reason="error rate 12 % > 5 %", requests=80, errors=10)
    message = baking.message(report(bake=BAKE.model_copy(update={"finding": final})))
    assert shown(message).splitlines()[0] == "🔴 *Bake: FAIL*  ·  prod  ·  error rate 12 % &gt; 5 %"
    assert message.text.startswith("Run 42, bake of prod: FAIL. error rate 12 % &gt; 5 %. Errors per request")


def test_a_bake_that_was_broken_off() -> None:
    """A run that ended bakes no more, and what was not known stays not known."""
    ended = run(stage=None, outcome=Outcome.CANCELLED, ended_at=later(minutes=12))
    assert shown(baking.message(report(bake=BAKE, run=ended))).startswith("🟠 *Bake: UNKNOWN*")


def test_before_the_first_sample() -> None:
    """Missing evidence is a number that is missing, not a zero that is fine."""
    bare = BakeReport(began_at=later(), until=later(minutes=30), min_requests=100)
    assert shown(baking.message(report(bake=bare))) == (
        "*Baking*  prod  ▓▓▓▓░░░░░░  18m left  ·  100 more requests needed"
    )
    assert shown(baking.message(report())) == "The bake has not begun."
