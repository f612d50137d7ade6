import pytest

from bot.domain.plan import Verb
from bot.domain.report import ApplyReport, Ledger, Piece, PieceState, Report
from bot.domain.run import Outcome, StepName
from bot.domain.vote import Choice
from bot.render import outcome
from tests.fakes.limits import shown
from tests.fakes.reports import ANA, BEN, CAT, later, report, run, vote

WHAT = '*prod* ← `main@4f2c9e1` "Raise the worker count"  ·  run 42 by <@U0ANA>  ·  12 min'
LEDGER = Ledger(
    pieces=(
        Piece(address="a.ok", verb=Verb.CREATE, state=PieceState.DONE),
        Piece(address="a.fly", verb=Verb.CREATE, state=PieceState.IN_FLIGHT),
        Piece(address="a.wait", verb=Verb.CREATE, state=PieceState.NOT_STARTED),
    )
)
HALF = ApplyReport(began_at=later(minutes=8), ended_at=later(minutes=11), ledger=LEDGER, exit_code=None)
WHOLE = HALF.model_copy(update={"exit_code": 0, "ledger": Ledger(pieces=LEDGER.pieces[:1], complete=True)})


def ended(how: Outcome, text: str = "", **differs: object) -> Report:
    told = run(
        stage=None, outcome=how, ended_at=later(minutes=12), text=text, stop_by=differs.pop("stop_by", None)
    )
    return report(run=told, **differs)


@pytest.mark.parametrize(
    ("told", "lines"),
    [
        pytest.param(ended(Outcome.DONE, apply=WHOLE), [f"🟢 *Done*  ·  {WHAT}"], id="done"),
        pytest.param(
            ended(Outcome.PLANNED),
            [f"⚪ *Planned, as a dry run*  ·  {WHAT}", "To do it: `/deploy prod main`."],
            id="dry run",
        ),
        pytest.param(
            ended(Outcome.REJECTED, votes=(vote(BEN, Choice.REJECT),)),
            [
                f"⚪ *Rejected*  ·  {WHAT}",
                "Rejected by <@U0BEN> <!date^1795262580^{time}|12:03 UTC>.",
                "Nothing was applied. With a better change: `/deploy prod main`.",
            ],
            id="rejected",
        ),
        pytest.param(
            ended(Outcome.EXPIRED),
            [
                f"⚪ *Expired*  ·  {WHAT}",
                (
                    "Approved by <@U0BEN> <!date^1795262580^{time}|12:03 UTC>. "
                    "1 more of `platform` or `dba` would have been needed."
                ),
                "Nothing was applied. `/deploy prod main` makes a fresh plan and asks again.",
            ],
            id="expired",
        ),
        pytest.param(
            ended(Outcome.CANCELLED, stop_by=CAT),
            [
                f"🟠 *Cancelled*  ·  {WHAT}",
                "Stopped by <@U0CAT>.",
                "Nothing was applied. `/deploy prod main` makes a fresh plan.",
            ],
            id="cancelled",
        ),
        pytest.param(
            ended(Outcome.CANCELLED, "Nothing was applied.", stop_by=CAT),
            [
                f"🟠 *Cancelled*  ·  {WHAT}",
                "Stopped by <@U0CAT>. Nothing was applied.",
                "`/deploy prod main` makes a fresh plan.",
            ],
            id="cancelled in so many words",
        ),
        pytest.param(
            ended(Outcome.REFUSED, "The plan changed"),
            [
                f"🟠 *Refused*  ·  {WHAT}",
                "The plan changed.",
                "Nothing was applied. Once the reason is gone: `/deploy prod main`.",
            ],
            id="refused",
        ),
        pytest.param(
            ended(Outcome.FAILED, "Error: no such ref", failed_at=StepName.PLAN, plan=None),
            [
                f"🔴 *Failed at plan*  ·  {WHAT}",
                "Error: no such ref.",
                "Nothing was applied. Mend the cause, then `/deploy prod main`.",
            ],
            id="failed plan",
        ),
        pytest.param(
            ended(Outcome.FAILED, "12 % errors", failed_at=StepName.BAKE, apply=WHOLE),
            [
                f"🔴 *Failed at bake*  ·  {WHAT}",
                "12 % errors.",
                (
                    "The change is applied and stays; nothing is undone by itself. "
                    "No other commit ended well here before, so there is none to go back to. "
                    "To go forward: `/deploy prod main` with the cure."
                ),
            ],
            id="failed bake",
        ),
    ],
)
def test_what_happened_and_what_is_next(told: Report, lines: list[str]) -> None:
    """Each end in words, with the exact command to type."""
    assert shown(outcome.message(told)).splitlines() == lines


@pytest.mark.parametrize("how", [Outcome.FAILED, Outcome.UNKNOWN, Outcome.CANCELLED])
def test_an_uneven_end_has_a_ledger(how: Outcome) -> None:
    """Done, in flight and not started are listed wherever an apply did not come to its end."""
    told = ended(how, "gone", apply=HALF, failed_at=StepName.APPLY if how is Outcome.FAILED else None)
    text = shown(outcome.message(told))
    assert "gone. Of the apply: 1 done, 1 in flight, 1 not started." in text
    assert all(address in text for address in ("a.ok", "a.fly", "a.wait"))


def test_unknown_leaves_the_decision_to_a_person() -> None:
    """No success, no retry, no promise."""
    apply = HALF.model_copy(update={"reconciliation": "2 objects are still to be made"})
    message = outcome.message(ended(Outcome.UNKNOWN, apply=apply))
    text = shown(message)
    assert "A person decides now." in text
    assert "nothing is retried by itself" in text
    assert "*A fresh plan says:* 2 objects are still to be made" in text
    assert message.text.startswith("prod: unknown: nobody can say from here how it ended.")


def test_who_stops_their_own_run_is_called_once() -> None:
    """One mention for one person."""
    assert "Stopped by the same person." in shown(outcome.message(ended(Outcome.CANCELLED, stop_by=ANA)))


@pytest.mark.parametrize("how", Outcome)
def test_every_outcome_can_be_told(how: Outcome) -> None:
    """No end is without words."""
    assert outcome.message(ended(how)).text.startswith("prod: ")
