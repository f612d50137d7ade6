"""What a person may do next, with the exact words to type."""

from typing import Any

import pytest

from bot.domain.report import ApplyReport, Ledger, Report
from bot.domain.run import Outcome, StepName
from bot.domain.value import Commit
from bot.render import advice
from tests.fakes.reports import by_plan, later, report, run


def test_the_way_back_is_the_last_good_commit() -> None:
    """After a failed bake the command for going back names the commit that was good before."""
    failed = report(
        run=run(outcome=Outcome.FAILED, ended_at=later(minutes=20)),
        failed_at=StepName.BAKE,
        apply=ApplyReport(began_at=later(minutes=15), ledger=Ledger(pieces=(), complete=True), exit_code=0),
        deployed=Commit("a1b2c3d4e5f6" + "0" * 28),
    )
    assert "`/deploy prod a1b2c3d4e5f6`" in advice.step(failed)


def test_where_nothing_was_good_before() -> None:
    """The first run ever that fails has nowhere to go back to, and that is said."""
    failed = report(
        run=run(outcome=Outcome.FAILED, ended_at=later(minutes=20)),
        failed_at=StepName.VERIFY,
        apply=ApplyReport(began_at=later(minutes=15), ledger=Ledger(pieces=(), complete=True), exit_code=0),
    )
    assert "no commit to go back to" in advice.step(failed)


#: An apply that came to its end.
WHOLE = ApplyReport(began_at=later(minutes=15), ledger=Ledger(pieces=(), complete=True), exit_code=0)


def switched(outcome: Outcome, **differs: Any) -> Report:
    """A switch of site to green by a plan, that ended."""
    ended = by_plan(outcome=outcome, ended_at=later(minutes=20), stage=None)
    return report(run=ended, **({"apply": WHOLE} | differs))


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
