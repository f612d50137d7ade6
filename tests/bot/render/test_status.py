import pytest

from bot.domain.lease import LeaseEnd
from bot.domain.plan import Verb
from bot.domain.report import ApplyReport, BakeReport, Finding, Ledger, Piece, PieceState, Report, Verdict
from bot.domain.run import Outcome, StepName
from bot.render import status
from bot.render.text import MINUS
from tests.fakes.leases import lease, switch
from tests.fakes.limits import shown
from tests.fakes.reports import MOVE, NOON, by_plan, later, report, run

WHAT = '*prod* ← `main@4f2c9e1` "Raise the worker count"  ·  run 42 by <@U0ANA>'
COUNTS = f"+1  ~1  ±1 replaced  {MINUS}1  ·  high-risk: aws_db_instance.main would be replaced"
APPLY = ApplyReport(
    began_at=later(minutes=7),
    ledger=Ledger(
        pieces=(
            Piece(
                address="a.slow", verb=Verb.CREATE, state=PieceState.IN_FLIGHT, started_at=later(minutes=8)
            ),
            Piece(
                address="a.new", verb=Verb.CREATE, state=PieceState.IN_FLIGHT, started_at=later(minutes=11)
            ),
            Piece(address="a.done", verb=Verb.CREATE, state=PieceState.DONE),
            Piece(address="a.bad", verb=Verb.CREATE, state=PieceState.FAILED),
            Piece(address="a.later", verb=Verb.CREATE, state=PieceState.NOT_STARTED),
        )
    ),
)
BAKE = BakeReport(
    began_at=later(minutes=0),
    until=later(minutes=30),
    min_requests=100,
    finding=Finding(verdict=Verdict.UNKNOWN, final=False, reason="", requests=80, errors=2),
)


@pytest.mark.parametrize(
    ("told", "lines", "spoken"),
    [
        pytest.param(
            report(
                run=run(stage=None, commit=None, subject="", change_class=None), plan=None, ask=None, votes=()
            ),
            [
                "⚪ *starting*  ·  *prod* ← `main`  ·  run 42 by <@U0ANA>",
                "plan    approve    apply    verify    bake",
            ],
            "prod: starting. Run 42 of main.",
            id="starting",
        ),
        pytest.param(
            report(),
            [
                f"🟡 *waiting for approval*  ·  {WHAT}",
                "plan ✔    *approve 1/2*    apply    verify    bake",
                COUNTS,
            ],
            "prod: waiting for approval. Run 42 of main@4f2c9e1. 1 of 2 votes. "
            "1 created, 1 updated, 1 replaced, 1 destroyed.",
            id="waiting",
        ),
        pytest.param(
            report(
                run=run(stage=StepName.APPLY), apply=APPLY.model_copy(update={"ledger": Ledger(pieces=())})
            ),
            [
                f"🔵 *applying*  ·  {WHAT}",
                "plan ✔    approve ✔    *apply*    verify    bake",
                COUNTS,
            ],
            "prod: applying. Run 42 of main@4f2c9e1. 1 created, 1 updated, 1 replaced, 1 destroyed.",
            id="before Terraform has said anything",
        ),
        pytest.param(
            report(run=run(stage=StepName.APPLY), apply=APPLY),
            [
                f"🔵 *applying*  ·  {WHAT}",
                "plan ✔    approve ✔    *apply*    verify    bake",
                COUNTS,
                "▓▓░░░░░░░░ 1/5  ·  1 failed  ·  slowest: `a.slow` 4 min",
            ],
            "prod: applying. Run 42 of main@4f2c9e1. 1 created, 1 updated, 1 replaced, 1 destroyed.",
            id="applying",
        ),
        pytest.param(
            report(run=run(stage=StepName.BAKE), bake=BAKE),
            [
                f"🔵 *baking*  ·  {WHAT}",
                "plan ✔    approve ✔    apply ✔    verify ✔    *bake 18m left*",
                COUNTS,
                "80 of 100 requests, 2 errors (2.50%)",
            ],
            "prod: baking. Run 42 of main@4f2c9e1. 1 created, 1 updated, 1 replaced, 1 destroyed.",
            id="baking",
        ),
        pytest.param(
            report(
                run=run(stage=None, outcome=Outcome.FAILED, ended_at=later(minutes=40), text="5 errors"),
                failed_at=StepName.BAKE,
                apply=APPLY,
            ),
            [
                f"🔴 *failed*  ·  {WHAT}",
                "plan ✔    approve ✔    apply ■    verify    bake ✖",
                COUNTS,
                "*failed* at bake after 40 min: 5 errors",
            ],
            "prod: failed. Run 42 of main@4f2c9e1. 1 created, 1 updated, 1 replaced, 1 destroyed. 5 errors.",
            id="failed",
        ),
    ],
)
def test_the_message(told: Report, lines: list[str], spoken: str) -> None:
    """Where a run stands, in a few lines and in words."""
    message = status.message(told)
    assert shown(message).splitlines() == lines
    assert message.text == spoken


def test_a_switch_by_a_plan() -> None:
    """What its plan changes stands there, as for a deploy."""
    told = shown(status.message(report(run=by_plan(), moves=(MOVE,))))
    assert "*prod* → `green` (site)  ·  run 42" in told
    assert COUNTS in told


@pytest.mark.parametrize("ended", [False, True], ids=["kept", "kept no more"])
def test_a_switch_that_keeps_its_old_colour(ended: bool) -> None:
    """At its end it offers what a person may want next, as long as that means something."""
    done = report(run=switch(3), plan=None, ask=None)
    kept = lease(ended_at=NOON, end=LeaseEnd.OVER) if ended else lease()
    message = status.message(done, kept)
    assert ("blue of admin, store is kept until" in shown(message)) is not ended
    pressed = {
        element["text"]["text"]: (element["action_id"], element["value"])
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    }
    wanted = {"Retire blue": ("say_retire", "3"), "Roll back": ("say_rollback", "prod 3")}
    assert pressed == ({} if ended else wanted)
