"""What a person may do next, with the exact words to type."""

from typing import Any

import pytest

from bot.domain.colour import Colour
from bot.domain.person import INTERLOCK
from bot.domain.report import ApplyReport, Ledger, Report
from bot.domain.run import SWITCH_BACK, Outcome, Run, StepName, Switching
from bot.domain.traffic import Shift, ShiftState, Weights
from bot.domain.value import Commit, RunId
from bot.render import advice
from tests.fakes.reports import by_plan, later, report, run

APPLY = ApplyReport(began_at=later(minutes=15), ledger=Ledger(pieces=(), complete=True), exit_code=0)
GOOD = run(id=RunId(40), commit=Commit("a1b2c3d4e5f6" + "0" * 28), outcome=Outcome.DONE)


def failed(**differs: Any) -> Report:
    """Run 42, whose bake failed."""
    usual: dict[str, Any] = {
        "run": run(outcome=Outcome.FAILED, ended_at=later(minutes=20)),
        "failed_at": StepName.BAKE,
        "apply": APPLY,
    }
    return report(**usual | differs)


def back(**differs: Any) -> Run:
    """Run 43, which takes run 42 back."""
    usual: dict[str, Any] = {"id": RunId(43), "reverts": RunId(42), "ref": "a1b2c3d4e5f6" + "0" * 28}
    return run(**usual | differs)


def test_the_way_back_is_the_last_good_commit() -> None:
    """After a failed bake it is said what going back would do, and how to ask for it."""
    said = advice.step(failed(back_to=GOOD))
    assert (
        "stays; nothing is undone by itself. To go back: `/rollback prod 42` plans `a1b2c3d4e5f6` of run 40"
        in said
    )
    assert "asked only where that is high-risk or destroys data" in said


def test_where_nothing_was_good_before() -> None:
    """The first run ever that fails has nowhere to go back to, and that is said."""
    assert "so there is none to go back to" in advice.step(failed())


def test_why_it_does_not_go_back_is_told_once() -> None:
    """The run's own sentence knows more about it."""
    why = "It does not go back by itself: No deploy before run 42 ended well."
    ended = run(outcome=Outcome.FAILED, ended_at=later(minutes=20), text=why)
    assert "go back" not in advice.step(failed(run=ended))


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        pytest.param(back(by=INTERLOCK), "Run 43 takes it back, to `a1b2c3d4e5f6`, by Interlock.", id="now"),
        pytest.param(back(), "Run 43 takes it back, to `a1b2c3d4e5f6`, by <@U0ANA>.", id="somebody does"),
        pytest.param(
            back(outcome=Outcome.DONE, ended_at=later(minutes=30)),
            "Run 43 took it back, to `a1b2c3d4e5f6`.",
            id="done",
        ),
        pytest.param(
            back(outcome=Outcome.REJECTED, ended_at=later(minutes=30)),
            "Run 43 was to take it back, and ended: rejected.",
            id="not done",
        ),
    ],
)
def test_what_takes_it_back(way: Run, expected: str) -> None:
    """Nobody reads that nothing is undone by itself where it is."""
    said = advice.step(failed(way_back=way))
    assert said.startswith(expected)
    assert "stays" not in said


def test_an_unknown_end_that_is_taken_back() -> None:
    """A person decided."""
    ended = run(outcome=Outcome.UNKNOWN, ended_at=later(minutes=20))
    assert advice.step(failed(run=ended, way_back=back())).startswith("Run 43 takes it back")


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        pytest.param(None, "", id="under way"),
        pytest.param(Outcome.DONE, "What run 42 brought is taken back. To go forward again: `/deploy prod REF`", id="done"),
        pytest.param(Outcome.NOTHING, "Going back changes nothing, so the trouble with run 42 is somewhere else.", id="nothing"),
        pytest.param(Outcome.FAILED, "*What run 42 brought is there still*", id="failed"),
        pytest.param(Outcome.EXPIRED, "`/rollback prod 42` tries it again", id="expired"),
    ],
)  # fmt: skip
def test_after_a_way_back(outcome: Outcome | None, expected: str) -> None:
    """Its end says what is there now, and that nothing more happens by itself."""
    said = advice.step(report(run=back(outcome=outcome, ended_at=later(minutes=20))))
    assert expected in said
    assert bool(said) is bool(expected)


def switched(outcome: Outcome, **differs: Any) -> Report:
    """A switch of site to green by a plan, that ended."""
    ended = by_plan(outcome=outcome, ended_at=later(minutes=20), stage=None)
    return report(run=ended, **({"apply": APPLY} | differs))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(switched(Outcome.DONE), "", id="good"),
        pytest.param(
            switched(Outcome.FAILED, failed_at=StepName.BAKE),
            "A plan moved it, so nothing goes back by itself: `/switch prod blue --service site` plans the way back.",
            id="a bad bake",
        ),
        pytest.param(
            switched(
                Outcome.UNKNOWN,
                failed_at=StepName.APPLY,
                apply=ApplyReport(began_at=later(minutes=15), ledger=Ledger(pieces=())),
            ),
            (
                "Look at the real objects first. A plan moved it, so nothing goes back by itself: "
                "`/switch prod blue --service site` plans the way back."
            ),
            id="an apply that broke off",
        ),
        pytest.param(
            switched(Outcome.FAILED, failed_at=StepName.IDLE, apply=None),
            "Once the reason is gone: `/switch prod green --service site`.",
            id="nothing applied",
        ),
        pytest.param(
            switched(Outcome.PLANNED, apply=None),
            "To do it: `/switch prod green --service site`.",
            id="a dry run",
        ),
    ],
)
def test_a_switch_by_plan(told: Report, expected: str) -> None:
    """It never goes back by itself, and whoever wants that reads how."""
    assert advice.step(told) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param(ShiftState.FAILED, "Once the reason is gone: `/rollback prod 42`.", id="nothing was written"),
        pytest.param(ShiftState.UNKNOWN, "A person decides now. Look at the real weights first", id="nobody knows"),
    ],
)  # fmt: skip
def test_a_way_back_of_a_switch_that_failed(state: ShiftState, expected: str) -> None:
    """As long as it surely wrote nothing, it can be asked for again just so."""
    switch = Switching(colour=Colour.BLUE, back=RunId(42))
    ended = run(
        recipe=SWITCH_BACK, switch=switch, ref="blue", outcome=Outcome.FAILED, ended_at=later(minutes=20)
    )
    old, new = Weights(blue=0, green=100), Weights(blue=100, green=0)
    shift = Shift(index=0, move=0, service="store", before=old, after=new, state=state, at=later(minutes=1))
    assert advice.step(report(run=ended, shifts=(shift,))).startswith(expected)
