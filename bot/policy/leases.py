"""Old colours that are kept: for how long, what ends them, and when they may be looked at."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.lease import Lease, LeaseEnd
from bot.domain.request import Keep, Retire
from bot.domain.ruling import Reason, ReasonCode
from bot.domain.run import Run, StepName
from bot.domain.value import Value
from bot.policy import permissions, words
from bot.policy.facts import RequestFacts

#: Nobody keeps two stacks for longer.
LONGEST = timedelta(days=14)
#: Steps in which a run works on what it moves, so that what is seen then says nothing.
_WORKS = frozenset({StepName.APPLY, StepName.VERIFY, StepName.SHIFT, StepName.BAKE, StepName.KEEP})


class Switched(Value):
    """A switch that made all its moves, and the services that it moved."""

    run: Run
    services: tuple[str, ...]


def standing(lease: Lease, newer: Iterable[Switched]) -> Lease:
    """Say what is left of *lease* after the *newer* switches there, oldest first: less of it, or its end."""
    for one in newer:
        if lease.ended_at is not None or one.run.id == lease.run or one.run.ended_at is None:
            continue
        left = tuple(name for name in lease.services if name not in one.services)
        if one.run.back == lease.run or not left:
            end = LeaseEnd.BACK if one.run.back == lease.run else LeaseEnd.REPLACED
            lease = lease.model_copy(
                update={
                    "ended_at": one.run.ended_at,
                    "end": end,
                    "ended_by": one.run.by,
                    "after": one.run.id,
                }
            )
        else:
            lease = lease.model_copy(update={"services": left})
    return lease


def over(lease: Lease, now: datetime, still_open: Iterable[Run]) -> Lease:
    """End it where its time is over, and nobody is on the way back to it."""
    if lease.ended_at is not None or now < lease.until or way_back(lease, still_open):
        return lease
    return lease.model_copy(update={"ended_at": lease.until, "end": LeaseEnd.OVER})


def way_back(lease: Lease, still_open: Iterable[Run]) -> Run | None:
    """The open run that goes back to it, where one does."""
    return next((run for run in still_open if run.open and run.back == lease.run), None)


def disturbed(lease: Lease, still_open: Iterable[Run]) -> bool:
    """Whether an open run works there now, so that a look would say nothing about *lease*."""
    return any(
        run.open
        and run.environment == lease.environment
        and run.stage in _WORKS
        and (run.switch is None or not run.switch.services or set(run.switch.services) & set(lease.services))
        for run in still_open
    )


def due(lease: Lease, look: timedelta, now: datetime) -> bool:
    """Whether it is time to look at it, with a pause of *look* between two looks."""
    return lease.ended_at is None and (lease.looked_at is None or now >= lease.looked_at + look)


def keep(request: Keep, facts: RequestFacts) -> tuple[Reason, ...]:
    """Why whoever asks may not keep it longer; empty where they may."""
    reasons = [*_minded(request, facts, "keep the old colour of switches")]
    if facts.lease is None or facts.lease.ended_at is not None or request.length is None:
        return tuple(reasons)
    until = facts.lease.until + request.length
    if facts.now is None or until > facts.now + LONGEST:
        text = f"It would be kept until {words.written(until)}; {LONGEST.days} days from now is the most."
        reasons.append(Reason(code=ReasonCode.TOO_LONG, text=text))
    return tuple(reasons)


def retire(request: Retire, facts: RequestFacts) -> tuple[Reason, ...]:
    """Why whoever asks may not give it up; empty where they may."""
    reasons = [*_minded(request, facts, "retire the old colour of switches")]
    if facts.lease is not None and (back := way_back(facts.lease, facts.unended)):
        reasons.append(_no(f"Run {back.id} is on its way back to {facts.lease.colour}."))
    return tuple(reasons)


def _minded(request: Keep | Retire, facts: RequestFacts, what: str) -> tuple[Reason, ...]:
    run, lease = facts.run, facts.lease
    if run is None:
        which = "Not exactly one old colour is kept: name its run by the number."
        return (_no(which if request.run is None else "There is no such run that keeps an old colour."),)
    reasons = [*permissions.group(facts.who, facts.requesters, f"{what} in {run.environment}")]
    if lease is None:
        reasons.append(_no(f"Run {run.id} keeps no old colour{' yet' if run.open else ''}."))
    elif lease.ended_at is not None:
        reasons.append(_no(ended(lease)))
    return tuple(reasons)


def _no(text: str) -> Reason:
    return Reason(code=ReasonCode.NOT_POSSIBLE, text=text)


def ended(lease: Lease) -> str:
    """Say how it ended, as a sentence that begins with the colour; empty while it has not."""
    match lease.end:
        case None:
            return ""
        case LeaseEnd.OVER:
            return f"{lease.colour} is kept no longer: its time was over {words.written(lease.until)}."
        case LeaseEnd.RETIRED:
            who = lease.ended_by.user if lease.ended_by else "somebody"
            return f"{lease.colour} is kept no longer: {who} retired it."
        case LeaseEnd.BACK:
            return f"Run {lease.after} went back to {lease.colour} already."
        case LeaseEnd.REPLACED:
            return f"Run {lease.after} moved the same services after it."


def overtaken(lease: Lease, applied: Run) -> bool:
    """Whether *applied*, the run there that last applied a plan, may have put something else on the old colour."""
    since = applied.ended_at is None or applied.ended_at > lease.began_at
    return applied.id != lease.run and since
