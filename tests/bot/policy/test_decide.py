from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.estate import ClassRule, RuleName
from bot.domain.lock import Lock
from bot.domain.person import INTERLOCK, Person
from bot.domain.plan import ChangeClass
from bot.domain.request import Cancel, Deploy, Emergency, Help, Request, Review, Status, Wish
from bot.domain.ruling import Allow, Ask, Deny, Reason, ReasonCode
from bot.domain.run import Outcome, Run
from bot.domain.value import ChannelId, Commit, EnvironmentName, GroupName, PlanDigest, RunId, TeamId, UserId
from bot.domain.vote import Choice, Vote
from bot.domain.window import Timetable
from bot.policy import acting, decide, windows
from bot.policy.facts import ApplyFacts, Bound, PlanFacts, RequestFacts, Standing, TurnFacts, VoteFacts

HOME = frozenset({TeamId("T0HOME")})
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PROD = EnvironmentName("prod")
BOUND = Bound(digest=PlanDigest("d" * 64), commit=Commit("c" * 40), estate="e" * 64)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LOCK = Lock(
    id=1,
    environment=PROD,
    by=Person(team=TeamId("T0HOME"), user=UserId("U0EVE")),
    reason="moving the database",
    at=NOON,
    until=NOON + timedelta(hours=1),
)
Runs = Callable[..., Run]
Votes = Callable[..., Vote]
Standings = Callable[..., Standing]


def codes(ruling: Allow | Ask | Deny) -> list[ReasonCode]:
    """Give the codes of what stands against it."""
    return [reason.code for reason in ruling.reasons] if isinstance(ruling, Deny) else []


def door(who: Standing, **changes: Any) -> RequestFacts:
    """Make facts in which *who* may do everything."""
    facts: dict[str, Any] = {
        "who": who,
        "channel": ChannelId("C0PROD"),
        "channels": {ChannelId("C0PROD")},
        "teams": HOME,
        "environments": {PROD, EnvironmentName("dev")},
        "requesters": (GroupName("platform"),),
    }
    return RequestFacts(**(facts | changes))


@pytest.mark.parametrize(
    ("request_", "changes", "expected"),
    [
        pytest.param(Deploy(environment=PROD), {}, [], id="deploy"),
        pytest.param(Deploy(environment=PROD, ref="v1"), {}, [], id="deploy a tag"),
        pytest.param(Deploy(environment=PROD, ref="-x"), {}, [ReasonCode.BAD_REF], id="deploy an option"),
        pytest.param(Deploy(environment=EnvironmentName("prd")), {}, [ReasonCode.UNKNOWN_ENVIRONMENT], id="unknown environment"),
        pytest.param(Deploy(environment=PROD), {"requesters": ("dba",)}, [ReasonCode.NOT_IN_GROUP], id="not in the group"),
        pytest.param(Deploy(environment=PROD), {"channel": "C0X"}, [ReasonCode.WRONG_CHANNEL], id="wrong channel"),
        pytest.param(
            Deploy(environment=EnvironmentName("prd"), ref="a b"),
            {"channel": "C0X", "teams": frozenset()},
            [ReasonCode.FOREIGN_WORKSPACE, ReasonCode.WRONG_CHANNEL, ReasonCode.UNKNOWN_ENVIRONMENT, ReasonCode.BAD_REF],
            id="everything at once",
        ),
        pytest.param(
            Deploy(environment=EnvironmentName("prd"), wish=Wish(emergency=Emergency(ticket="x", reason="y"))),
            {"requesters": ()},
            [ReasonCode.UNKNOWN_ENVIRONMENT],
            id="nobody's environment has no rules to break",
        ),
        pytest.param(Status(), {"channel": "C0X", "requesters": ()}, [], id="status anywhere"),
        pytest.param(Status(environment=PROD), {}, [], id="status of one"),
        pytest.param(Status(environment=EnvironmentName("prd")), {}, [ReasonCode.UNKNOWN_ENVIRONMENT], id="status of none"),
        pytest.param(Help(), {"channel": "C0X"}, [], id="help anywhere"),
        pytest.param(Help(), {"teams": frozenset()}, [ReasonCode.FOREIGN_WORKSPACE], id="help for strangers"),
        pytest.param(Cancel(), {}, [ReasonCode.NOT_WAITING], id="cancel nothing"),
    ],
)  # fmt: skip
def test_at_the_door(
    standing: Standings, request_: Request, changes: dict[str, Any], expected: list[ReasonCode]
) -> None:
    """All that stands against a request is told at once."""
    assert codes(decide.at_the_door(request_, door(standing("ben", "platform"), **changes))) == expected


def test_what_somebody_may_not(standing: Standings) -> None:
    """The refusal names what was asked for, and where."""
    ruling = decide.at_the_door(Deploy(environment=PROD), door(standing("ben")))
    assert isinstance(ruling, Deny)
    assert [reason.text for reason in ruling.reasons] == ["Only members of platform may deploy to prod."]


def test_a_request_of_an_unknown_kind(standing: Standings) -> None:
    """What the law does not know is not let through."""
    unknown: Any = object()
    with pytest.raises(AssertionError):
        decide.at_the_door(unknown, door(standing("ben", "platform")))


def test_a_held_environment(standing: Standings, run: Runs) -> None:
    """While a run holds the environment another may be asked for: it queues."""
    assert (
        decide.at_the_door(Deploy(environment=PROD), door(standing("ben", "platform"), holder=run()))
        == Allow()
    )


def test_a_locked_environment(standing: Standings) -> None:
    """While somebody keeps it for themselves nobody else's run begins, and the answer names them."""
    ruling = decide.at_the_door(Deploy(environment=PROD), door(standing("ben", "platform"), lock=LOCK))
    assert isinstance(ruling, Deny)
    assert codes(ruling) == [ReasonCode.LOCKED]
    assert "U0EVE" in ruling.reasons[0].text


@pytest.mark.parametrize(
    ("who", "groups", "changes", "expected"),
    [
        pytest.param("ben", ["platform"], {}, [], id="as before"),
        pytest.param("ben", [], {}, [ReasonCode.NOT_IN_GROUP], id="left the group"),
        pytest.param("ben", ["platform"], {"teams": frozenset()}, [ReasonCode.FOREIGN_WORKSPACE], id="another workspace"),
    ],
)  # fmt: skip
def test_a_run_whose_turn_has_come(
    standing: Standings, who: str, groups: list[str], changes: dict[str, Any], expected: list[ReasonCode]
) -> None:
    """Whoever asked must still be allowed to when the wait is over."""
    facts: dict[str, Any] = {"environment": PROD, "teams": HOME, "requesters": (GroupName("platform"),)}
    turn = TurnFacts(who=standing(who, *groups), **(facts | changes))
    assert codes(decide.at_its_turn(turn)) == expected


@pytest.mark.parametrize(
    ("who", "groups", "ended", "expected"),
    [
        pytest.param("ben", ["platform"], False, [], id="one of the group"),
        pytest.param("ana", [], False, [], id="who asked for it"),
        pytest.param("eve", [], False, [ReasonCode.NOT_IN_GROUP], id="somebody else"),
        pytest.param("ben", ["platform"], True, [ReasonCode.NOT_WAITING], id="too late"),
    ],
)
def test_cancel(
    standing: Standings, run: Runs, who: str, groups: list[str], ended: bool, expected: list[ReasonCode]
) -> None:
    """Who may ask for a run may cancel one, and so may who asked for it, in whatever channel."""
    this = run(ended_at=run().began_at if ended else None)
    facts = door(standing(who, *groups), run=this, channel="C0X")
    assert codes(decide.at_the_door(Cancel(run=this.id), facts)) == expected


DBA = (GroupName("dba"),)
RULE = ClassRule(votes=2, of=DBA)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, {"votes": 2}, id="two"),
        pytest.param({"rule": RULE.model_copy(update={"votes": 0})}, {"votes": 0}, id="none"),
        pytest.param({"rule": RULE.model_copy(update={"one_each": True, "confirm": "typed", "bake": "double"})}, {"votes": 2, "one_each": True, "typed": True, "double_bake": True}, id="with every form"),
        pytest.param({"rule": RULE.model_copy(update={"votes": 0, "one_each": True, "confirm": "typed"})}, {"votes": 0}, id="no vote needs no form"),
        pytest.param({"losses": ("x is gone",), "loss_confirmers": ("sec",)}, {"votes": 2, "loss": ("sec",)}, id="a loss"),
        pytest.param({"losses": ("x is gone",), "loss_confirmers": ("sec",), "emergency": True}, {"votes": 2, "loss": ("sec",)}, id="a loss in an emergency"),
        pytest.param({"loss_confirmers": ("sec",)}, {"votes": 2}, id="nothing is lost"),
        pytest.param({"rule": RULE.model_copy(update={"votes": 1, "one_each": True, "confirm": "typed"})}, {"votes": 1, "one_each": True, "typed": True}, id="one vote needs its form"),
        pytest.param({"rule": RULE.model_copy(update={"votes": 0}), "losses": ("x is gone",), "loss_confirmers": ("sec",)}, {"votes": 0, "loss": ("sec",)}, id="a loss, and no votes"),
        pytest.param({"back": True, "change_class": ChangeClass.SIGNIFICANT}, {"votes": 0, "of": ()}, id="going back asks nobody"),
        pytest.param({"back": True, "change_class": ChangeClass.STANDARD, "rule": None}, {"votes": 0, "of": ()}, id="going back needs no rule"),
        pytest.param({"back": True}, {"votes": 2}, id="going back by a high-risk plan"),
        pytest.param({"back": True, "losses": ("x is gone",), "loss_confirmers": ("sec",)}, {"votes": 2, "loss": ("sec",)}, id="going back with a loss"),
        pytest.param({"back": True, "change_class": ChangeClass.STANDARD, "losses": ("x is gone",), "loss_confirmers": ("sec",)}, {"votes": 2, "loss": ("sec",)}, id="going back with a loss, however small the plan"),
    ],
)  # fmt: skip
def test_what_a_plan_needs(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    """The rule becomes the question, with the reasons for the class."""
    facts: dict[str, Any] = {"environment": PROD, "change_class": ChangeClass.HIGH_RISK, "rule": RULE, "why": ("x would go",)}  # fmt: skip
    ruling = decide.on_plan(PlanFacts(**(facts | changes)))
    assert isinstance(ruling, Ask)
    assert ruling.model_copy(update={"reasons": ()}) == Ask(**({"of": DBA, "reasons": ()} | expected))
    asked = expected["votes"] > 0 or "loss" in expected
    assert [reason.text for reason in ruling.reasons] == ["x would go"] * asked


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"rule": None}, {ReasonCode.NO_RULE: "no rule for high-risk changes in prod"}, id="no rule for the class"),
        pytest.param({"rule": None, "back": True}, {ReasonCode.NO_RULE: "no rule for high-risk changes in prod"}, id="going back by a high-risk plan, and no rule"),
        pytest.param({"back": True, "change_class": ChangeClass.STANDARD, "losses": ("x",)}, {ReasonCode.LOSS_UNCONFIRMED: "to prod."}, id="going back with a loss that nobody may confirm"),
        pytest.param({"rule": None, "emergency": True}, {ReasonCode.NO_EMERGENCY: "no rule for emergencies in prod"}, id="no rule for emergencies"),
        pytest.param({"losses": ("x is gone.",)}, {ReasonCode.LOSS_UNCONFIRMED: "for good: x is gone. The estate names nobody"}, id="nobody may confirm the loss"),
        pytest.param({"losses": ("x is gone", "y too", "z")}, {ReasonCode.LOSS_UNCONFIRMED: "x is gone (and 2 more). The estate names nobody who may confirm that: add loss_confirmed_by"}, id="many losses"),
        pytest.param({"losses": ("x",), "emergency": True}, {ReasonCode.LOSS_UNCONFIRMED: "to prod."}, id="not even in an emergency"),
        pytest.param({"rule": None, "losses": ("x",)}, {ReasonCode.NO_RULE: "", ReasonCode.LOSS_UNCONFIRMED: ""}, id="both"),
    ],
)  # fmt: skip
def test_a_plan_that_nobody_can_approve(changes: dict[str, Any], expected: dict[ReasonCode, str]) -> None:
    """Where the estate does not say who could, the answer is no, with what is missing."""
    facts: dict[str, Any] = {"environment": PROD, "change_class": ChangeClass.HIGH_RISK, "rule": RULE}
    ruling = decide.on_plan(PlanFacts(**(facts | changes)))
    assert isinstance(ruling, Deny)
    assert codes(ruling) == list(expected)
    for reason in ruling.reasons:
        assert expected[reason.code] in reason.text


def test_on_click(standing: Standings, run: Runs, ask: Ask) -> None:
    """A form is shown to whoever may hope, and the vote is judged after it."""
    this = run()
    facts = VoteFacts(now=this.began_at, who=standing("ben"), choice=Choice.APPROVE, teams=HOME, run=this, ask=ask, card=BOUND.digest)  # fmt: skip
    assert decide.on_click(facts) == Allow()
    assert codes(decide.on_click(facts.model_copy(update={"who": standing("ana", "dba")}))) == [
        ReasonCode.OWN_REQUEST
    ]


_INC = Emergency(ticket="INC-42", reason="the queue is full")
_EMERGENCY = ClassRule(votes=1, of=DBA, ticket=r"^INC-\d+$")


@pytest.mark.parametrize(
    ("emergency", "changes", "expected"),
    [
        pytest.param(_INC, {}, {}, id="as it should be"),
        pytest.param(_INC, {"emergency": None}, {ReasonCode.NO_EMERGENCY: "no rule for emergencies in prod"}, id="no rule"),
        pytest.param(_INC, {"emergency": RULE}, {}, id="a rule that does not say what tickets look like"),
        pytest.param(Emergency(ticket="`x`", reason="y"), {}, {ReasonCode.BAD_TICKET: "“?x?” is no ticket here: it must match ^INC-\\d+$ as a whole, in at most 64"}, id="another ticket"),
        pytest.param(_INC, {"requesters": ("sec",)}, {ReasonCode.NOT_IN_GROUP: "ask for an emergency in prod"}, id="not one who may"),
        pytest.param(None, {"emergency": None}, {}, id="no emergency at all"),
    ],
)  # fmt: skip
def test_emergencies(
    standing: Standings, emergency: Emergency | None, changes: dict[str, Any], expected: dict[ReasonCode, str]
) -> None:
    """An emergency needs a rule, a ticket, and somebody who may go past the rules."""
    facts = door(standing("ben", "platform"), **({"emergency": _EMERGENCY} | changes))
    ruling = decide.at_the_door(Deploy(environment=PROD, wish=Wish(emergency=emergency)), facts)
    assert codes(ruling) == list(expected)
    for reason in ruling.reasons if isinstance(ruling, Deny) else ():
        assert expected[reason.code] in reason.text
        assert "`" not in reason.text


@pytest.mark.parametrize(
    ("who", "groups", "changes", "expected"),
    [
        pytest.param("ben", ["platform"], {}, [], id="somebody who may"),
        pytest.param("ana", ["platform"], {}, [ReasonCode.OWN_REVIEW], id="who asked for it"),
        pytest.param("eve", [], {}, [ReasonCode.NOT_IN_GROUP], id="somebody else"),
        pytest.param("ana", [], {}, [ReasonCode.NOT_IN_GROUP, ReasonCode.OWN_REVIEW], id="both"),
        pytest.param("ben", ["platform"], {"review": False}, [ReasonCode.NOT_WAITING], id="none is open"),
        pytest.param("ben", ["platform"], {"run": None}, [ReasonCode.NOT_WAITING], id="no such run"),
    ],
)
def test_reviews(
    standing: Standings,
    run: Runs,
    who: str,
    groups: list[str],
    changes: dict[str, Any],
    expected: list[ReasonCode],
) -> None:
    """An emergency is looked at by somebody who did not ask for it; everybody may see what is open."""
    ended = run(ended_at=run().began_at, outcome=Outcome.DONE, stage=None)
    facts = door(standing(who, *groups), **({"run": ended, "review": True} | changes))
    assert codes(decide.at_the_door(Review(run=RunId(42), note="fine"), facts)) == expected
    assert codes(decide.at_the_door(Review(), facts)) == []


def test_a_review_before_the_end(standing: Standings, run: Runs) -> None:
    """Nobody says what came of something that has not come to its end."""
    facts = door(standing("ben", "platform"), run=run(), review=True)
    ruling = decide.at_the_door(Review(run=RunId(42), note="fine"), facts)
    assert codes(ruling) == [ReasonCode.NOT_WAITING]


@pytest.mark.parametrize(("who", "expected"), [("ben", []), ("ana", [ReasonCode.OWN_REQUEST])])
def test_on_vote(standing: Standings, run: Runs, ask: Ask, who: str, expected: list[ReasonCode]) -> None:
    """A vote counts, or there is a reason."""
    this = run()
    facts = VoteFacts(now=this.began_at, who=standing(who, "dba"), choice=Choice.APPROVE, teams=HOME, run=this, ask=ask, card=BOUND.digest)  # fmt: skip
    assert codes(decide.on_vote(facts)) == expected


@pytest.fixture
def apply(standing: Standings, run: Runs, vote: Votes, ask: Ask) -> Callable[..., ApplyFacts]:
    """Make facts under which the plan may be applied."""

    def make(**changes: Any) -> ApplyFacts:
        facts: dict[str, Any] = {
            "run": run(),
            "holder": run(),
            "ask": ask,
            "approved": BOUND,
            "found": BOUND,
            "timetable": Timetable(at=NOON, open=True),
            "requester": standing("ana", "platform"),
            "requesters": (GroupName("platform"),),
            "votes": (vote("ben"), vote("dana")),
            "voters": (standing("ben", "dba"), standing("dana", "platform")),
            "teams": HOME,
        }
        return ApplyFacts(**(facts | changes))

    return make


def test_an_apply_that_may_be(apply: Callable[..., ApplyFacts]) -> None:
    """Enough votes for exactly this, and nothing against it; a time for votes that is over does not matter."""
    assert decide.before_apply(apply()) == Allow()


def test_an_apply_that_nobody_needs_to_approve(apply: Callable[..., ApplyFacts], ask: Ask) -> None:
    """Where no votes are needed, none are missed."""
    facts = apply(ask=ask.model_copy(update={"votes": 0}), votes=(), voters=())
    assert decide.before_apply(facts) == Allow()


def test_a_way_back_is_not_held_up(apply: Callable[..., ApplyFacts], run: Runs) -> None:
    """No window, freeze or lock stands before it; a stop does, and so does a vote that is missing."""
    back = run(reverts=RunId(41))
    shut = Reason(code=ReasonCode.WINDOW_CLOSED, text="x")
    frozen = Timetable(at=NOON, open=False, reasons=(shut,), freezes=("Black Friday",))
    facts = apply(run=back, holder=back, timetable=frozen, lock=LOCK)
    assert decide.before_apply(facts) == Allow()
    assert codes(decide.before_apply(facts.model_copy(update={"votes": ()}))) == [ReasonCode.VOTES_MISSING]
    stopped = facts.model_copy(update={"run": back.model_copy(update={"stop_by": back.by})})
    assert codes(decide.before_apply(stopped)) == [ReasonCode.STOPPED]


def test_whom_nobody_asked(apply: Callable[..., ApplyFacts], run: Runs) -> None:
    """Of a run that began by itself nobody is looked up; a person's run is nobody's at no price."""
    nobody = Standing(person=INTERLOCK, profile=None)
    back = run(reverts=RunId(41), by=INTERLOCK)
    assert decide.before_apply(apply(run=back, holder=back, requester=nobody)) == Allow()
    assert codes(decide.before_apply(apply(requester=nobody))) == [
        ReasonCode.FOREIGN_WORKSPACE,
        ReasonCode.LOOKUP_FAILED,
        ReasonCode.NOT_IN_GROUP,
    ]


_OTHERS: dict[str, tuple[Any, ...]] = {
    "digest": ("f" * 64, ""),
    "commit": ("f" * 40, ""),
    "estate": ("f" * 64, ""),
    "lineage": ("a-lineage", "f1e2d3c4-0000-1111-2222-333344445555"),
    "serial": (1, -1),
    "change_class": (ChangeClass.SIGNIFICANT, ChangeClass.HIGH_RISK),
    "window": ("office-hours", ""),
}


def void(what: str) -> ReasonCode:
    """By which code a change of the field *what* is told: what a fresh plan mends is told apart."""
    return ReasonCode.STATE_MOVED if what in {"lineage", "serial"} else ReasonCode.INPUT_CHANGED


@pytest.mark.parametrize("what", sorted(Bound.model_fields))
def test_an_input_that_changed(apply: Callable[..., ApplyFacts], what: str) -> None:
    """Any input that is not what was voted on refuses, even where it is gone; no field is forgotten, or without a name."""
    for value in _OTHERS[what]:
        ruling = decide.before_apply(apply(found=BOUND.model_copy(update={what: value})))
        assert isinstance(ruling, Deny)
        assert codes(ruling) == [void(what)]
        if void(what) is ReasonCode.INPUT_CHANGED:
            text = ruling.reasons[0].text
            assert text.casefold().startswith(f"{acting._INPUTS[what]} changed after the votes")
            assert (str(value)[:12] or "nothing is there") in text


@pytest.mark.parametrize(
    ("approved", "found", "expected"),
    [
        pytest.param(("a", 3), ("b", 3), "its lineage is not the one that is there", id="another state"),
        pytest.param(("a", 3), ("a", 4), "made from serial 3, and 4 is there", id="the state moved on"),
        pytest.param(("a", 3), ("", 0), "made from serial 3, and 0 is there", id="the state is gone"),
        pytest.param(("", 0), ("b", 1), "made from serial 0, and 1 is there", id="the first state of all"),
    ],
)  # fmt: skip
def test_a_state_that_moved(
    apply: Callable[..., ApplyFacts], approved: tuple[str, int], found: tuple[str, int], expected: str
) -> None:
    """It is told which."""
    before, now = (
        BOUND.model_copy(update={"lineage": lineage, "serial": serial})
        for lineage, serial in (approved, found)
    )
    facts = apply(approved=before, found=now)
    ruling = decide.before_apply(facts)
    assert isinstance(ruling, Deny)
    assert expected in ruling.reasons[0].text


@pytest.mark.parametrize(
    ("window", "shown"),
    [
        pytest.param("n" * 35, "n" * 35, id="words are told as they are"),
        pytest.param(
            "0123456789abcdef" * 2 + "0123", "0123456789ab", id="what is long says nothing, and is cut"
        ),
    ],
)
def test_what_changed_is_told(apply: Callable[..., ApplyFacts], window: str, shown: str) -> None:
    """What was approved and what is there, each as far as it says something."""
    ruling = decide.before_apply(apply(found=BOUND.model_copy(update={"window": window})))
    assert isinstance(ruling, Deny)
    assert ruling.reasons[0].text.endswith(f" was approved, {shown} is there.")


def test_a_window_that_is_shut(apply: Callable[..., ApplyFacts]) -> None:
    """What the timetable says is told with all the rest."""
    shut = Reason(code=ReasonCode.WINDOW_CLOSED, text="x")
    facts = apply(timetable=Timetable(at=NOON, open=False, reasons=(shut,)), votes=())
    assert codes(decide.before_apply(facts)) == [ReasonCode.WINDOW_CLOSED, ReasonCode.VOTES_MISSING]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changed=st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(values) for name, values in _OTHERS.items()}
    )
)
def test_any_change_voids(apply: Callable[..., ApplyFacts], changed: dict[str, Any]) -> None:
    """However many inputs change, each is told, and nothing is applied."""
    ruling = decide.before_apply(apply(found=BOUND.model_copy(update=changed)))
    assert isinstance(ruling, Deny) == bool(changed)
    assert set(codes(ruling)) == {void(name) for name in changed}
    assert codes(ruling).count(ReasonCode.INPUT_CHANGED) == sum(
        void(name) is ReasonCode.INPUT_CHANGED for name in changed
    )


@pytest.mark.parametrize(
    ("ana", "expected"),
    [
        pytest.param({"groups": frozenset()}, [ReasonCode.NOT_IN_GROUP], id="left the group"),
        pytest.param({"profile": None}, [ReasonCode.LOOKUP_FAILED], id="nobody knows who it is"),
        pytest.param({"groups": frozenset(), "unknown": frozenset({"platform"})}, [ReasonCode.LOOKUP_FAILED], id="nobody knows the group"),
        pytest.param({"gone": True}, [ReasonCode.DEACTIVATED], id="is deactivated"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("emergency", [_INC, None])
def test_a_requester_who_may_no_more(
    apply: Callable[..., ApplyFacts],
    standing: Standings,
    run: Runs,
    ana: dict[str, Any],
    expected: list[ReasonCode],
    emergency: Emergency | None,
) -> None:
    """Whoever asked must still be one who may ask when it happens."""
    who = standing("ana", "platform", deleted=ana.get("gone", False))
    who = who.model_copy(update={name: value for name, value in ana.items() if name != "gone"})
    ruling = decide.before_apply(apply(requester=who, run=run(wish=Wish(emergency=emergency))))
    assert isinstance(ruling, Deny)
    assert codes(ruling) == expected
    assert ruling.reasons[0].text.startswith("U0ANA asked for run 42.")
    asked = "ask for an emergency in" if emergency else "deploy to"
    assert expected != [ReasonCode.NOT_IN_GROUP] or asked in ruling.reasons[0].text


def test_an_environment_that_is_lost(apply: Callable[..., ApplyFacts], run: Runs) -> None:
    """Only the run that holds the environment applies to it."""
    assert codes(decide.before_apply(apply(holder=None))) == [ReasonCode.HELD]
    assert codes(decide.before_apply(apply(holder=run(id=RunId(43))))) == [ReasonCode.HELD]


def test_a_lock_that_came_meanwhile(apply: Callable[..., ApplyFacts], run: Runs) -> None:
    """Somebody else's lock stops even an approved run; one's own does not, nor one that an emergency goes past."""
    assert codes(decide.before_apply(apply(lock=LOCK))) == [ReasonCode.LOCKED]
    assert decide.before_apply(apply(lock=LOCK.model_copy(update={"by": run().by}))) == Allow()
    urgent = run(wish=Wish(emergency=Emergency(ticket="INC-1", reason="fire")))
    assert decide.before_apply(apply(lock=LOCK, run=urgent, holder=urgent)) == Allow()


def test_a_run_that_should_stop(apply: Callable[..., ApplyFacts], run: Runs) -> None:
    """A run that was told to stop, or has ended, applies nothing."""
    assert codes(decide.before_apply(apply(run=run(stop_by=run().by)))) == [ReasonCode.STOPPED]
    assert codes(decide.before_apply(apply(run=run(ended_at=run().began_at)))) == [ReasonCode.NOT_WAITING]


def test_a_rejection(apply: Callable[..., ApplyFacts], vote: Votes) -> None:
    """One no refuses, even from somebody who has left since."""
    votes = (vote("ben"), vote("dana"), vote("zoe", Choice.REJECT))
    one = decide.before_apply(apply(votes=votes))
    two = decide.before_apply(apply(votes=(*votes, vote("yan", Choice.REJECT))))
    assert codes(one) == codes(two) == [ReasonCode.REJECTED]
    assert isinstance(one, Deny)
    assert isinstance(two, Deny)
    assert one.reasons[0].text.startswith("Somebody ")
    assert two.reasons[0].text.startswith("2 people ")


@pytest.mark.parametrize(
    ("dana", "expected"),
    [
        pytest.param({"groups": frozenset()}, ReasonCode.NOT_IN_GROUP, id="left the group"),
        pytest.param({"groups": frozenset(), "unknown": frozenset({"platform"})}, ReasonCode.LOOKUP_FAILED, id="nobody knows the group"),
        pytest.param({"profile": None}, ReasonCode.LOOKUP_FAILED, id="nobody knows the person"),
        pytest.param(None, ReasonCode.LOOKUP_FAILED, id="was not looked up"),
    ],
)  # fmt: skip
def test_a_voter_who_may_no_more(
    apply: Callable[..., ApplyFacts], standing: Standings, dana: dict[str, Any] | None, expected: ReasonCode
) -> None:
    """A vote is worth what its voter may do now, and what was lost is told."""
    ben = standing("ben", "dba")
    voters = (ben,) if dana is None else (ben, standing("dana", "platform").model_copy(update=dana))
    told = codes(decide.before_apply(apply(voters=voters)))
    assert list(dict.fromkeys(told)) == [ReasonCode.VOTES_MISSING, expected]


def test_a_voter_of_whom_nothing_is_known(
    apply: Callable[..., ApplyFacts], standing: Standings, ask: Ask
) -> None:
    """A voter who was not looked up may be in any group that matters, and in none for sure."""
    asked = ask.model_copy(update={"loss": (GroupName("sec"),)})
    ruling = decide.before_apply(apply(ask=asked, voters=(standing("ben", "dba"),)))
    assert isinstance(ruling, Deny)
    lost = [reason.text for reason in ruling.reasons if reason.code is ReasonCode.LOOKUP_FAILED]
    assert any("who is in dba or platform or sec," in text for text in lost)


def test_one_vote_more_than_needed(
    apply: Callable[..., ApplyFacts], standing: Standings, vote: Votes
) -> None:
    """A voter who may no more does not matter where enough others may."""
    facts = apply(
        votes=(vote("ben"), vote("dana"), vote("zoe")),
        voters=(standing("ben", "dba"), standing("dana", "platform"), standing("zoe")),
    )
    assert decide.before_apply(facts) == Allow()


@pytest.mark.parametrize(
    ("ben", "unknown", "expected"),
    [
        pytest.param(("dba",), (), [], id="each stands for one"),
        pytest.param(("platform",), (), [ReasonCode.VOTES_MISSING], id="moved to the other's group"),
        pytest.param(("platform",), ("dba",), [ReasonCode.VOTES_MISSING, ReasonCode.LOOKUP_FAILED], id="nobody knows"),
        pytest.param(("platform", "dba"), ("board",), [], id="an unknown group that nobody needs"),
    ],
)  # fmt: skip
def test_one_of_each_now(
    apply: Callable[..., ApplyFacts],
    standing: Standings,
    ask: Ask,
    ben: tuple[str, ...],
    unknown: tuple[str, ...],
    expected: list[ReasonCode],
) -> None:
    """A vote counts for the groups that its voter is in now, whatever they were in when it was cast."""
    facts = apply(
        ask=ask.model_copy(update={"one_each": True}),
        voters=(standing("ben", *ben, unknown=unknown), standing("dana", "platform")),
    )
    assert codes(decide.before_apply(facts)) == expected


@pytest.mark.parametrize(
    ("via", "sue", "expected"),
    [
        pytest.param("typed", ("sec",), [], id="confirmed"),
        pytest.param("typed", (), [ReasonCode.LOSS_UNCONFIRMED, ReasonCode.NOT_IN_GROUP], id="who confirmed may no more"),
        pytest.param("button", ("sec",), [ReasonCode.LOSS_UNCONFIRMED], id="not by hand"),
    ],
)  # fmt: skip
def test_a_loss_is_confirmed_now(
    apply: Callable[..., ApplyFacts],
    standing: Standings,
    vote: Votes,
    ask: Ask,
    via: str,
    sue: tuple[str, ...],
    expected: list[ReasonCode],
) -> None:
    """The confirmation is looked at again, like every vote."""
    facts = apply(
        ask=ask.model_copy(update={"loss": (GroupName("sec"),)}),
        votes=(vote("ben", via="typed"), vote("dana", via="typed"), vote("sue", via=via)),
        voters=(standing("ben", "dba"), standing("dana", "platform"), standing("sue", *sue)),
    )
    assert codes(decide.before_apply(facts)) == expected


def test_votes_for_an_older_plan_are_not_told(apply: Callable[..., ApplyFacts], vote: Votes) -> None:
    """What was said of another plan is nobody's lost vote."""
    facts = apply(votes=(vote("zoe", digest=PlanDigest("f" * 64)),))
    assert codes(decide.before_apply(facts)) == [ReasonCode.VOTES_MISSING]


def test_own_votes_never_count(apply: Callable[..., ApplyFacts], standing: Standings, vote: Votes) -> None:
    """Votes that should never have been kept do not count at the last look either."""
    facts = apply(
        votes=(vote("ana"), vote("carl")),
        voters=(standing("ana", "dba"), standing("carl", "dba", email="carl@example.com")),
    )
    assert codes(decide.before_apply(facts)) == [
        ReasonCode.VOTES_MISSING,
        ReasonCode.OWN_REQUEST,
        ReasonCode.OWN_COMMIT,
    ]


_WORSE: dict[str, Callable[[dict[str, Any], Runs], object]] = {
    "channel": lambda facts, _: facts.update(channel="C0X"),
    "teams": lambda facts, _: facts.update(teams=frozenset()),
    "requesters": lambda facts, _: facts.update(requesters=("dba",)),
    "environments": lambda facts, _: facts.update(environments=frozenset()),
    "shared": lambda facts, _: facts.update(shared={"C0PROD"}),
    "unknown": lambda facts, _: facts.update(unknown={"C0PROD"}),
    "emergency": lambda facts, _: facts.update(emergency=None),
    "queue": lambda facts, run: facts.update(queue=(run(queued=True),) * 20),
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.sets(st.sampled_from(sorted(_WORSE))), second=st.sets(st.sampled_from(sorted(_WORSE))))
def test_adding_a_reason_never_loosens(
    standing: Standings, run: Runs, first: set[str], second: set[str]
) -> None:
    """What is refused for some reasons is refused for more of them."""
    rulings = []
    for worse in (first, first | second):
        facts: dict[str, Any] = {"emergency": _EMERGENCY}
        for name in worse:
            _WORSE[name](facts, run)
        asked = Deploy(environment=PROD, wish=Wish(emergency=_INC))
        rulings.append(decide.at_the_door(asked, door(standing("ben", "platform"), **facts)))
    assert isinstance(rulings[0], Deny) == bool(first)
    assert isinstance(rulings[1], Deny) or not isinstance(rulings[0], Deny)
    if first and "environments" not in second:
        assert set(codes(rulings[0])) <= set(codes(rulings[1]))


def test_windows_are_asked_at_the_door(standing: Standings) -> None:
    """Closed for every class is refused with everything else that is wrong; a dry run changes nothing."""
    now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    shut = windows.timetable(
        windows.WindowFacts(
            environment=PROD, rule=RuleName.STANDARD, at=now, windows="always", unknown=("x.",)
        )
    )
    facts = door(standing("ana"), now=now, timetables={RuleName.STANDARD: shut})
    both = [ReasonCode.NOT_IN_GROUP, ReasonCode.LOOKUP_FAILED]
    assert codes(decide.at_the_door(Deploy(environment=PROD), facts)) == both
    assert codes(decide.at_the_door(Deploy(environment=PROD, dry_run=True), facts)) == both[:1]
