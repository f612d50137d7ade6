"""Gathers, right before an apply, everything that the law looks at, all of it afresh."""

from bot import standing
from bot.domain.permission import Capability
from bot.domain.run import Run
from bot.journal import Binding
from bot.policy.facts import ApplyFacts, Bound
from runners.kit import Kit


async def before_apply(kit: Kit, run: Run, bound: Binding) -> ApplyFacts:
    """Look at rows, at the plan that is at hand, at the estate, and at everybody who voted."""
    environment, directory = kit.environment(run), kit.directory.fresh()
    votes = tuple(await kit.journal.votes(run.id))
    planned = await kit.planned(run)
    people = dict.fromkeys(vote.voter for vote in votes)
    # One after the other: a group is looked up once for all of them, and Slack allows few look-ups a minute.
    asked = dict.fromkeys((*bound.ask.of, *bound.ask.loss))
    voters = [await standing.of(person, asked, directory) for person in people]
    capability = Capability.OVERRIDE if run.wish.emergency is not None else Capability.REQUEST
    requesters = kit.estate.may(capability, run.environment)
    return ApplyFacts(
        run=run,
        holder=await kit.journal.holder(run.environment),
        ask=bound.ask,
        approved=Bound(digest=bound.plan.digest, commit=bound.commit, estate=bound.estate),
        found=Bound(digest=planned.plan.digest, commit=run.commit or bound.commit, estate=kit.estate.digest),
        votes=votes,
        voters=tuple(voters),
        requester=await standing.of(run.by, requesters, directory),
        requesters=requesters,
        teams=frozenset(kit.estate.slack.teams),
        exclude_committers=environment.approvals.exclude_committers,
    )
