import pytest

from bot.domain.report import ApplyReport, CheckReport, Ledger, Report, Verdict
from bot.domain.run import Outcome, Run, StepName
from bot.render import state
from tests.fakes.reports import ANA, MOVE, by_plan, later, report, run


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_dot(outcome: Outcome) -> None:
    """The word is the outcome's own."""
    found = state.of(run(outcome=outcome))
    assert found.word == outcome.value
    assert found.dot


@pytest.mark.parametrize(
    ("told", "dot", "word"),
    [
        (run(stage=None), "⚪", "starting"),
        (run(stage=StepName.PLAN), "🔵", "planning"),
        (run(stage=StepName.APPROVE), "🟡", "waiting for approval"),
        (run(stage=StepName.BAKE), "🔵", "baking"),
        (run(stage=StepName.BAKE, stop_by=ANA), "🟠", "stopping"),
    ],
)
def test_open_runs(told: Run, dot: str, word: str) -> None:
    """A dot for the eye and a word for the ear."""
    assert state.of(told) == state.State(dot=dot, word=word)


@pytest.mark.parametrize("stage", StepName)
def test_every_stage_has_a_word(stage: StepName) -> None:
    """No stage is unknown to the renderer."""
    assert state.of(run(stage=stage)).word


ENDED = {"stage": None, "ended_at": later(minutes=9)}
HALF = ApplyReport(began_at=later(minutes=8), ledger=Ledger(pieces=()), exit_code=None)


@pytest.mark.parametrize(
    ("told", "marks"),
    [
        pytest.param(report(run=run(stage=None)), " | | | | ", id="not begun"),
        pytest.param(report(), "✔|▸| | | ", id="waiting"),
        pytest.param(report(run=run(stage=StepName.BAKE)), "✔|✔|✔|✔|▸", id="baking"),
        pytest.param(report(run=run(**ENDED, outcome=Outcome.DONE)), "✔|✔|✔|✔|✔", id="done"),
        pytest.param(
            report(run=run(**ENDED, outcome=Outcome.CANCELLED, commit=None), plan=None),
            " | | | | ",
            id="taken out of a queue",
        ),
        pytest.param(report(run=run(**ENDED, outcome=Outcome.EXPIRED)), "✔|■| | | ", id="expired"),
        pytest.param(
            report(run=run(**ENDED, outcome=Outcome.FAILED), failed_at=StepName.PLAN, plan=None),
            "✖| | | | ",
            id="no plan",
        ),
        pytest.param(
            report(run=run(**ENDED, outcome=Outcome.FAILED), failed_at=StepName.APPLY, apply=HALF),
            "✔|✔|✖| | ",
            id="failed",
        ),
        pytest.param(
            report(run=run(**ENDED, outcome=Outcome.UNKNOWN), apply=HALF), "✔|✔|■| | ", id="unknown"
        ),
        pytest.param(
            report(
                run=run(**ENDED, outcome=Outcome.PLANNED, recipe=(StepName.PLAN,)), failed_at=StepName.PLAN
            ),
            "✔",
            id="only to be seen",
        ),
    ],
)
def test_steps(told: Report, marks: str) -> None:
    """What is done, what goes on, what broke off, what is ahead."""
    assert "|".join(mark.value or " " for _, mark in state.steps(told)) == marks


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (run(), "`main@4f2c9e1`"),
        (run(commit=None), "`main`"),
        (run(ref="4f2c9e1"), "`4f2c9e1`"),
        (run(ref="x`<!here>", commit=None), "`x\N{MODIFIER LETTER GRAVE ACCENT}&lt;!here&gt;`"),
    ],
)
def test_release(told: Run, shown: str) -> None:
    """Ref and commit, whichever are known."""
    assert state.release(told) == shown


WHOLE = ApplyReport(began_at=later(minutes=8), ledger=Ledger(pieces=(), complete=True), exit_code=0)
GOOD = CheckReport(
    index=0, kind="http", title="site green: x", verdict=Verdict.PASS, detail="", attempts=1, seconds=0
)

BAD = GOOD.model_copy(update={"verdict": Verdict.FAIL})


@pytest.mark.parametrize(
    ("told", "marks"),
    [
        pytest.param(report(run=by_plan(stage=StepName.IDLE), moves=(MOVE,), checks=(GOOD,)), "✔|▸| | | | ", id="the idle colour is asked"),
        pytest.param(
            report(
                run=by_plan(**ENDED, outcome=Outcome.FAILED), moves=(MOVE,), votes=(), checks=(BAD,), failed_at=StepName.IDLE
            ),
            "✔|✖| | | | ",
            id="and is bad",
        ),
        pytest.param(
            report(run=by_plan(**ENDED, outcome=Outcome.REJECTED), moves=(MOVE,), checks=(GOOD,)), "✔|✔|■| | | ", id="rejected"
        ),
        pytest.param(
            report(run=by_plan(**ENDED, outcome=Outcome.FAILED), moves=(MOVE,), checks=(GOOD,), apply=WHOLE, failed_at=StepName.BAKE),
            "✔|✔|✔|✔|✔|✖",
            id="a bad bake",
        ),
    ],
)  # fmt: skip
def test_steps_of_a_switch_by_a_plan(told: Report, marks: str) -> None:
    """Checks of the idle colour are no verification of what was applied."""
    assert "|".join(mark.value or " " for _, mark in state.steps(told)) == marks
