"""What votes on one plan come to: how many, of which groups, and who is still waited for."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.domain.person import Person
from bot.domain.ruling import Ask
from bot.domain.value import GroupName, PlanDigest, Value
from bot.domain.vote import BY_HAND, Choice, Vote


class Tally(Value):
    """What votes on one plan come to; people, each once."""

    #: Whose approval is a vote, in the order of their first one.
    approved: tuple[Person, ...]
    #: Whoever rejected is only here, whatever else they said, until they take the rejection away.
    rejected: tuple[Person, ...]
    needed: int
    #: For each group that nobody stands for yet: the groups of which one more person would do.
    missing: tuple[tuple[GroupName, ...], ...] = ()
    #: Who confirmed by hand that data will be lost, and may.
    confirmed: tuple[Person, ...] = ()
    #: Of one of these groups somebody must still confirm by hand that data will be lost.
    unconfirmed: tuple[GroupName, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether somebody said no; one is enough."""
        return bool(self.rejected)

    @property
    def lacking(self) -> int:
        """Votes that are still needed at least."""
        return max(0, self.needed - len(self.approved), len(self.missing))

    @property
    def reached(self) -> bool:
        """Whether enough people said yes, all who had to were among them, and nobody said no."""
        return not self.refused and not self.lacking and not self.unconfirmed


def tally(votes: Iterable[Vote], ask: Ask, digest: PlanDigest) -> Tally:
    """Count *votes* that are for exactly the plan *digest*, in whatever order they come.

    A vote counts for the groups it carries; where names are written by hand, no other vote counts.
    """
    valid = sorted(
        (vote for vote in votes if vote.digest == digest),
        key=lambda vote: (vote.at, vote.voter.team, vote.voter.user, vote.via),
    )
    rejected = dict.fromkeys(vote.voter for vote in valid if vote.choice is Choice.REJECT)
    groups: dict[Person, frozenset[GroupName]] = {}
    for vote in valid:
        if (
            vote.choice is Choice.APPROVE
            and vote.voter not in rejected
            and (vote.via == BY_HAND or not ask.by_hand)
        ):
            groups[vote.voter] = groups.get(vote.voter, frozenset()) | vote.groups
    voters = {person: of for person, of in groups.items() if of & set(ask.of)}
    confirmed = tuple(person for person, of in groups.items() if of & set(ask.loss))
    return Tally(
        approved=tuple(voters),
        rejected=tuple(rejected),
        needed=ask.votes,
        missing=unmatched(ask.of, voters) if ask.one_each else (),
        confirmed=confirmed,
        unconfirmed=() if confirmed else ask.loss,
    )


def unmatched(
    wanted: Sequence[GroupName], people: Mapping[Person, Collection[GroupName]]
) -> tuple[tuple[GroupName, ...], ...]:
    """Let each of *people* stand for one group at most; give the groups that stay empty however one does it.

    Each with all groups of which one more person would fill it, by somebody moving over.
    """
    stands: dict[Person, GroupName] = {}

    def fill(group: GroupName, tried: dict[GroupName, None]) -> bool:
        tried[group] = None
        for person in (person for person, of in people.items() if group in of):
            held = stands.get(person)
            if held is None or (held not in tried and fill(held, tried)):
                stands[person] = group
                return True
        return False

    empty: list[tuple[GroupName, ...]] = []
    for group in wanted:
        tried: dict[GroupName, None] = {}
        if not fill(group, tried):
            empty.append(tuple(tried))
    return tuple(empty)
