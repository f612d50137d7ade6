"""What going back means in an environment: which run is taken back, and by what; or why that cannot be."""

from bot.domain.lease import Lease, LeaseEnd
from bot.domain.request import Deploy, Rollback, Switch
from bot.domain.ruling import Deny, Reason, ReasonCode
from bot.domain.run import Outcome, Run, StepName, Switching
from bot.domain.value import Value
from bot.policy import leases, queue, reverting

#: Steps in which a switch has moved something, and a stop takes that back at once.
_MOVING = frozenset({StepName.SHIFT, StepName.BAKE, StepName.KEEP})


class Past(Value):
    """What lies behind an environment."""

    #: The run of the number that was named, else the last there that changed something; `None` where there is none.
    run: Run | None
    #: The run that holds the environment.
    holder: Run | None = None
    #: That run puts back what it has moved.
    returning: bool = False
    #: The old colour that *run* left behind, where it is a switch, as its row says.
    lease: Lease | None = None
    #: Switches there that made all their moves since that lease began, oldest first.
    newer: tuple[leases.Switched, ...] = ()
    #: What lies around *run*, where that is a deploy.
    trail: reverting.Trail | None = None


def way(request: Rollback, past: Past) -> Switch | Deploy | Deny:
    """Say what takes back the run that is meant."""
    run, holder = past.run, past.holder
    if holder is not None and _moves(holder) and request.run in {None, holder.id}:
        back = holder.back is not None or past.returning
        return _no(
            f"Run {holder.id} moves traffic there right now: "
            + ("it goes back already." if back else f"/interlock cancel {holder.id} takes it back.")
        )
    if run is None or run.environment != request.environment:
        named = f" {request.run}" if request.run is not None else " that changed anything"
        return _no(f"There is no run{named} in {request.environment}.")
    if run.open:
        return _no(f"Run {run.id} has not ended: /interlock cancel {run.id} stops it.")
    if run.switch is None:
        return _of_deploy(request, run, past)
    return _of_switch(request, run, run.switch, past)


def _moves(holder: Run) -> bool:
    return holder.switch is not None and not holder.by_plan and holder.stage in _MOVING


def _of_switch(request: Rollback, run: Run, switch: Switching, past: Past) -> Switch | Deny:
    old = switch.colour.other
    again = f"/switch {run.environment} {old} goes there the usual way."
    if run.back is not None:
        return _no(
            f"Run {run.id} went back itself, and nobody goes back from that. "
            f"To go on again: /switch {run.environment} {old}"
        )
    if run.by_plan:
        named = " ".join(f"--service {name}" for name in switch.services)
        return _no(
            f"A plan moved it in run {run.id}, and a plan takes it back: /switch {run.environment} {old} {named}"
        )
    if run.outcome is not Outcome.DONE:
        return _no(_bad(run, again))
    if past.lease is None:
        return _no(f"Nobody keeps the {old} that run {run.id} left behind. {again}")
    lease = leases.standing(past.lease, past.newer)
    # Its time being over destroyed nothing, and before anything moves the old colour has to pass its checks.
    if lease.end not in {None, LeaseEnd.OVER}:
        return _no(f"{leases.ended(lease)} {again if lease.end is LeaseEnd.RETIRED else ''}".strip())
    return Switch(environment=request.environment, colour=lease.colour, services=lease.services, back=run.id)


def _bad(run: Run, again: str) -> str:
    if run.outcome is not Outcome.UNKNOWN:
        return f"Run {run.id} ended as “{run.outcome}”, so there is nothing of it to take back. {again}"
    return (
        f"Run {run.id} ended as “unknown”, so nobody can say what of it is still there: look at the real weights first. "
        f"{again} What cannot wait for a freeze to be lifted goes by --emergency TICKET REASON."
    )


def _of_deploy(request: Rollback, run: Run, past: Past) -> Deploy | Deny:
    trail = past.trail or reverting.Trail(run=run, applied=False)
    reasons = (*reverting.faults(trail), *_held(past.holder))
    good = trail.good.commit if trail.good else None
    if reasons or good is None:
        return Deny(reasons=reasons)
    return Deploy(environment=request.environment, ref=good, back=run.id)


def _held(holder: Run | None) -> tuple[Reason, ...]:
    """Why a plan would have to wait: what is good to go back to may be another commit by then."""
    if holder is None or queue.gives_way(holder) is not None:
        return ()
    # An emergency that waits, and another way back, give way to nobody.
    doing = queue.DOING.get(holder.stage, "goes first")
    text = (
        f"{holder.environment} is held by run {holder.id}, which {doing}: "
        f"ask again once it has ended; /interlock cancel {holder.id} stops it."
    )
    return (Reason(code=ReasonCode.HELD, text=text),)


def _no(text: str) -> Deny:
    return Deny(reasons=(Reason(code=ReasonCode.NOT_POSSIBLE, text=text),))
