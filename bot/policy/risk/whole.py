"""What makes a plan as a whole more than standard."""

from collections.abc import Iterator

from bot.domain.plan import Change, Plan, Verb
from bot.domain.risk import History, RiskCode, RiskReason
from bot.domain.rules import Caps
from bot.policy.risk import data, outage
from bot.policy.risk.telling import HIGH, SIGNIFICANT, reason

#: A share of fewer objects says nothing.
_ENOUGH = 20


def reasons(plan: Plan, caps: Caps, history: History) -> Iterator[RiskReason]:
    """Give the reasons that are about no object of the plan, and those about conditions."""
    if plan.errored:
        yield reason(RiskCode.ERRORED, HIGH, "", "the plan ended with an error and shows only a part")
    elif plan.complete is False or plan.deferred:
        yield reason(RiskCode.INCOMPLETE, HIGH, "", "the plan leaves out a part of the configuration")
    if history.lineage and plan.lineage != history.lineage:
        text = "is another one than" if plan.lineage else "is empty, unlike"
        yield reason(RiskCode.LINEAGE, HIGH, "", f"the state {text} the one that the last apply here left")
    yield from _cap(plan, caps)
    for check in plan.checks:
        if check.status in {"fail", "error"}:
            yield reason(
                RiskCode.CHECK_FAILED, SIGNIFICANT, check.address, "the condition {at} does not hold"
            )
    if plan.counts.action:
        text = "providers would be asked for actions whose effects no plan shows"
        yield reason(RiskCode.ACTION, SIGNIFICANT, "", text)


def drifted(change: Change, stateful: tuple[str, ...]) -> Iterator[RiskReason]:
    """Give the reason for an object that others deleted; other drift is none."""
    if change.verb not in {Verb.DELETE, Verb.REPLACE, Verb.UNKNOWN}:
        return
    if data.keeps(change.type, stateful):
        text = "{at} was deleted by others, and what it kept is gone, unless there is a copy"
        yield reason(RiskCode.DRIFT_DELETE, HIGH, change.address, text)
    else:
        grave = HIGH if outage.carries(change.type) else SIGNIFICANT
        yield reason(RiskCode.DRIFT_DELETE, grave, change.address, "{at} was deleted by others")


def _cap(plan: Plan, caps: Caps) -> Iterator[RiskReason]:
    ends, held = len(plan.destructive), _held(plan)
    if ends > caps.destroy:
        text = f"{ends} objects would be destroyed or replaced, and {caps.destroy} are the most for one run"
    elif held >= _ENOUGH and ends > held * caps.share:
        most = f"{caps.share * 100:.4g} %"
        text = f"{ends} of {held} objects would be destroyed or replaced, and {most} of them are the most for one run"
    else:
        return
    yield reason(RiskCode.CAP, HIGH, "", text)


def _held(plan: Plan) -> int:
    """How many objects the state holds: a plan names each of them, those included that stay as they are."""
    counts = plan.counts
    return counts.no_op + counts.update + counts.delete + counts.replace + counts.forget + counts.unknown
