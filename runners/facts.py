"""Gathers, right before an apply, everything that the law looks at, all of it afresh."""

from bot import standing
from bot.domain.run import Run
from bot.journal import Binding
from bot.policy.facts import ApplyFacts, Bound
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
        ask=bound.ask,
        approved=Bound(digest=bound.plan.digest, commit=bound.commit, estate=bound.estate),
        found=Bound(digest=planned.plan.digest, commit=run.commit or bound.commit, estate=kit.estate.digest),
        votes=votes,
        voters=tuple(voters),
        teams=frozenset(kit.estate.slack.teams),
        exclude_committers=kit.environment(run).approvals.exclude_committers,
    )
