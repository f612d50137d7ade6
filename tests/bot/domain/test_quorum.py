from datetime import UTC, datetime, timedelta
from itertools import combinations, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.person import Person
from bot.domain.quorum import tally, unmatched
from bot.domain.ruling import Ask
from bot.domain.value import GroupName, PlanDigest, RunId, TeamId, UserId
from bot.domain.vote import BY_HAND, Choice, Vote

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
THIS, OTHER = PlanDigest("d" * 64), PlanDigest("e" * 64)
A, B, C, D = map(GroupName, "abcd")


def person(name: str) -> Person:
    return Person(team=TeamId("T0HOME"), user=UserId(f"U0{name.upper()}"))


def vote(name: str, *groups: GroupName, **changes: Any) -> Vote:
    """Make an approval by button, of somebody who is in *groups*."""
    facts: dict[str, Any] = {
        "run": RunId(42),
        "digest": THIS,
        "voter": person(name),
        "choice": Choice.APPROVE,
        "via": "button",
        "groups": frozenset(groups),
        "at": NOON,
    }
    return Vote(**(facts | changes))


def ask(votes: int, *of: GroupName, **changes: Any) -> Ask:
    return Ask(votes=votes, of=of, reasons=(), **changes)


def test_a_person_counts_once() -> None:
    """Emoji and button of one person are one vote; two people are two, in the order of their first."""
    told = tally(
        [vote("dana", A, at=NOON + timedelta(1)), vote("ben", A), vote("ben", A, via="+1")], ask(2, A), THIS
    )
    assert told.approved == (person("ben"), person("dana"))
    assert told.reached
    assert not tally([vote("ben", A), vote("ben", A, via="+1")], ask(2, A), THIS).reached


def test_a_rejection_outweighs() -> None:
    """Who rejected counts as rejecting, whatever else they said, and one no is enough."""
    votes = [vote("ben", A), vote("dana", A), vote("carl", A), vote("ben", A, choice=Choice.REJECT)]
    told = tally(votes, ask(2, A), THIS)
    assert (told.refused, told.reached, told.lacking) == (True, False, 0)
    assert told.rejected == (person("ben"),)
    assert person("ben") not in told.approved
    assert tally(votes[:-1], ask(2, A), THIS).reached


def test_no_votes_are_needed() -> None:
    """Where nothing is needed, nothing is enough."""
    assert tally([], ask(0, A), THIS).reached


def test_a_vote_of_other_groups_is_none() -> None:
    """What a voter was not in does not count for it."""
    assert tally([vote("ben", B)], ask(1, A), THIS).approved == ()
    assert tally([vote("ben")], ask(1, A), THIS).lacking == 1


@pytest.mark.parametrize(
    ("people", "of", "votes", "missing", "lacking"),
    [
        pytest.param({"ben": (A,), "dana": (B,)}, (A, B), 2, (), 0, id="one of each"),
        pytest.param({"ben": (A,), "cleo": (A,)}, (A, B), 2, ((B,),), 1, id="two of one, none of the other"),
        pytest.param({"ben": (A, B)}, (A, B), 2, ((B, A),), 1, id="one person of both stands for one only"),
        pytest.param({"ben": (A, B), "cleo": (A,)}, (A, B), 2, (), 0, id="the one of both moves over"),
        pytest.param({"ben": (A, B), "cleo": (A,), "eve": (C,)}, (A, B, C), 3, (), 0, id="three groups"),
        pytest.param({"ben": (A, B), "cleo": (A, B), "eve": (A, B)}, (A, B, C), 3, ((C,),), 1, id="three people for two groups"),
        pytest.param({"ben": (A,), "dana": (B,)}, (A, B), 3, (), 1, id="the rest may be anybody"),
        pytest.param({}, (A, B), 2, ((A,), (B,)), 2, id="nobody"),
    ],
)  # fmt: skip
def test_one_of_each(
    people: dict[str, tuple[GroupName, ...]],
    of: tuple[GroupName, ...],
    votes: int,
    missing: tuple[tuple[GroupName, ...], ...],
    lacking: int,
) -> None:
    """Each group has a person of its own, and who is still waited for is named."""
    told = tally(
        [vote(name, *groups) for name, groups in people.items()], ask(votes, *of, one_each=True), THIS
    )
    assert told.missing == missing
    assert told.lacking == lacking
    assert told.reached == (lacking == 0)


def test_names_written_by_hand() -> None:
    """Where they are wanted, no other way approves; a no counts in any way."""
    asked = ask(1, A, typed=True)
    assert not tally([vote("ben", A), vote("ben", A, via="+1")], asked, THIS).reached
    assert tally([vote("ben", A), vote("ben", A, via=BY_HAND)], asked, THIS).reached
    votes = [vote("ben", A, via=BY_HAND), vote("cleo", A, choice=Choice.REJECT)]
    assert tally(votes, asked, THIS).refused


@pytest.mark.parametrize(
    ("votes", "approved", "unconfirmed", "reached"),
    [
        pytest.param([], 0, (C,), False, id="nothing yet"),
        pytest.param([vote("ben", A, via=BY_HAND)], 1, (C,), False, id="the vote without the confirmation"),
        pytest.param([vote("sue", C, via=BY_HAND)], 0, (), False, id="the confirmation without the vote"),
        pytest.param([vote("sue", A, C, via=BY_HAND)], 1, (), True, id="one person as both"),
        pytest.param([vote("ben", A, via=BY_HAND), vote("sue", C, via=BY_HAND)], 1, (), True, id="two people"),
        pytest.param([vote("ben", A, via=BY_HAND), vote("sue", C)], 1, (C,), False, id="a confirmation by button"),
        pytest.param([vote("ben", A), vote("sue", C, via=BY_HAND)], 0, (), False, id="a vote by button"),
    ],
)  # fmt: skip
def test_a_loss_is_confirmed(
    votes: list[Vote], approved: int, unconfirmed: tuple[GroupName, ...], *, reached: bool
) -> None:
    """Besides the votes somebody of the groups for it has to write the name."""
    told = tally(votes, ask(1, A, loss=(C,)), THIS)
    assert (len(told.approved), told.unconfirmed, told.reached) == (approved, unconfirmed, reached)


def test_a_loss_needs_its_confirmation_where_no_votes_are_needed() -> None:
    """Nobody's vote is wanted, and yet somebody has to confirm."""
    assert not tally([], ask(0, loss=(C,)), THIS).reached
    assert tally([vote("sue", C, via=BY_HAND)], ask(0, loss=(C,)), THIS).reached


_GROUPS = st.frozensets(st.sampled_from([A, B, C, D]))
_VOTES = st.lists(
    st.builds(
        Vote,
        run=st.just(RunId(42)),
        digest=st.sampled_from([THIS, THIS, OTHER]),
        voter=st.sampled_from([person(name) for name in "vwxyz"]),
        choice=st.sampled_from([*Choice, Choice.APPROVE, Choice.APPROVE]),
        via=st.sampled_from(["button", "+1", BY_HAND]),
        groups=_GROUPS,
        at=st.datetimes(timezones=st.just(UTC)),
    ),
    max_size=8,
)
_ASKS = st.builds(
    Ask,
    votes=st.integers(0, 4),
    of=_GROUPS.map(lambda names: tuple(sorted(names))),
    reasons=st.just(()),
    one_each=st.booleans(),
    typed=st.booleans(),
    loss=st.frozensets(st.sampled_from([C, D]), max_size=2).map(lambda names: tuple(sorted(names))),
)


@given(votes=_VOTES, asked=_ASKS, data=st.data())
def test_order_means_nothing(votes: list[Vote], asked: Ask, data: st.DataObject) -> None:
    """The same votes in another order come to the same."""
    shuffled = data.draw(st.permutations(votes))
    first, second = tally(votes, asked, THIS), tally(shuffled, asked, THIS)
    assert (first.reached, first.lacking, set(first.approved)) == (
        second.reached,
        second.lacking,
        set(second.approved),
    )


@given(votes=_VOTES, asked=_ASKS)
def test_votes_for_another_plan_are_none(votes: list[Vote], asked: Ask) -> None:
    """A vote for another digest changes nothing, whatever it says."""
    mine = [one for one in votes if one.digest == THIS]
    assert tally(votes, asked, THIS) == tally(mine, asked, THIS)


@given(votes=_VOTES, asked=_ASKS)
def test_the_oracle(votes: list[Vote], asked: Ask) -> None:
    """Sets, and trying everybody in every place, say the same as the tally."""
    mine = [one for one in votes if one.digest == THIS]
    no = {one.voter for one in mine if one.choice is Choice.REJECT}
    yes = {one.voter for one in mine if one.choice is Choice.APPROVE} - no
    hand = asked.typed or asked.loss
    groups = {
        who: frozenset[GroupName]().union(
            *(
                one.groups
                for one in mine
                if one.voter == who and one.choice is Choice.APPROVE and (one.via == BY_HAND or not hand)
            )
        )
        for who in yes
    }
    voters = [who for who in yes if groups[who] & set(asked.of)]
    each = not asked.one_each or any(
        all(group in groups[who] for group, who in zip(asked.of, row, strict=True))
        for row in permutations(voters, len(asked.of))
    )
    confirmed = not asked.loss or any(groups[who] & set(asked.loss) for who in yes)
    told = tally(votes, asked, THIS)
    assert set(told.approved) == set(voters)
    assert told.reached == (not no and len(voters) >= asked.votes and each and confirmed)


@given(people=st.dictionaries(st.sampled_from([person(name) for name in "vwxyz"]), _GROUPS))
def test_the_groups_named_as_missing_would_do(people: dict[Person, frozenset[GroupName]]) -> None:
    """As many groups as have to stay empty are told, and one more person of any group named fills one of them."""
    wanted = (A, B, C, D)
    empty = unmatched(wanted, people)
    full = max(
        size
        for size in range(5)
        for some in combinations(wanted, size)
        if any(
            all(group in people[who] for group, who in zip(some, row, strict=True))
            for row in permutations(people, size)
        )
    )
    assert len(empty) == len(wanted) - full
    for names in empty:
        for name in names:
            more = {**people, person("new"): frozenset({name})}
            assert len(unmatched(wanted, more)) == len(empty) - 1


@given(votes=_VOTES, asked=_ASKS, more=_VOTES)
def test_asking_for_more_never_loosens(votes: list[Vote], asked: Ask, more: list[Vote]) -> None:
    """Whatever is not enough is not enough where more is asked for; a further no never helps."""
    if tally(votes, asked, THIS).reached:
        return
    stricter = (
        asked.model_copy(update={"votes": asked.votes + 1}),
        asked.model_copy(update={"one_each": True}),
        asked.model_copy(update={"typed": True}),
    )
    assert not any(tally(votes, harder, THIS).reached for harder in stricter)
    refusals = [one.model_copy(update={"choice": Choice.REJECT}) for one in more]
    assert not tally([*votes, *refusals], asked, THIS).reached
