import pytest

from bot.domain.colour import Colour
from bot.domain.person import INTERLOCK
from bot.domain.report import ApplyReport, Ledger
from bot.domain.run import Outcome, StepName, Switching
from bot.domain.traffic import Shift, ShiftState
from bot.domain.value import RunId
from bot.render import alert
from tests.fakes.limits import shown
from tests.fakes.reports import MOVE, later, report, run

APPLY = ApplyReport(
    began_at=later(minutes=8), ended_at=later(minutes=9), exit_code=0, ledger=Ledger(pieces=(), complete=True)
)


def test_what_where_since_when_and_what_next() -> None:
    """Somebody who does not follow the run understands it at once."""
    told = report(
        run=run(stage=None, outcome=Outcome.FAILED, ended_at=later(minutes=12), text="503, wanted 200"),
        failed_at=StepName.VERIFY,
        apply=APPLY,
        link="https://acme.slack.com/archives/C1/p1",
    )
    message = alert.message(told)
    assert shown(message).splitlines() == [
        "🔴 *prod: verify failed*",
        '*Where:* *prod* ← `main@4f2c9e1` "Raise the worker count"  ·  run 42 by <@U0ANA>',
        (
            "*Since:* <!date^1795263120^{date_short_pretty} {time}|2026-11-21 12:12 UTC>; "
            "applying began <!date^1795262880^{time}|12:08 UTC>"
        ),
        "*What:* 503, wanted 200",
        "*Apply:* nothing was begun",
        (
            "*Next:* The change is applied and stays; nothing is undone by itself. "
            "No other commit ended well here before, so there is none to go back to. "
            "To go forward: `/deploy prod main` with the cure."
        ),
        "<https://acme.slack.com/archives/C1/p1|The run's thread>",
    ]
    assert message.text == "prod: verify failed. 503, wanted 200"


def test_an_unknown_end() -> None:
    """The alert says that nobody knows, and that a person decides."""
    told = report(run=run(stage=None, outcome=Outcome.UNKNOWN, ended_at=later(minutes=12)))
    text = shown(alert.message(told))
    assert text.startswith("🔴 *prod: nobody can say from here how run 42 ended*")
    assert "A person decides now." in text


def test_a_bad_bake_that_is_taken_back() -> None:
    """The title says so, for whoever reads no further."""
    way = run(id=RunId(43), reverts=RunId(42), by=INTERLOCK, ref="a" * 40)
    ended = run(stage=None, outcome=Outcome.FAILED, ended_at=later(minutes=12))
    message = alert.message(report(run=ended, failed_at=StepName.BAKE, apply=APPLY, way_back=way))
    assert message.text == "prod: bake failed, and run 43 takes run 42 back."
    assert "Run 43 takes it back, to `aaaaaaaaaaaa`, by Interlock." in shown(message)
    done = way.model_copy(update={"outcome": Outcome.DONE, "ended_at": later(minutes=30)})
    message = alert.message(report(run=ended, failed_at=StepName.BAKE, apply=APPLY, way_back=done))
    assert message.text == "prod: bake failed, and run 43 took run 42 back."
    lost = done.model_copy(update={"outcome": Outcome.FAILED})
    message = alert.message(report(run=ended, failed_at=StepName.BAKE, apply=APPLY, way_back=lost))
    assert message.text == "prod: bake failed."


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        pytest.param(Outcome.DONE, "🟢 *prod: run 43 took run 42 back*", id="good"),
        pytest.param(Outcome.FAILED, "🔴 *prod: run 43 did not take run 42 back: failed at bake*", id="bad"),
        pytest.param(Outcome.NOTHING, "🔴 *prod: run 43 found nothing to take back of run 42*", id="nothing"),
    ],
)
def test_the_end_of_a_way_back(outcome: Outcome, expected: str) -> None:
    """Whoever heard that it began hears how it ended."""
    ended = run(id=RunId(43), reverts=RunId(42), by=INTERLOCK, stage=None, outcome=outcome, ended_at=later())
    failed_at = StepName.BAKE if outcome is Outcome.FAILED else None
    text = shown(alert.message(report(run=ended, failed_at=failed_at)))
    assert text.splitlines()[0] == expected
    assert "rollback of run 42" in text
    assert "by Interlock" in text


def test_a_switch_that_somebody_took_back() -> None:
    """It was no bake that failed."""
    shift = Shift(
        index=0,
        move=0,
        service="site",
        before=MOVE.before,
        after=MOVE.after,
        state=ShiftState.DONE,
        at=later(minutes=2),
    )
    switch = run(
        stage=None,
        outcome=Outcome.CANCELLED,
        ended_at=later(minutes=3),
        switch=Switching(colour=Colour.GREEN),
        ref="green",
    )
    told = report(run=switch, moves=(MOVE,), shifts=(shift,), failed_at=StepName.BAKE)
    assert shown(alert.message(told)).startswith("🔴 *prod: run 42 was cancelled, and went back to blue*")
