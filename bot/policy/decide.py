"""The law: asked at the door, for each plan, at each vote, and right before an apply.

Deny goes before Ask, and Ask before Allow; every reason is given at once.
"""

from collections.abc import Iterable
from typing import assert_never

from bot.domain.nearest import hint
from bot.domain.request import Cancel, Deploy, Help, Lock, Request, Status, Unlock
from bot.domain.ruling import Allow, Ask, Deny, Reason, ReasonCode
from bot.domain.run import Run
from bot.domain.value import EnvironmentName
from bot.policy import approvals, locks, permissions, queue, windows, words
from bot.policy.facts import ApplyFacts, Bound, PlanFacts, RequestFacts, Standing, TurnFacts, VoteFacts


def at_the_door(request: Request, facts: RequestFacts) -> Allow | Deny:
    """Say whether this may be begun."""
    reasons = [*permissions.membership(facts.who, facts.teams)]
    match request:
        case Deploy():
            reasons += permissions.channel(facts.channel, facts.channels)
            reasons += _deploy(request, facts)
        case Cancel():
            # To stop something, no place is wrong.
            reasons += _cancel(facts)
        case Lock() | Unlock():
            reasons += permissions.channel(facts.channel, facts.channels)
            reasons += _lock(request, facts)
        case Status(environment=str(name)):
            reasons += _environment(name, facts)
        case Status() | Help():
            pass
        case _:
            assert_never(request)
    return _rule(reasons)


def at_its_turn(facts: TurnFacts) -> Allow | Deny:
    """Say whether a run that waited in a queue may still begin; its lock was looked at when it was let in."""
    what = f"deploy to {facts.environment}"
    return _rule(
        (
            *permissions.membership(facts.who, facts.teams),
            *permissions.group(facts.who, facts.requesters, what),
        )
    )


def on_plan(facts: PlanFacts) -> Ask | Deny:
    """Say what this plan needs; an Ask for no votes means that nobody needs to be asked."""
    if facts.votes is None:
        text = f"The estate has no rule for {facts.change_class} changes in {facts.environment}."
        return Deny(reasons=(Reason(code=ReasonCode.NO_RULE, text=text),))
    reasons = (
        tuple(Reason(code=ReasonCode.VOTES_NEEDED, text=text) for text in facts.why) if facts.votes else ()
    )
    return Ask(votes=facts.votes, of=facts.of, reasons=reasons)


def on_vote(facts: VoteFacts) -> Allow | Deny:
    """Say whether this vote counts."""
    return _rule(approvals.counts(facts))


def before_apply(facts: ApplyFacts) -> Allow | Deny:
    """Say whether exactly this may be applied now. Whatever was true at the vote is looked at again.

    The time for votes is not: it bounds the wait, and the wait is over.
    """
    return _rule((*_still_ours(facts), *_unchanged(facts), *facts.timetable.reasons, *_still_approved(facts)))


def _rule(reasons: Iterable[Reason]) -> Allow | Deny:
    found = tuple(dict.fromkeys(reasons))
    return Deny(reasons=found) if found else Allow()


def _environment(name: EnvironmentName, facts: RequestFacts) -> tuple[Reason, ...]:
    if name in facts.environments:
        return ()
    # Slack would take backticks for markup, and no reason may hold any.
    near = hint(name, facts.environments).replace("`", "")
    text = f"There is no environment “{words.plain(name)}”; {near}"
    return (Reason(code=ReasonCode.UNKNOWN_ENVIRONMENT, text=text),)


def _deploy(request: Deploy, facts: RequestFacts) -> list[Reason]:
    reasons = [*_environment(request.environment, facts)]
    if not reasons:
        reasons += permissions.group(facts.who, facts.requesters, f"deploy to {request.environment}")
    if request.ref is not None and (fault := words.ref_fault(request.ref)):
        reasons.append(fault)
    if not request.dry_run:
        reasons += windows.shut(request.wish, facts.timetables, facts.now, request.environment)
    return [*reasons, *queue.join(request, facts)]


def _held(holder: Run) -> Reason:
    text = f"{holder.environment} is held by run {holder.id}."
    return Reason(code=ReasonCode.HELD, text=text)


def _lock(request: Lock | Unlock, facts: RequestFacts) -> tuple[Reason, ...]:
    if unknown := _environment(request.environment, facts):
        return unknown
    return locks.take(request, facts) if isinstance(request, Lock) else locks.release(request, facts)


def _cancel(facts: RequestFacts) -> tuple[Reason, ...]:
    run = facts.run
    if run is None:
        return (Reason(code=ReasonCode.NOT_WAITING, text="There is no such run to cancel."),)
    if not run.open:
        return (Reason(code=ReasonCode.NOT_WAITING, text=f"Run {run.id} has ended already."),)
    if facts.who.person == run.by:
        return ()
    return permissions.group(facts.who, facts.requesters, f"cancel runs in {run.environment}")


def _still_ours(facts: ApplyFacts) -> list[Reason]:
    run, holder = facts.run, facts.holder
    reasons = []
    if run.stop_by is not None:
        reasons.append(Reason(code=ReasonCode.STOPPED, text=f"Somebody asked run {run.id} to stop."))
    if not run.open:
        reasons.append(Reason(code=ReasonCode.NOT_WAITING, text=f"Run {run.id} has ended already."))
    if holder is None:
        text = f"Run {run.id} does not hold {run.environment} any more."
        reasons.append(Reason(code=ReasonCode.HELD, text=text))
    elif holder.id != run.id:
        reasons.append(_held(holder))
    return [*reasons, *locks.before_apply(facts.lock, run)]


def _unchanged(facts: ApplyFacts) -> list[Reason]:
    approved, found = facts.approved, facts.found
    inputs = (
        ("the plan", approved.digest, found.digest),
        ("the commit", approved.commit, found.commit),
        ("the estate file", approved.estate, found.estate),
        ("the class", approved.change_class, found.change_class),
        ("the window", approved.window, found.window),
    )
    return [
        Reason(
            code=ReasonCode.INPUT_CHANGED,
            text=f"{what.capitalize()} changed after the votes: {before[:12]} was approved, {now[:12] or 'nothing'} is there.",
        )
        for what, before, now in inputs
        if before != now
    ] + _moved(approved, found)


def _moved(approved: Bound, found: Bound) -> list[Reason]:
    """Tell apart what a fresh plan mends."""
    if (approved.lineage, approved.serial) == (found.lineage, found.serial):
        return []
    if approved.lineage != found.lineage and approved.lineage and found.lineage:
        text = "The plan was made from another state: its lineage is not the one that is there."
    else:
        text = f"The state changed after the plan: it was made from serial {approved.serial}, and {found.serial} is there."
    return [Reason(code=ReasonCode.STATE_MOVED, text=text)]


def _still_approved(facts: ApplyFacts) -> list[Reason]:
    ask = facts.ask
    told = approvals.tally(facts.votes, ask, facts.approved.digest)
    if told.refused:
        count = len(told.rejected)
        text = "Somebody who may vote said no." if count == 1 else f"{count} people who may vote said no."
        return [Reason(code=ReasonCode.REJECTED, text=text)]
    standing = {who.person: who for who in facts.voters}
    lost: list[Reason] = []
    valid = 0
    for person in told.approved:
        why = approvals.voter(
            standing.get(person, Standing(person=person, profile=None, unknown=frozenset(ask.of))),
            ask,
            facts.run,
            facts.teams,
            exclude_committers=facts.exclude_committers,
        )
        lost += (
            Reason(code=reason.code, text=f"The vote of {person.user} counts no more. {reason.text}")
            for reason in why
        )
        valid += not why
    if valid >= ask.votes:
        return []
    text = f"{valid} of {ask.votes} needed votes are valid now."
    return [Reason(code=ReasonCode.VOTES_MISSING, text=text), *lost]
