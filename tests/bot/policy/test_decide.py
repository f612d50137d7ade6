from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.estate import RuleName
from bot.domain.lock import Lock
from bot.domain.person import Person
from bot.domain.plan import ChangeClass
from bot.domain.request import Cancel, Deploy, Emergency, Help, Request, Status, Wish
from bot.domain.ruling import Allow, Ask, Deny, ReasonCode
from bot.domain.run import Run
from bot.domain.value import ChannelId, Commit, EnvironmentName, GroupName, PlanDigest, RunId, TeamId, UserId
from bot.domain.vote import Choice, Vote
from bot.policy import decide, windows
from bot.policy.facts import ApplyFacts, Bound, PlanFacts, RequestFacts, Standing, TurnFacts, VoteFacts

HOME = frozenset({TeamId("T0HOME")})
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


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        pytest.param(2, Ask(votes=2, of=(GroupName("dba"),), reasons=()), id="two"),
        pytest.param(0, Ask(votes=0, of=(GroupName("dba"),), reasons=()), id="none"),
    ],
)
def test_what_a_plan_needs(votes: int, expected: Ask) -> None:
    """The rule of the class becomes the question, with the reasons for the class."""
    facts = PlanFacts(environment=PROD, change_class=ChangeClass.HIGH_RISK, votes=votes, of=(GroupName("dba"),), why=("x would go",))  # fmt: skip
    ruling = decide.on_plan(facts)
    assert isinstance(ruling, Ask)
    assert ruling.model_copy(update={"reasons": ()}) == expected
    assert [reason.text for reason in ruling.reasons] == ["x would go"] * (votes > 0)


def test_a_class_without_a_rule() -> None:
    """Where the estate says nothing, the answer is no."""
    facts = PlanFacts(environment=PROD, change_class=ChangeClass.HIGH_RISK, votes=None)
    assert codes(decide.on_plan(facts)) == [ReasonCode.NO_RULE]


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


@pytest.mark.parametrize("what", ["digest", "commit", "estate"])
def test_an_input_that_changed(apply: Callable[..., ApplyFacts], what: str) -> None:
    """Any input that is not what was voted on refuses, even where it is gone."""
    for value in ("f" * 64, ""):
        ruling = decide.before_apply(apply(found=BOUND.model_copy(update={what: value})))
        assert codes(ruling) == [ReasonCode.INPUT_CHANGED]


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
    assert codes(decide.before_apply(apply(votes=votes))) == [ReasonCode.REJECTED]
    assert codes(decide.before_apply(apply(votes=(*votes, vote("yan", Choice.REJECT))))) == [
        ReasonCode.REJECTED
    ]


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


def test_one_vote_more_than_needed(
    apply: Callable[..., ApplyFacts], standing: Standings, vote: Votes
) -> None:
    """A voter who may no more does not matter where enough others may."""
    facts = apply(
        votes=(vote("ben"), vote("dana"), vote("zoe")),
        voters=(standing("ben", "dba"), standing("dana", "platform"), standing("zoe")),
    )
    assert decide.before_apply(facts) == Allow()


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
    "lock": lambda facts, _: facts.update(lock=LOCK),
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
        facts: dict[str, Any] = {}
        for name in worse:
            _WORSE[name](facts, run)
        rulings.append(
            decide.at_the_door(Deploy(environment=PROD), door(standing("ben", "platform"), **facts))
        )
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
