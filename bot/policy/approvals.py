"""Whose votes count, and whether there are enough of them."""

from collections.abc import Iterable

from bot.domain.person import Person
from bot.domain.ruling import Ask, Reason, ReasonCode
from bot.domain.run import Run, StepName
from bot.domain.value import PlanDigest, TeamId, Value
from bot.domain.vote import Choice, Vote
from bot.policy import permissions
from bot.policy.facts import Standing, VoteFacts


class Tally(Value):
    """What votes on one plan come to; people, each once."""

    #: In the order of their first approval.
    approved: tuple[Person, ...]
    #: Whoever rejected is only here, whatever else they said, until they take the rejection away.
    rejected: tuple[Person, ...]
    needed: int

    @property
    def refused(self) -> bool:
        """Whether somebody said no; one is enough."""
        return bool(self.rejected)

    @property
    def reached(self) -> bool:
        """Whether enough people said yes and nobody no."""
        return not self.refused and len(self.approved) >= self.needed


def tally(votes: Iterable[Vote], ask: Ask, digest: PlanDigest) -> Tally:
    """Count *votes* that are for exactly the plan *digest*, in whatever order they come."""
    valid = sorted(
        (vote for vote in votes if vote.digest == digest),
        key=lambda vote: (vote.at, vote.voter.team, vote.voter.user),
    )
    rejected = dict.fromkeys(vote.voter for vote in valid if vote.choice is Choice.REJECT)
    approved = dict.fromkeys(vote.voter for vote in valid if vote.choice is Choice.APPROVE)
    return Tally(
        approved=tuple(person for person in approved if person not in rejected),
        rejected=tuple(rejected),
        needed=ask.votes,
    )


def voter(
    who: Standing, ask: Ask, run: Run, teams: frozenset[TeamId], *, exclude_committers: bool
) -> tuple[Reason, ...]:
    """Why *who* may not approve the plan of *run*; empty where they may."""
    return (
        *rejecter(who, ask, teams),
        *_own_request(who, run),
        *(_own_commit(who, run) if exclude_committers else ()),
    )


def rejecter(who: Standing, ask: Ask, teams: frozenset[TeamId]) -> tuple[Reason, ...]:
    """Why the word of *who* has no weight here; one's own change may always be rejected."""
    return (*permissions.membership(who, teams), *permissions.group(who, ask.of, "vote on this plan"))


def counts(facts: VoteFacts) -> tuple[Reason, ...]:
    """Why the vote does not count; empty where it does."""
    who, ask, run = facts.who, facts.ask, facts.run
    if facts.choice is Choice.APPROVE:
        person = voter(who, ask, run, facts.teams, exclude_committers=facts.exclude_committers)
    else:
        person = rejecter(who, ask, facts.teams)
    return (*_moment(facts), *person)


def _moment(facts: VoteFacts) -> tuple[Reason, ...]:
    run = facts.run
    if facts.card != run.digest:
        text = f"This card no longer shows the plan of run {run.id}."
        return (Reason(code=ReasonCode.SUPERSEDED, text=text),)
    if not run.open or run.stage is not StepName.APPROVE or run.stop_by is not None:
        text = f"Run {run.id} is not waiting for votes any more."
        return (Reason(code=ReasonCode.NOT_WAITING, text=text),)
    if run.expires_at is not None and facts.now >= run.expires_at:
        text = f"The time for votes on run {run.id} is over."
        return (Reason(code=ReasonCode.EXPIRED, text=text),)
    return ()


def _own_request(who: Standing, run: Run) -> tuple[Reason, ...]:
    if who.person != run.by:
        return ()
    text = f"Run {run.id} was asked for from this account, so somebody else must approve it."
    return (Reason(code=ReasonCode.OWN_REQUEST, text=text),)


def _own_commit(who: Standing, run: Run) -> tuple[Reason, ...]:
    """Look at the address, which is a hint and no proof, but it can only take a vote away; no address, no hint."""
    if who.profile is None or who.profile.email is None or who.profile.email.lower() not in run.committers:
        return ()
    text = f"Run {run.id} deploys a commit of this account's own, so somebody else must approve it."
    return (Reason(code=ReasonCode.OWN_COMMIT, text=text),)
