"""What a person may do next, with the exact words to type."""

from bot.domain.report import ApplyReport, Ledger
from bot.domain.run import Outcome, StepName
from bot.domain.value import Commit
from bot.render import advice
from tests.fakes.reports import later, report, run


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
