from bot.domain.report import BakeReport, Evidence, Finding, Sample, Verdict
from bot.domain.run import Outcome, StepName
from bot.render import baking
from tests.fakes.limits import shown
from tests.fakes.reports import later, report, run

SAMPLE = Sample(
    index=3,
    at=later(minutes=11),
    evidence=(
        Evidence(metric="error_rate", requests=20, errors=1),
        Evidence(metric="latency_p99", value=183.22),
        Evidence(metric="latency_p50", missing="connection refused"),
        Evidence(metric="quiet"),
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
    """Time and requests still needed, and the newest evidence."""
    message = baking.message(report(bake=BAKE, run=run(stage=StepName.BAKE)))
    assert shown(message).splitlines() == [
        "*Baking*  ▓▓▓▓░░░░░░  18m left  ·  20 more requests needed",
        "80 of 100 requests",
        "Seen so far: 80 requests, 3 errors (3.75%)",
        "• `error_rate`: 20 new requests, 1 error",
        "• `latency_p99`: 183.2 ms",
        "• `latency_p50`: no evidence, connection refused",
        "• `quiet`: nothing new",
        "Sample 4 at <!date^1795263060^{time}|12:11 UTC>",
    ]
    assert message.text == "Run 42, bake: 18m left, 20 more requests needed."


def test_the_end() -> None:
    """The finding stands first."""
    final = Finding(verdict=Verdict.FAIL, final=True, reason="error rate 12 % > 5 %", requests=80, errors=10)
    message = baking.message(report(bake=BAKE.model_copy(update={"finding": final})))
    assert shown(message).splitlines()[0] == "🔴 *Bake: FAIL*  ·  error rate 12 % &gt; 5 %"
    assert message.text == "Run 42, bake: FAIL. error rate 12 % &gt; 5 %"


def test_a_bake_that_was_broken_off() -> None:
    """A run that ended bakes no more, and what was not known stays not known."""
    ended = run(stage=None, outcome=Outcome.CANCELLED, ended_at=later(minutes=12))
    assert shown(baking.message(report(bake=BAKE, run=ended))).startswith("🟠 *Bake: UNKNOWN*")


def test_before_the_first_sample() -> None:
    """Missing evidence is a number that is missing, not a zero that is fine."""
    bare = BakeReport(began_at=later(), until=later(minutes=30), min_requests=100)
    assert shown(baking.message(report(bake=bare))) == (
        "*Baking*  ▓▓▓▓░░░░░░  18m left  ·  100 more requests needed"
    )
    assert shown(baking.message(report())) == "The bake has not begun."
