import pytest

from bot.domain.message import Message
from bot.domain.plan import CheckResult, Verb
from bot.domain.report import Report
from bot.domain.request import Emergency, Wish
from bot.domain.run import Outcome, StepName
from bot.domain.value import PlanDigest, RunId
from bot.domain.vote import Choice
from bot.render import plan_card
from tests.fakes.limits import breaches, shown
from tests.fakes.reports import ASK, BEN, CAT, MOVE, by_plan, change, later, plan, report, run, vote

WAITING = """\
*Plan*  ·  *prod* ← `main@4f2c9e1` "Raise the worker count"  ·  run 42
+1  ~1  ±1 replaced  \N{MINUS SIGN}1
⛔ *2 objects are destroyed or replaced*
```
-/+ aws_db_instance.main  # forced by engine_version
- aws_instance.old  # delete because no resource config
```
*What forces or follows the replacements* (1)
```
-/+ aws_db_instance.main  # forced by engine_version
    engine_version: "15" -&gt; "16"  # forces replacement
    arn: "arn:aws:rds" -&gt; (known after apply)
```
*Updated* (1)
```
~ aws_ecs_service.web
    desired_count: 2 -&gt; 4
    environment.TOKEN: (sensitive) -&gt; (sensitive)
```
*Created* (1)
```
+ aws_sqs_queue.jobs
```
*Moved* (1)
```
aws_s3_bucket.old_logs -&gt; aws_s3_bucket.logs
```
*high-risk*, because
• aws_db_instance.main would be replaced
🟡 *Needs 2 votes* of `platform` or `dba`. Nobody votes on their own change.
Approved by <@U0BEN> <!date^1795262580^{time}|12:03 UTC>, waiting for 1 more of `platform` or `dba`.
plan `abababababab`  ·  the whole diff is `plan-42.diff`  ·  Terraform 1.11.4  ·  open until \
<!date^1795266000^{date_short_pretty} {time}|2026-11-21 13:00 UTC>  ·  :white_check_mark: approves, :x: rejects, \
taking it away takes the vote away
[Approve]
[Reject]
[When?]"""


def card(told: Report) -> Message:
    return plan_card.card(told, "+ whole\u202e diff")


def test_the_whole_card() -> None:
    """A waiting card as people read it, with the diff as a file."""
    message = card(report())
    assert shown(message) == WAITING
    assert message.text == (
        "Plan for prod, run 42: 1 created, 1 updated, 1 replaced, 1 destroyed. Class high-risk. Waiting for 1 more vote."
    )
    (file,) = message.attachments
    assert (file.name, file.content) == ("plan-42.diff", "+ whole diff")


def test_buttons_name_the_run_and_the_plan() -> None:
    """A click says which bytes it is about, and a rejection asks again."""
    buttons = card(report()).blocks[-1]["elements"]
    assert [button["action_id"] for button in buttons] == ["approve", "reject", "when"]
    assert [button["value"] for button in buttons] == ["42:" + "ab" * 32, "42:" + "ab" * 32, "42"]
    assert buttons[0]["style"] == "primary"
    assert buttons[1]["confirm"]["title"]["text"] == "Reject this plan?"


def test_buttons_while_it_waits_for_its_window() -> None:
    """A no is heard until the run begins; a yes is not asked for any more."""
    buttons = card(report(run=run(stage=StepName.WINDOW))).blocks[-1]["elements"]
    assert [button["action_id"] for button in buttons] == ["reject", "when"]


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        pytest.param(
            report(run=run(stage=StepName.APPLY), votes=(vote(BEN), vote(CAT, at=later(minutes=5)))),
            "🟢 *Decided*\nApproved by <@U0BEN> <!date^1795262580^{time}|12:03 UTC>, "
            "<@U0CAT> <!date^1795262700^{time}|12:05 UTC>.",
            id="approved",
        ),
        pytest.param(
            report(votes=(), ask=ASK.model_copy(update={"votes": 0})),
            "⚪ The plan is being judged.",
            id="no votes are needed, and it has not gone on yet",
        ),
        pytest.param(
            report(run=run(stage=StepName.APPLY), votes=(), ask=ASK.model_copy(update={"votes": 0})),
            "🟢 *Decided*: no votes were needed.",
            id="nobody asked",
        ),
        pytest.param(
            report(
                run=run(stage=None, outcome=Outcome.REJECTED, ended_at=later(minutes=9)),
                votes=(vote(BEN, Choice.REJECT),),
            ),
            "⚪ *Run 42 ended: rejected*.\nRejected by <@U0BEN> <!date^1795262580^{time}|12:03 UTC>.",
            id="rejected",
        ),
        pytest.param(
            report(
                run=run(stage=None, outcome=Outcome.EXPIRED, ended_at=later(hours=1), text="1 of 2 votes"),
                votes=(),
            ),
            "⚪ *Run 42 ended: expired*: 1 of 2 votes",
            id="expired",
        ),
        pytest.param(
            report(run=run(digest=PlanDigest("cd" * 32))),
            "⚪ *Superseded*: run 42 has a newer plan, and votes on this card count for nothing.",
            id="superseded",
        ),
        pytest.param(
            report(run=run(stop_by=CAT), votes=()),
            "🟠 *Stopping*: votes count for nothing any more.",
            id="stopping",
        ),
        pytest.param(
            report(run=run(stage=StepName.PLAN), votes=(), ask=None),
            "⚪ The plan is being judged.",
            id="judged",
        ),
        pytest.param(
            report(run=run(stage=None, outcome=Outcome.PLANNED, ended_at=later(minutes=1)), votes=()),
            "⚪ *Planned*: nothing is applied.",
            id="dry run",
        ),
    ],
)
def test_no_buttons_where_votes_mean_nothing(told: Report, sentence: str) -> None:
    """Buttons vanish the moment they mean nothing, and the card says how it ended."""
    message = card(told)
    assert all(block["type"] != "actions" for block in message.blocks)
    assert sentence in shown(message).splitlines() or sentence in shown(message)
    assert "approves" not in shown(message)


@pytest.mark.parametrize("length", [1, 60, 400], ids=["short", "long", "endless"])
@pytest.mark.parametrize("amount", [1, 30, 5000])
def test_dangers_are_never_cut_silently(amount: int, length: int) -> None:
    """Every destroyed object is shown, or the card says how many are not and where all of them are."""
    doomed = [change(f"aws_x.n{index}-{'y' * length}", Verb.DELETE) for index in range(amount)]
    made = [change(f"aws_new.n{index}", Verb.CREATE) for index in range(amount)]
    message = card(report(plan=plan(*made, *doomed)))
    visible = sum(line.startswith("- aws_x.n") for line in shown(message).splitlines())
    assert breaches(message) == []
    assert visible >= min(amount, 20)
    if visible < amount:
        assert f"Only {visible:,} of them are shown here. Read all {amount:,} in* `plan-42.diff`" in shown(
            message
        )
    created = sum(line.startswith("+ aws_new.n") for line in shown(message).splitlines())
    if created < amount:
        assert f"Not shown here: {amount - created:,} created objects" in shown(message)


def test_warnings_stand_before_the_details() -> None:
    """What is wrong with the plan itself is not to be searched for."""
    broken = plan(
        change("a.b", Verb.CREATE),
        errored=True,
        complete=False,
        applyable=False,
        deferred=2,
        checks=(CheckResult(address="check.dns", status="fail", problems=("no <record>",)),),
    )
    lines = shown(card(report(plan=broken))).splitlines()
    assert lines[2:7] == [
        "⚠️ *The plan ended with an error*: it shows only a part of what would change.",
        "⚠️ Terraform says that this plan cannot be applied.",
        "⚠️ *The plan is incomplete*: a further plan will be needed after it.",
        "⚠️ 2 changes are left for a later plan.",
        "⚠️ Condition `check.dns` says fail: no &lt;record&gt;",
    ]


def test_the_estates_emoji_are_named() -> None:
    """People learn which emoji counts here."""
    message = plan_card.card(report(), "", approve_emoji="ship", reject_emoji="stop")
    assert ":ship: approves, :stop: rejects" in shown(message)


def test_without_a_plan() -> None:
    """A card before its plan says so."""
    assert shown(card(report(plan=None))) == "There is no plan yet."


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"one_each": True}, "*Needs 2 votes* of `platform` or `dba`, one of each at least. Nobody", id="one of each"),
        pytest.param({"typed": True}, "write the environment's name; an emoji is not enough", id="by hand"),
        pytest.param(
            {"loss": ("sec",)},
            "*Needs 2 votes* of `platform` or `dba` *and a confirmation of the loss* by `sec`.",
            id="a loss",
        ),
        pytest.param({"loss": ("sec",), "votes": 0}, "🟡 *Needs a confirmation of the loss* by `sec`.", id="only a loss"),
    ],
)  # fmt: skip
def test_what_is_needed(changes: dict[str, object], expected: str) -> None:
    """Everybody reads who has to say yes, and in which form."""
    told = card(report(ask=ASK.model_copy(update=changes), votes=()))
    assert expected in shown(told)
    by_hand = ":white_check_mark: approves" not in shown(told)
    assert by_hand == (changes.get("typed") is True or "loss" in changes)
    assert not breaches(told)


def test_only_a_confirmation_is_waited_for() -> None:
    """Screen readers hear of it too."""
    ask = ASK.model_copy(update={"votes": 0, "loss": ("sec",)})
    assert "Waiting for a confirmation." in card(report(ask=ask, votes=())).text


def test_an_emergency_on_the_card() -> None:
    """Ticket, reason, and that the bake is longer."""
    wish = Wish(emergency=Emergency(ticket="INC-42", reason="the queue is full"))
    told = shown(card(report(run=run(wish=wish), ask=ASK.model_copy(update={"double_bake": True}))))
    assert "🚨 *Emergency* `INC-42` the queue is full; the bake takes twice as long" in told
    assert "twice" not in shown(card(report(run=run(wish=wish))))


def test_a_switch_by_a_plan() -> None:
    """The card says what it moves, with which code, and how that goes back; the plan is shown like any other."""
    told = shown(plan_card.card(report(run=by_plan(), moves=(MOVE,)), ""))
    assert "*Plan*  ·  *prod* → `green` (site)  ·  run 42" in told
    assert "*Switch* of site: blue → green, all at once, with the code that was good last, `4f2c9e1`." in told
    assert "*How it goes back*: by another plan, `/switch prod blue --service site`." in told
    assert "2 objects are destroyed or replaced" in told


def test_the_card_of_a_way_back() -> None:
    """Whoever looks at it knows what a plan cannot bring back."""
    told = report(run=run(id=RunId(43), reverts=RunId(42)))
    text = shown(plan_card.card(told, ""))
    assert "*Rollback of run 42*: this goes back by a plan, past windows, freezes and locks." in text
    assert "does not come back, and what it created may be destroyed" in text
    assert "Rollback of" not in shown(plan_card.card(report(), ""))


def test_a_commit_that_was_taken_back_lately() -> None:
    """Whoever is about to bring it again is warned, and may."""
    told = report(taken_back=run(id=RunId(40), began_at=later()))
    assert "⚠️ Run 40 took this very commit back" in shown(plan_card.card(told, ""))
    assert "took this very commit back" not in shown(plan_card.card(report(), ""))
