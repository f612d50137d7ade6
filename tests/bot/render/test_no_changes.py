from bot.domain.run import Outcome
from bot.domain.value import RunId
from bot.render import no_changes
from tests.fakes.limits import shown
from tests.fakes.reports import USUAL, plan, report, run


def test_nothing_to_do() -> None:
    """It says what was looked at."""
    message = no_changes.message(report(plan=plan()))
    assert shown(message) == (
        '⚪ *Nothing to do.* *prod* ← `main@4f2c9e1` "Raise the worker count" is what is there already.'
    )
    assert message.text == "prod: nothing to do for main@4f2c9e1."


def test_drift_is_not_hidden() -> None:
    """What changed outside is told, though nothing is to be done."""
    message = no_changes.message(report(plan=plan(drift=USUAL.changes[:1])))
    assert "1 object has changed outside since the last apply" in shown(message)


def test_a_way_back_that_changes_nothing() -> None:
    """What people wanted to be rid of is not in the code."""
    back = run(id=RunId(43), reverts=RunId(42), outcome=Outcome.NOTHING)
    assert "the trouble with run 42 is somewhere else" in shown(
        no_changes.message(report(run=back, plan=plan()))
    )
