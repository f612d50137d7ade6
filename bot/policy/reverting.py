"""Taking a deploy back, by a plan for the commit that was good before it: whether that can be, and happens by itself."""

from datetime import timedelta
from typing import Literal

from pydantic import AwareDatetime

from bot.domain.ruling import Allow, Deny, Reason, ReasonCode
from bot.domain.run import Outcome, Run, StepName
from bot.domain.value import Value

#: What is older than this, people have seen, and nothing happens behind their backs any more.
SOON = timedelta(minutes=20)
#: Steps in which it turns out whether what was applied is any good.
_JUDGING = frozenset({StepName.VERIFY, StepName.BAKE})
#: Ends in which it did not, and is still there.
_BAD = frozenset({Outcome.FAILED, Outcome.UNKNOWN})


class Trail(Value):
    """What lies around a deploy that is to be taken back."""

    run: Run
    #: Its apply began.
    applied: bool
    #: The last deploy before it that ended well, and that nobody took back; `None` where there is none.
    good: Run | None = None
    #: The last deploy after it that ended well; `None` where there is none.
    since: Run | None = None


class Failure(Value):
    """How a run ends that did not end well."""

    outcome: Outcome
    #: The step that it ended in.
    step: StepName | None
    #: A check, or the bake, said that what was applied is bad; a tool of ours that failed says nothing of that.
    judged: bool
    #: When that was seen (aware); `None` where nobody knows.
    seen_at: AwareDatetime | None
    now: AwareDatetime


def faults(trail: Trail) -> tuple[Reason, ...]:
    """Why the deploy cannot be taken back, whoever wants that; empty where it can."""
    run, good, since = trail.run, trail.good, trail.since
    found = []
    if run.back is not None:
        found.append(
            f"Run {run.id} took run {run.back} back itself, and nobody goes back from that. "
            f"To go forward again: /deploy {run.environment} REF"
        )
    if not trail.applied:
        found.append(f"Run {run.id} applied nothing, so there is nothing of it to take back.")
    if since is not None and since.back == run.id:
        found.append(f"Run {since.id} took run {run.id} back already.")
    elif since is not None:
        found.append(
            f"Run {since.id} ended well there after run {run.id}: "
            f"/rollback {run.environment} {since.id} takes that one back."
        )
    if good is None or good.commit is None:
        found.append(f"No deploy before run {run.id} ended well, so there is no commit to go back to.")
    elif good.commit == run.commit and run.back is None:
        found.append(
            f"The last good commit there, {good.commit[:12]}, is the very one that run {run.id} brought. "
            f"Name another: /deploy {run.environment} REF"
        )
    return tuple(Reason(code=ReasonCode.NOT_POSSIBLE, text=text) for text in found)


def asked(wanted: Literal["propose", "start"], run: Run, outcome: Outcome, step: StepName | None) -> bool:
    """Whether it is a question at all that the end of *run* leads to a way back with nobody asking."""
    return wanted == "start" and run.switch is None and outcome in _BAD and step in _JUDGING


def by_itself(wanted: Literal["propose", "start"], failure: Failure, trail: Trail) -> Allow | Deny | None:
    """Say whether the deploy is taken back with nobody asking; `None` where that is no question."""
    run = trail.run
    if not asked(wanted, run, failure.outcome, failure.step):
        return None
    found = []
    if failure.outcome is Outcome.UNKNOWN or not failure.judged:
        found.append("Nobody could tell whether it is bad.")
    if failure.seen_at is None or failure.now - failure.seen_at >= SOON:
        minutes = int(SOON.total_seconds() / 60)
        found.append(f"It was seen more than {minutes} minutes ago, or nobody knows when.")
    if run.stop_by is not None:
        found.append("Somebody had asked the run to stop, and is there to decide.")
    reasons = (
        *(Reason(code=ReasonCode.NOT_POSSIBLE, text=text) for text in found),
        *faults(trail),
    )
    return Deny(reasons=reasons) if reasons else Allow()
