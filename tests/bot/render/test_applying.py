from bot.domain.message import Message
from bot.domain.plan import Verb
from bot.domain.report import ApplyReport, Ledger, Piece, PieceState
from bot.render import applying
from tests.fakes.limits import shown
from tests.fakes.reports import ANA, later, report, run

PIECES = (
    Piece(address="a.fly", verb=Verb.UPDATE, state=PieceState.IN_FLIGHT, started_at=later(minutes=9)),
    Piece(address="a.bad", verb=Verb.CREATE, state=PieceState.FAILED, error="Error: <no>"),
    Piece(address="a.ok", verb=Verb.CREATE, state=PieceState.DONE),
    Piece(address="a.wait", verb=Verb.CREATE, state=PieceState.NOT_STARTED),
)
RUNNING = ApplyReport(began_at=later(minutes=8), ledger=Ledger(pieces=PIECES, tail=("a.ok: done",)))


def told(apply: ApplyReport | None, **run_differs: object) -> Message:
    return applying.message(report(apply=apply, run=run(**run_differs)))


def test_while_it_runs() -> None:
    """Finished, in flight, failed, and the last lines."""
    message = told(RUNNING)
    assert shown(message).splitlines() == [
        "*Applying*  ▓▓░░░░░░░░ 1/4  ·  4 min",
        "▸ `a.fly` update  3 min",
        "✖ `a.bad` Error: &lt;no&gt;",
        "```",
        "a.ok: done",
        "```",
    ]
    assert message.text == "Run 42, applying: 1 done, 1 failed, 1 in flight, 1 not started."


def test_while_it_stops() -> None:
    """A stop waits for what is in flight, and says so."""
    assert shown(told(RUNNING, stop_by=ANA)).startswith("*Stopping after what is in flight*")


def test_a_good_end() -> None:
    """One line is enough."""
    good = Ledger(pieces=(PIECES[2],), complete=True)
    apply = ApplyReport(began_at=later(), ended_at=later(seconds=31), exit_code=0, ledger=good)
    assert shown(told(apply)) == "✔ *Applied* in 31 s  ·  1 done"


def test_a_bad_end_lists_everything() -> None:
    """Failed, in flight, done and not started, each by name."""
    message = told(RUNNING.model_copy(update={"ended_at": later(minutes=10), "exit_code": 1}))
    text = shown(message)
    assert text.startswith("🔴 *The apply did not come to its end* (after 2 min, exit status 1)")
    assert all(address in text for address in ("a.fly", "a.bad", "a.ok", "a.wait"))


def test_an_end_that_nobody_saw() -> None:
    """It claims no more than the log tells, and adds what a fresh plan says."""
    message = told(
        RUNNING.model_copy(update={"ended_at": later(minutes=10), "reconciliation": "2 still to do"})
    )
    assert "*Nobody saw this apply end*" in shown(message)
    assert "*A fresh plan says:* 2 still to do" in shown(message)
    assert "did not" not in message.text


def test_exit_status_0_without_completion_is_no_success() -> None:
    """Both the process and Terraform's own report must say that it is done."""
    apply = ApplyReport(
        began_at=later(), ended_at=later(seconds=1), exit_code=0, ledger=Ledger(pieces=PIECES)
    )
    assert "✔ *Applied*" not in shown(told(apply))


def test_before_it_began() -> None:
    """No apply, no claims."""
    assert shown(told(None)) == "The apply has not begun."
