"""Old colours that are kept: for how long, what ends them, and when they may be looked at."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.domain.lease import Lease, LeaseEnd
from bot.domain.run import Run, StepName
from bot.domain.value import RunId, Value

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


def over(lease: Lease, now: datetime) -> Lease:
    """End it where its time is over."""
    if lease.ended_at is not None or now < lease.until:
        return lease
    return lease.model_copy(update={"ended_at": lease.until, "end": LeaseEnd.OVER})


def disturbed(lease: Lease, holder: Run | None) -> bool:
    """Whether the run that holds its environment works there now, so that a look would say nothing about *lease*."""
    if holder is None or holder.stage not in _WORKS:
        return False
    names = holder.switch.services if holder.switch else ()
    return not names or not set(names).isdisjoint(lease.services)


def due(lease: Lease, look: timedelta, now: datetime) -> bool:
    """Whether it is time to look at it, with a pause of *look* between two looks."""
    return lease.ended_at is None and (lease.looked_at is None or now >= lease.looked_at + look)


def longer(lease: Lease, length: timedelta) -> datetime:
    """When it ends if it is kept for so much longer."""
    return lease.until + length


def too_long(until: datetime, now: datetime) -> str:
    """Why nobody may keep it until then, as a sentence; empty where they may."""
    if until <= now + LONGEST:
        return ""
    return (
        f"It would be kept until {until.astimezone(UTC):%Y-%m-%d %H:%M} UTC; "
        f"{LONGEST.days} days from now is the most."
    )


def ended(lease: Lease) -> str:
    """Say how it ended, as a sentence that begins with the colour; empty while it has not."""
    number: RunId | None = lease.after
    match lease.end:
        case None:
            return ""
        case LeaseEnd.OVER:
            return f"{lease.colour} is kept no longer: its time was over {lease.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC."
        case LeaseEnd.RETIRED:
            who = lease.ended_by.user if lease.ended_by else "somebody"
            return f"{lease.colour} is kept no longer: {who} retired it."
        case LeaseEnd.BACK:
            return f"Run {number} went back to {lease.colour} already."
        case LeaseEnd.REPLACED:
            return f"Run {number} moved the same services after it."
