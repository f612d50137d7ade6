"""Gathers, right before an apply, everything that the law looks at, all of it afresh."""

from bot import standing
from bot.domain.permission import Capability
from bot.domain.run import Run
from bot.journal import Binding
from bot.policy.facts import ApplyFacts, Bound, TurnFacts
from runners.kit import Kit


async def before_apply(kit: Kit, run: Run, bound: Binding) -> ApplyFacts:
    """Look at rows, at the plan that is at hand, at the estate, and at everybody who voted."""
    directory = kit.directory.fresh()
    votes = tuple(await kit.journal.votes(run.id))
    planned = await kit.planned(run)
    people = dict.fromkeys(vote.voter for vote in votes)
    # One after the other: a group is looked up once for all of them, and Slack allows few look-ups a minute.
    voters = [await standing.of(person, bound.ask.of, directory) for person in people]
    return ApplyFacts(
        run=run,
        holder=await kit.journal.holder(run.environment),
        lock=await kit.journal.lock(run.environment, kit.clock.now()),
        ask=bound.ask,
        approved=Bound(digest=bound.plan.digest, commit=bound.commit, estate=bound.estate),
        found=Bound(digest=planned.plan.digest, commit=run.commit or bound.commit, estate=kit.estate.digest),
        votes=votes,
        voters=tuple(voters),
        teams=frozenset(kit.estate.slack.teams),
        exclude_committers=kit.environment(run).approvals.exclude_committers,
    )


async def at_its_turn(kit: Kit, run: Run) -> TurnFacts:
    """Look at whoever asked for *run*, which may have waited for hours since the door was asked."""
    kit.environment(run)
    requesters = kit.estate.may(Capability.REQUEST, run.environment)
    return TurnFacts(
        who=await standing.of(run.by, requesters, kit.directory.fresh()),
        environment=run.environment,
        teams=frozenset(kit.estate.slack.teams),
        requesters=requesters,
    )
