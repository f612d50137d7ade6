"""The law: asked at the door, for each plan, at each vote, and right before an apply.

Deny goes before Ask, and Ask before Allow; every reason is given at once.
"""

from typing import assert_never

from bot.domain import ticket
from bot.domain.nearest import hint
from bot.domain.plan import ChangeClass
from bot.domain.request import (
    Cancel,
    Deploy,
    Emergency,
    Help,
    Hold,
    Keep,
    Lock,
    Request,
    Resume,
    Retire,
    Review,
    Rollback,
    Skip,
    Status,
    Switch,
    Unlock,
)
from bot.domain.ruling import Allow, Ask, Deny, Reason, ReasonCode, ruled
from bot.domain.run import StepName
from bot.domain.value import EnvironmentName
from bot.policy import acting, approvals, leases, locks, moving, permissions, queue, steering, windows, words
from bot.policy.facts import ApplyFacts, PlanFacts, RequestFacts, TurnFacts, VoteFacts


def at_the_door(request: Request, facts: RequestFacts) -> Allow | Deny:
    """Say whether this may be begun."""
    reasons = [*permissions.membership(facts.who, facts.teams)]
    match request:
        case Deploy():
            reasons += _place(request, facts)
            reasons += _deploy(request, facts)
        case Switch():
            reasons += _place(request, facts)
            reasons += _switch(request, facts)
        case Hold() | Resume() | Skip() | Keep() | Retire():
            # Like a stop: where traffic is on its way, no place is wrong.
            reasons += _of_a_switch(request, facts)
        case Cancel():
            # To stop something, no place is wrong.
            reasons += _cancel(facts)
        case Review(run=None):
            pass
        case Review():
            reasons += _review(request, facts)
        case Lock() | Unlock():
            reasons += permissions.channel(facts.channel, facts.channels)
            reasons += _lock(request, facts)
        case Status(environment=str(name)) | Rollback(environment=name):
            # What going back means is another request, which is judged as such.
            reasons += _environment(name, facts)
        case Status() | Help():
            pass
        case _:
            assert_never(request)
    return ruled(reasons)


def at_its_turn(facts: TurnFacts) -> Allow | Deny:
    """Say whether a run that waited in a queue may still begin; its lock was looked at when it was let in."""
    what = f"{'switch traffic in' if facts.switch else 'deploy to'} {facts.environment}"
    return ruled(
        (
            *permissions.membership(facts.who, facts.teams),
            *permissions.group(facts.who, facts.requesters, what),
        )
    )


def on_plan(facts: PlanFacts) -> Ask | Deny:
    """Say what this plan needs; an Ask for no votes and no confirmation means that nobody needs to be asked."""
    rule = facts.rule
    if missing := _no_rule(facts):
        return Deny(reasons=missing)
    if rule is None or _unasked(facts):
        return Ask(votes=0, of=(), reasons=())
    votes = rule.votes
    asked = bool(votes or facts.losses)
    return Ask(
        votes=votes,
        of=rule.of,
        reasons=tuple(Reason(code=ReasonCode.VOTES_NEEDED, text=text) for text in facts.why if asked),
        # Where no vote is needed, none needs a form.
        one_each=rule.one_each and votes > 0,
        typed=rule.confirm == "typed" and votes > 0,
        loss=facts.loss_confirmers if facts.losses else (),
        double_bake=rule.bake == "double",
    )


def on_click(facts: VoteFacts) -> Allow | Deny:
    """Say whether whoever pressed a button may go on to write something by hand; the vote is judged when they have."""
    return ruled(approvals.hopeless(facts))


def on_vote(facts: VoteFacts) -> Allow | Deny:
    """Say whether this vote counts."""
    return ruled(approvals.counts(facts))


def before_shift(facts: ApplyFacts) -> Allow | Deny:
    """Say whether a further move of a switch may be made now, where the first one was.

    Its window and who asked for it were looked at before the first: half-way is the worst place to stay.
    """
    return ruled((*acting.ours(facts), *acting.unchanged(facts), *acting.approved(facts)))


def before_apply(facts: ApplyFacts) -> Allow | Deny:
    """Say whether exactly this may be applied now. Whatever was true at the vote is looked at again.

    The time for votes is not: it bounds the wait, and the wait is over.
    """
    return ruled(
        (
            *acting.ours(facts),
            *acting.asked_for(facts),
            *acting.unchanged(facts),
            # Nothing stands between people and what is known to be good but what it would destroy.
            *(facts.timetable.reasons if facts.run.back is None else ()),
            *acting.approved(facts),
        )
    )


def _environment(name: EnvironmentName, facts: RequestFacts) -> tuple[Reason, ...]:
    if name in facts.environments:
        return ()
    # Slack would take backticks for markup, and no reason may hold any.
    near = hint(name, facts.environments).replace("`", "")
    text = f"There is no environment “{words.plain(name)}”; {near}"
    return (Reason(code=ReasonCode.UNKNOWN_ENVIRONMENT, text=text),)


def _place(request: Deploy | Switch, facts: RequestFacts) -> tuple[Reason, ...]:
    if request.back is not None:
        # To go back, no place is wrong: the button stands where bad news is told.
        return ()
    return permissions.channel(facts.channel, facts.channels, facts.shared, facts.unknown)


def _deploy(request: Deploy, facts: RequestFacts) -> list[Reason]:
    reasons = [*_environment(request.environment, facts)]
    if not reasons:
        reasons += permissions.group(facts.who, facts.requesters, _what(request))
        if request.wish.emergency is not None:
            reasons += _emergency(request.wish.emergency, request.environment, facts)
    if request.ref is not None and (fault := words.ref_fault(request.ref)):
        reasons.append(fault)
    if not request.dry_run and request.back is None:
        reasons += windows.shut(request.wish, facts.timetables, facts.now, request.environment)
    return [*reasons, *queue.join(request, facts)]


def _switch(request: Switch, facts: RequestFacts) -> list[Reason]:
    reasons = [*_environment(request.environment, facts)]
    if reasons:
        return reasons
    where = request.environment
    reasons += permissions.group(facts.who, facts.requesters, f"switch traffic in {where}")
    if request.wish.emergency is not None:
        reasons += _emergency(request.wish.emergency, where, facts)
    if not facts.services:
        text = (
            f"{where} has no services to switch; the estate lists them under environments.{where}.services."
        )
        reasons.append(Reason(code=ReasonCode.UNKNOWN_SERVICE, text=text))
    else:
        reasons += moving.unknown(request.services, facts.services)
        reasons += steering.apart(request, facts.services, facts.by_plan)
    if not request.dry_run and request.back is None:
        reasons += windows.shut(request.wish, facts.timetables, facts.now, where)
    return [*reasons, *queue.join(request, facts)]


def _of_a_switch(request: Hold | Resume | Skip | Keep | Retire, facts: RequestFacts) -> tuple[Reason, ...]:
    match request:
        case Keep():
            return leases.keep(request, facts)
        case Retire():
            return leases.retire(request, facts)
        case _:
            return _on_the_way(request, facts)


def _on_the_way(request: Hold | Resume | Skip, facts: RequestFacts) -> tuple[Reason, ...]:
    run = facts.run
    if run is None:
        which = "Not exactly one switch is under way: name its run by the number."
        text = which if request.run is None else f"There is no such run to {request.kind}."
        return (Reason(code=ReasonCode.NOT_WAITING, text=text),)
    reasons = [
        *permissions.group(facts.who, facts.requesters, f"{request.kind} switches in {run.environment}")
    ]
    if isinstance(request, Skip):
        reasons += _emergency(request.emergency, run.environment, facts)
    no = ""
    if not run.open:
        no = f"Run {run.id} has ended already."
    elif run.switch is None or run.by_plan:
        what = "is a deploy" if run.switch is None else "moves by a plan, in one piece"
        no = f"Run {run.id} {what}; only a switch that moves step by step can be held, resumed or skipped."
    elif run.stop_by is not None or facts.returning:
        no = f"Run {run.id} is on its way back already."
    elif isinstance(request, Hold) and run.held:
        no = f"Run {run.id} is held already."
    elif isinstance(request, Resume) and not run.held:
        no = f"Nothing holds run {run.id}."
    elif isinstance(request, Skip) and run.stage is not StepName.BAKE:
        no = f"Run {run.id} watches nothing now that could be skipped."
    if no:
        reasons.append(Reason(code=ReasonCode.NOT_POSSIBLE, text=no))
    return tuple(reasons)


def _what(request: Deploy) -> str:
    if request.wish.emergency is not None:
        return f"ask for an emergency in {request.environment}"
    return f"deploy to {request.environment}"


def _emergency(emergency: Emergency, environment: EnvironmentName, facts: RequestFacts) -> tuple[Reason, ...]:
    rule = facts.emergency
    if rule is None:
        text = f"The estate has no rule for emergencies in {environment}."
        return (Reason(code=ReasonCode.NO_EMERGENCY, text=text),)
    pattern = rule.ticket or ticket.USUAL
    if ticket.fits(pattern, emergency.ticket):
        return ()
    pattern = pattern.replace("`", "'")
    text = (
        f"“{words.plain(emergency.ticket)}” is no ticket here: it must match {pattern} "
        f"as a whole, in at most {ticket.LONGEST} characters."
    )
    return (Reason(code=ReasonCode.BAD_TICKET, text=text),)


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


def _review(request: Review, facts: RequestFacts) -> tuple[Reason, ...]:
    run = facts.run
    if run is None or not facts.review:
        text = f"Run {request.run} has no open review."
        return (Reason(code=ReasonCode.NOT_WAITING, text=text),)
    found = list(permissions.group(facts.who, facts.requesters, f"close reviews of {run.environment}"))
    if run.open:
        text = f"Run {run.id} has not ended yet: nobody can say what came of it."
        found.append(Reason(code=ReasonCode.NOT_WAITING, text=text))
    if facts.who.person == run.by:
        text = f"Run {run.id} was asked for from this account, so somebody else must review it."
        found.append(Reason(code=ReasonCode.OWN_REVIEW, text=text))
    return tuple(found)


def _unasked(facts: PlanFacts) -> bool:
    """Whether nobody is asked: going back is delayed by nothing but what it would destroy."""
    return facts.back and facts.change_class is not ChangeClass.HIGH_RISK and not facts.losses


def _no_rule(facts: PlanFacts) -> tuple[Reason, ...]:
    """Why nobody can be asked about this plan; empty where somebody can."""
    where, found = facts.environment, []
    if facts.rule is None and facts.emergency:
        text = f"The estate has no rule for emergencies in {where}."
        found.append(Reason(code=ReasonCode.NO_EMERGENCY, text=text))
    elif facts.rule is None and not _unasked(facts):
        text = f"The estate has no rule for {facts.change_class} changes in {where}."
        found.append(Reason(code=ReasonCode.NO_RULE, text=text))
    if facts.losses and not facts.loss_confirmers:
        first, more = facts.losses[0].rstrip("."), len(facts.losses) - 1
        text = (
            f"Data would be lost for good: {first}{f' (and {more} more)' if more else ''}. "
            "The estate names nobody who may confirm that: add loss_confirmed_by, with a group, "
            f"to the estate or to {where}."
        )
        found.append(Reason(code=ReasonCode.LOSS_UNCONFIRMED, text=text))
    return tuple(found)
