from typing import Any

import pytest

from bot.domain.plan import Change, ChangeClass, CheckResult, Counts, Plan, Verb
from bot.domain.risk import History, RiskCode
from bot.domain.rules import Caps, RiskRules
from bot.domain.value import PlanDigest
from bot.policy import risk

HIGH, SIGNIFICANT = ChangeClass.HIGH_RISK, ChangeClass.SIGNIFICANT


def plan(**more: Any) -> Plan:
    """Make a plan."""
    return Plan.model_validate({"digest": PlanDigest("d"), "terraform_version": "1", "changes": (), "counts": Counts()} | more)  # fmt: skip


def ends(amount: int) -> tuple[Change, ...]:
    """Make so many objects that are replaced."""
    return tuple(Change(address=f"null_resource.x[{n}]", type="null_resource", verb=Verb.REPLACE, actions=("delete", "create")) for n in range(amount))  # fmt: skip


@pytest.mark.parametrize(
    ("more", "code", "change_class"),
    [
        pytest.param({"errored": True, "complete": False}, RiskCode.ERRORED, HIGH, id="errored"),
        pytest.param({"complete": False}, RiskCode.INCOMPLETE, HIGH, id="with a target"),
        pytest.param({"deferred": 1}, RiskCode.INCOMPLETE, HIGH, id="deferred"),
        pytest.param({"counts": Counts(action=1)}, RiskCode.ACTION, SIGNIFICANT, id="an action"),
        pytest.param({"checks": (CheckResult(address="check.x", status="fail"),)}, RiskCode.CHECK_FAILED, SIGNIFICANT, id="failed check"),
        pytest.param({"checks": (CheckResult(address="check.x", status="error"),)}, RiskCode.CHECK_FAILED, SIGNIFICANT, id="broken check"),
        pytest.param({"checks": (CheckResult(address="check.x", status="unknown"),)}, None, None, id="check not known yet"),
        pytest.param({"errored": False, "complete": True}, None, None, id="whole"),
        pytest.param({"drift": (Change(address="aws_db_instance.x", type="aws_db_instance", verb=Verb.DELETE, actions=("delete",)),)}, RiskCode.DRIFT_DELETE, HIGH, id="database deleted by others"),
        pytest.param({"drift": (Change(address="aws_lb.x", type="aws_lb", verb=Verb.DELETE, actions=("delete",)),)}, RiskCode.DRIFT_DELETE, HIGH, id="load balancer deleted by others"),
        pytest.param({"drift": (Change(address="aws_instance.x", type="aws_instance", verb=Verb.DELETE, actions=("delete",)),)}, RiskCode.DRIFT_DELETE, SIGNIFICANT, id="machine deleted by others"),
        pytest.param({"drift": (Change(address="aws_lb.x", type="aws_lb", verb=Verb.REPLACE, actions=("delete", "create")),)}, RiskCode.DRIFT_DELETE, HIGH, id="replaced by others"),
        pytest.param({"drift": (Change(address="aws_lb.x", type="aws_lb", verb=Verb.UNKNOWN, actions=("melt",)),)}, RiskCode.DRIFT_DELETE, HIGH, id="nobody knows what others did"),
        pytest.param({"drift": (Change(address="aws_db_instance.x", type="aws_db_instance", verb=Verb.UPDATE, actions=("update",)),)}, None, None, id="changed by others"),
    ],
)  # fmt: skip
def test_the_plan_as_a_whole(more: dict[str, Any], code: RiskCode | None, change_class: ChangeClass | None) -> None:  # fmt: skip
    """What is wrong with all of it counts."""
    judged = risk.judge(plan(**more))
    assert [(each.code, each.change_class) for each in judged.reasons] == (
        [(code, change_class)] if code else []
    )


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        pytest.param("b", "a", "another one than", id="another state"),
        pytest.param("", "a", "is empty, unlike", id="no state"),
        pytest.param("a", "a", None, id="the same"),
        pytest.param("a", "", None, id="the first"),
    ],
)
def test_the_lineage(now: str, before: str, told: str | None) -> None:
    """A plan from another state than the one that was left here knows nothing of what is there."""
    judged = risk.judge(plan(lineage=now), history=History(lineage=before))
    assert [each.code for each in judged.reasons] == ([RiskCode.LINEAGE] if told else [])
    assert told is None or told in judged.reasons[0].text


@pytest.mark.parametrize(
    ("amount", "held", "caps", "told"),
    [
        pytest.param(10, 1000, Caps(), None, id="ten of many"),
        pytest.param(11, 1000, Caps(), "11 objects would be destroyed or replaced, and 10 are the most for one run", id="eleven"),
        pytest.param(4, 20, Caps(), None, id="a fifth"),
        pytest.param(5, 20, Caps(), "5 of 20 objects would be destroyed or replaced, and 20 % of them are the most for one run", id="more than a fifth"),
        pytest.param(5, 19, Caps(), None, id="of too few"),
        pytest.param(11, 1000, Caps(destroy=20), None, id="the estate allows more"),
        pytest.param(1, 5, Caps(destroy=0), "1 objects", id="the estate allows none"),
        pytest.param(5, 20, Caps(share=0.5), None, id="the estate allows a larger part"),
    ],
)  # fmt: skip
def test_caps(amount: int, held: int, caps: Caps, told: str | None) -> None:
    """One run may destroy so many objects, and so large a part of the state."""
    counts = Counts(replace=amount, no_op=held - amount)
    judged = risk.judge(plan(changes=ends(amount), counts=counts), RiskRules(caps=caps))
    found = [each.text for each in judged.reasons if each.code is RiskCode.CAP]
    assert len(found) == (told is not None)
    assert told is None or told in found[0]


@pytest.mark.parametrize("kind", ["no_op", "update", "delete", "forget", "unknown"])
def test_what_the_state_holds(kind: str) -> None:
    """Whatever a plan does to an object, it is one of those that are there; what is made or only read is not."""
    counts = Counts.model_validate({"replace": 5, kind: 15, "create": 99, "read": 99})
    judged = risk.judge(plan(changes=ends(5), counts=counts))
    (told,) = (each.text for each in judged.reasons if each.code is RiskCode.CAP)
    assert told.startswith("5 of 20 objects ")
