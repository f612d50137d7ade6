from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.person import Person
from bot.domain.ruling import Ask, ReasonCode
from bot.domain.run import Run, StepName
from bot.domain.value import GroupName, PlanDigest, RunId, TeamId, UserId
from bot.domain.vote import Choice, Vote
from bot.policy import approvals
from bot.policy.facts import Standing, VoteFacts

HOME = frozenset({TeamId("T0HOME")})
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


def test_an_ended_run(standing: Callable[..., Standing], run: Callable[..., Run], ask: Ask) -> None:
    """A run that has ended has no use for votes."""
    this = run(ended_at=run().began_at)
    facts = VoteFacts(now=this.began_at, who=standing("ben", "dba"), choice=Choice.APPROVE, teams=HOME, run=this, ask=ask, card=THIS)  # fmt: skip
    assert [one.code for one in approvals.counts(facts)] == [ReasonCode.NOT_WAITING]


def test_a_person_counts_once(vote: Callable[..., Vote], ask: Ask) -> None:
    """Emoji and button of one person are one vote; two people are two."""
    told = approvals.tally([vote("ben"), vote("ben", via="+1"), vote("dana")], ask, THIS)
    assert [person.user for person in told.approved] == ["U0BEN", "U0DANA"]
    assert told.reached
    assert not approvals.tally([vote("ben"), vote("ben", via="+1")], ask, THIS).reached


def test_a_rejection_outweighs(vote: Callable[..., Vote], ask: Ask) -> None:
    """Who rejected counts as rejecting, whatever else they said, and one no is enough."""
    votes = [vote("ben"), vote("dana"), vote("carl"), vote("ben", Choice.REJECT)]
    told = approvals.tally(votes, ask, THIS)
    assert (told.refused, told.reached) == (True, False)
    assert [person.user for person in told.rejected] == ["U0BEN"]
    assert "U0BEN" not in [person.user for person in told.approved]
    assert approvals.tally(votes[:-1], ask, THIS).reached


def test_no_votes_are_needed(ask: Ask) -> None:
    """Where nothing is needed, nothing is enough."""
    assert approvals.tally([], ask.model_copy(update={"votes": 0}), THIS).reached


_VOTES = st.lists(
    st.builds(
        Vote,
        run=st.just(RunId(42)),
        digest=st.sampled_from([THIS, OTHER]),
        voter=st.builds(Person, team=st.just(TeamId("T0HOME")), user=st.sampled_from([UserId("U1"), UserId("U2"), UserId("U3")])),
        choice=st.sampled_from(Choice),
        via=st.sampled_from(["button", "+1"]),
        at=st.datetimes(timezones=st.just(UTC)),
    ),
    max_size=8,
)  # fmt: skip
_ASK = Ask(votes=2, of=(GroupName("platform"),), reasons=())


@given(votes=_VOTES, data=st.data())
def test_order_means_nothing(votes: list[Vote], data: st.DataObject) -> None:
    """The same votes in another order come to the same."""
    shuffled = data.draw(st.permutations(votes))
    assert approvals.tally(votes, _ASK, THIS) == approvals.tally(shuffled, _ASK, THIS)


@given(votes=_VOTES)
def test_votes_for_another_plan_are_none(votes: list[Vote]) -> None:
    """A vote for another digest changes nothing, whatever it says."""
    mine = [vote for vote in votes if vote.digest == THIS]
    assert approvals.tally(votes, _ASK, THIS) == approvals.tally(mine, _ASK, THIS)


@given(votes=_VOTES)
def test_the_oracle(votes: list[Vote]) -> None:
    """Sets say the same as the tally."""
    mine = {(vote.voter.user, vote.choice) for vote in votes if vote.digest == THIS}
    no = {user for user, choice in mine if choice is Choice.REJECT}
    yes = {user for user, choice in mine if choice is Choice.APPROVE} - no
    told = approvals.tally(votes, _ASK, THIS)
    assert {person.user for person in told.approved} == yes
    assert told.reached == (not no and len(yes) >= 2)
