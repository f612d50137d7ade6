from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.colour import Colour
from bot.domain.person import Person
from bot.domain.quorum import Tally
from bot.domain.ruling import Ask, ReasonCode
from bot.domain.run import SWITCH, SWITCH_BY_PLAN, Run, StepName, Switching
from bot.domain.value import GroupName, PlanDigest, TeamId, UserId
from bot.domain.vote import Choice
from bot.policy import approvals
from bot.policy.facts import Standing, VoteFacts
from tests.bot.policy.conftest import NOON

HOME = frozenset({TeamId("T0HOME")})
SWITCHED = {"switch": Switching(colour=Colour.GREEN), "recipe": SWITCH}
THIS, OTHER = PlanDigest("d" * 64), PlanDigest("e" * 64)


@pytest.mark.parametrize(
    ("who", "changes", "choice", "codes"),
    [
        pytest.param("ben", {}, Choice.APPROVE, [], id="a member"),
        pytest.param("ana", {}, Choice.APPROVE, [ReasonCode.OWN_REQUEST], id="own request"),
        pytest.param("ana", {}, Choice.REJECT, [], id="own request, rejected"),
        pytest.param("carl", {}, Choice.APPROVE, [ReasonCode.OWN_COMMIT], id="own commit"),
        pytest.param("carl", {}, Choice.REJECT, [], id="own commit, rejected"),
        pytest.param("carl", {"exclude_committers": False}, Choice.APPROVE, [], id="own commit, allowed"),
        pytest.param("eve", {}, Choice.APPROVE, [ReasonCode.NOT_IN_GROUP], id="outside the groups"),
        pytest.param("eve", {}, Choice.REJECT, [ReasonCode.NOT_IN_GROUP], id="outside the groups, rejected"),
        pytest.param("ben", {"card": OTHER}, Choice.APPROVE, [ReasonCode.SUPERSEDED], id="an old card"),
        pytest.param("ben", {"card": OTHER}, Choice.REJECT, [ReasonCode.SUPERSEDED], id="an old card, rejected"),
        pytest.param("eve", {"card": OTHER}, Choice.APPROVE, [ReasonCode.SUPERSEDED, ReasonCode.NOT_IN_GROUP], id="two reasons"),
    ],
)  # fmt: skip
def test_who_may_vote(
    standing: Callable[..., Standing],
    run: Callable[..., Run],
    ask: Ask,
    *,
    who: str,
    changes: dict[str, Any],
    choice: Choice,
    codes: list[ReasonCode],
) -> None:
    """Other people of the groups may approve; anybody of the groups may reject."""
    people = {
        "ana": standing("ana", "platform"),
        "ben": standing("ben", "dba", email="ben@example.com"),
        "carl": standing("carl", "platform", email="Carl@example.com"),
        "eve": standing("eve", "sales"),
    }
    facts: dict[str, Any] = {
        "now": run().began_at,
        "who": people[who],
        "choice": choice,
        "teams": HOME,
        "run": run(),
        "ask": ask,
        "card": THIS,
    }
    assert [one.code for one in approvals.counts(VoteFacts(**(facts | changes)))] == codes


@pytest.mark.parametrize(
    ("changes", "after", "codes"),
    [
        pytest.param({}, timedelta(minutes=59), [], id="in time"),
        pytest.param({}, timedelta(minutes=60), [ReasonCode.EXPIRED], id="the last minute is over"),
        pytest.param({"expires_at": None}, timedelta(days=9), [], id="no time is set"),
        pytest.param({"stage": StepName.APPLY}, timedelta(0), [ReasonCode.NOT_WAITING], id="already applying"),
        pytest.param({"stage": None}, timedelta(0), [ReasonCode.NOT_WAITING], id="before the first step"),
        pytest.param({"stop_by": Person(team=TeamId("T0HOME"), user=UserId("U0X"))}, timedelta(0), [ReasonCode.NOT_WAITING], id="being stopped"),
        pytest.param({"stage": StepName.BAKE, "held": "a vote is missing", **SWITCHED}, timedelta(0), [], id="a switch that is held half-way"),
        pytest.param({"stage": StepName.SHIFT, "held": "a vote is missing", **SWITCHED}, timedelta(0), [], id="before its next move"),
        pytest.param({"stage": StepName.BAKE, **SWITCHED}, timedelta(0), [ReasonCode.NOT_WAITING], id="a switch that goes on"),
        pytest.param({"stage": StepName.KEEP, "held": "?", **SWITCHED}, timedelta(0), [ReasonCode.NOT_WAITING], id="a switch that has made all its moves"),
        pytest.param({"stage": StepName.BAKE, "held": "?"}, timedelta(0), [ReasonCode.NOT_WAITING], id="a deploy in its bake"),
        pytest.param({"stage": StepName.BAKE, "held": "?", **SWITCHED, "recipe": SWITCH_BY_PLAN}, timedelta(0), [ReasonCode.NOT_WAITING], id="a switch by plan in its bake"),
    ],
)  # fmt: skip
def test_when_votes_count(
    standing: Callable[..., Standing],
    run: Callable[..., Run],
    ask: Ask,
    *,
    changes: dict[str, Any],
    after: timedelta,
    codes: list[ReasonCode],
) -> None:
    """A vote counts while the run waits for votes."""
    this = run(**changes)
    facts = VoteFacts(
        now=this.began_at + after,
        who=standing("ben", "dba"),
        choice=Choice.APPROVE,
        teams=HOME,
        run=this,
        ask=ask,
        card=THIS,
    )
    assert [one.code for one in approvals.counts(facts)] == codes


@pytest.mark.parametrize(
    ("changes", "hinted"),
    [
        pytest.param(SWITCHED, True, id="a switch"),
        pytest.param({**SWITCHED, "ended_at": NOON}, False, id="a switch that has ended"),
        pytest.param({**SWITCHED, "recipe": SWITCH_BY_PLAN}, False, id="a switch by plan"),
        pytest.param({}, False, id="a deploy"),
    ],
)
def test_a_no_to_traffic_that_moves(
    standing: Callable[..., Standing],
    run: Callable[..., Run],
    ask: Ask,
    changes: dict[str, Any],
    *,
    hinted: bool,
) -> None:
    """Whoever wants it back in mid-ladder is told what does that, and nobody else."""
    facts = VoteFacts(
        now=run().began_at,
        who=standing("ben", "dba"),
        choice=Choice.REJECT,
        teams=HOME,
        run=run(stage=StepName.BAKE, **changes),
        ask=ask,
        card=THIS,
    )
    (reason,) = approvals.counts(facts)
    more = ": it moves traffic. /interlock hold 42 lets it stay, /interlock cancel 42 takes it back."
    assert reason.text == f"Run 42 is not waiting for votes any more{more if hinted else '.'}"


@pytest.mark.parametrize(
    ("choice", "untouched", "counted"),
    [
        pytest.param(Choice.REJECT, True, True, id="a no before the first move"),
        pytest.param(Choice.REJECT, False, False, id="a no after it"),
        pytest.param(Choice.APPROVE, True, False, id="a yes"),
    ],
)
def test_a_word_right_before_a_switch_moves(
    standing: Callable[..., Standing],
    run: Callable[..., Run],
    ask: Ask,
    *,
    choice: Choice,
    untouched: bool,
    counted: bool,
) -> None:
    """It can be kept from its first move, and from no other."""
    facts = VoteFacts(
        now=run().began_at,
        who=standing("ben", "dba"),
        choice=choice,
        teams=HOME,
        run=run(stage=StepName.SHIFT, **SWITCHED),
        ask=ask,
        card=THIS,
        untouched=untouched,
    )
    assert (approvals.counts(facts) == ()) is counted


@pytest.mark.parametrize(
    ("changes", "after", "begun", "codes"),
    [
        pytest.param({"stage": StepName.WINDOW}, timedelta(0), False, [], id="while it waits for its window"),
        pytest.param({"stage": StepName.WINDOW}, timedelta(days=2), False, [], id="long after the time for votes"),
        pytest.param({"stage": StepName.APPLY}, timedelta(0), False, [], id="while the state is looked at once more"),
        pytest.param({"stage": StepName.APPLY}, timedelta(0), True, [ReasonCode.NOT_WAITING], id="already applying"),
        pytest.param({"stage": StepName.VERIFY}, timedelta(0), False, [ReasonCode.NOT_WAITING], id="applied"),
        pytest.param({"stage": StepName.BAKE, "held": "?", **SWITCHED}, timedelta(0), False, [ReasonCode.NOT_WAITING], id="a switch that is held half-way"),
        pytest.param({}, timedelta(hours=1), False, [ReasonCode.EXPIRED], id="the time for votes is over"),
    ],
)  # fmt: skip
def test_when_a_no_counts(
    standing: Callable[..., Standing],
    run: Callable[..., Run],
    ask: Ask,
    *,
    changes: dict[str, Any],
    after: timedelta,
    begun: bool,
    codes: list[ReasonCode],
) -> None:
    """People may change their minds until Terraform begins."""
    this = run(**changes)
    facts = VoteFacts(
        now=this.began_at + after,
        who=standing("ben", "dba"),
        choice=Choice.REJECT,
        teams=HOME,
        run=this,
        ask=ask,
        card=THIS,
        begun=begun,
    )
    assert [one.code for one in approvals.counts(facts)] == codes


def test_an_ended_run(standing: Callable[..., Standing], run: Callable[..., Run], ask: Ask) -> None:
    """A run that has ended has no use for votes."""
    this = run(ended_at=run().began_at)
    facts = VoteFacts(now=this.began_at, who=standing("ben", "dba"), choice=Choice.APPROVE, teams=HOME, run=this, ask=ask, card=THIS)  # fmt: skip
    assert [one.code for one in approvals.counts(facts)] == [ReasonCode.NOT_WAITING]


@pytest.mark.parametrize(
    ("changes", "typed", "choice", "codes"),
    [
        pytest.param({"typed": True}, "prod", Choice.APPROVE, [], id="the right word"),
        pytest.param({"typed": True}, None, Choice.APPROVE, [ReasonCode.NOT_CONFIRMED], id="an emoji"),
        pytest.param({"typed": True}, "prdo", Choice.APPROVE, [ReasonCode.NOT_CONFIRMED], id="a wrong word"),
        pytest.param({"typed": True}, "", Choice.APPROVE, [ReasonCode.NOT_CONFIRMED], id="no word"),
        pytest.param({"typed": True}, None, Choice.REJECT, [], id="a no needs no word"),
        pytest.param({"loss": ("sec",)}, None, Choice.APPROVE, [ReasonCode.NOT_CONFIRMED], id="a loss, by emoji"),
        pytest.param({"loss": ("sec",)}, "prod", Choice.APPROVE, [], id="a loss, by hand"),
        pytest.param({}, "prod", Choice.APPROVE, [], id="a word that nobody wanted"),
    ],
)  # fmt: skip
def test_votes_by_hand(
    standing: Callable[..., Standing],
    run: Callable[..., Run],
    ask: Ask,
    *,
    changes: dict[str, Any],
    typed: str | None,
    choice: Choice,
    codes: list[ReasonCode],
) -> None:
    """Where the name must be written by hand, nothing else approves; a no is always heard."""
    facts = VoteFacts(now=run().began_at, who=standing("ben", "dba"), choice=choice, teams=HOME, run=run(), ask=ask.model_copy(update=changes), card=THIS, typed=typed)  # fmt: skip
    found = approvals.counts(facts)
    assert [one.code for one in found] == codes
    assert all("prod" in one.text for one in found)
    assert ("something else" in "".join(one.text for one in found)) == (bool(codes) and typed is not None)


@pytest.mark.parametrize(
    ("who", "groups", "codes"),
    [
        pytest.param("sue", ["sec"], [], id="one who may confirm the loss, and not vote"),
        pytest.param("eve", ["sales"], [ReasonCode.NOT_IN_GROUP], id="neither"),
        pytest.param("ana", ["sec"], [ReasonCode.OWN_REQUEST], id="who asked"),
        pytest.param("carl", ["sec"], [ReasonCode.OWN_COMMIT], id="who committed"),
    ],
)
def test_who_may_confirm_a_loss(
    standing: Callable[..., Standing],
    run: Callable[..., Run],
    ask: Ask,
    *,
    who: str,
    groups: list[str],
    codes: list[ReasonCode],
) -> None:
    """Somebody of the groups for it, under the same conditions as a voter."""
    facts = VoteFacts(
        now=run().began_at,
        who=standing(who, *groups, email=f"{who}@example.com"),
        choice=Choice.APPROVE,
        teams=HOME,
        run=run(),
        ask=ask.model_copy(update={"loss": (GroupName("sec"),)}),
        card=THIS,
        typed="prod",
    )
    assert [one.code for one in approvals.counts(facts)] == codes


@pytest.mark.parametrize(
    ("who", "changes", "codes"),
    [
        pytest.param("ben", {}, [], id="somebody"),
        pytest.param("ana", {}, [ReasonCode.OWN_REQUEST], id="who asked"),
        pytest.param("ben", {"card": OTHER}, [ReasonCode.SUPERSEDED], id="an old card"),
    ],
)
def test_who_need_not_write_anything(
    run: Callable[..., Run], ask: Ask, *, who: str, changes: dict[str, Any], codes: list[ReasonCode]
) -> None:
    """What the row alone says is told before a form is shown, and nobody is looked up for it."""
    nobody = Standing(person=Person(team=TeamId("T0HOME"), user=UserId(f"U0{who.upper()}")), profile=None)
    facts: dict[str, Any] = {"now": run().began_at, "who": nobody, "choice": Choice.APPROVE, "teams": HOME, "run": run(), "ask": ask, "card": THIS}  # fmt: skip
    assert [one.code for one in approvals.hopeless(VoteFacts(**(facts | changes)))] == codes


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"needed": 0}, [], id="nothing"),
        pytest.param({"needed": 2}, [(ReasonCode.VOTES_MISSING, "0 of 2 needed votes are valid now.")], id="votes"),
        pytest.param(
            {"missing": (("a", "b"), ("c",))},
            [(ReasonCode.VOTES_MISSING, "0 of 0 needed votes are valid now, and none for a or b and none for c.")],
            id="groups",
        ),
        pytest.param(
            {"unconfirmed": ("a", "b")},
            [(ReasonCode.LOSS_UNCONFIRMED, "Data would be lost, and nobody of a or b who may has confirmed that by hand.")],
            id="the confirmation",
        ),
    ],
)  # fmt: skip
def test_what_is_lacking(changes: dict[str, Any], expected: list[tuple[ReasonCode, str]]) -> None:
    """Votes, groups and the confirmation are each told."""
    told = Tally(**({"approved": (), "rejected": (), "needed": 0} | changes))
    assert [(one.code, one.text) for one in approvals.lacking(told)] == expected
