import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import PlanUnreadable
from bot.domain.plan import Plan
from bot.domain.rules import Override, RiskRules
from bot.domain.value import PlanDigest
from bot.policy import risk
from runners.iac import reading
from runners.iac.skimming import skim
from tests.fakes.plans import entry, written

_TUPLES = [["no-op"], ["create"], ["read"], ["update"], ["delete"], ["delete", "create"], ["create", "delete"], ["forget"], ["create", "forget"], ["levitate"], ["x", "delete"], [], None]  # fmt: skip
_KINDS = [
    "aws_instance",
    "aws_db_instance",
    "aws_security_group",
    "aws_iam_role",
    "aws_lb",
    "acme_x",
    "null_resource",
]
_VALUES = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "deletion_protection": st.booleans(),
        "multi_az": st.booleans(),
        "instance_class": st.sampled_from(["a", "b"]),
        "publicly_accessible": st.booleans(),
        "ingress": st.just([{"cidr_blocks": ["0.0.0.0/0"], "protocol": "-1"}]),
    },
)


@st.composite
def _entries(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(_KINDS))
    more: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "deposed": st.sampled_from(["1a", "2b"]),
                "previous_address": st.sampled_from([f"{kind}.x0", "old.y"]),
            },
        )
    )
    change: dict[str, Any] = {"actions": draw(st.sampled_from(_TUPLES))}
    change |= draw(st.fixed_dictionaries({}, optional={"importing": st.sampled_from([{"id": "i"}, {}, {"unknown": True}])}))  # fmt: skip
    unknown = draw(st.sampled_from([{}, {"multi_az": True}, True]))
    before, after = draw(_VALUES), draw(_VALUES)
    return entry(f"{kind}.x{draw(st.integers(0, 5))}", before=before, after=after, unknown=unknown, change=change, **more)  # fmt: skip


_PLANS = st.lists(_entries(), max_size=8)
_RULES = RiskRules(overrides=(Override.model_validate({"match": "aws_instance", "class": "significant"}),))


def _read(data: bytes) -> Plan:
    return reading.read(data, digest=PlanDigest("")).plan


@given(entries=_PLANS, drift=_PLANS)
def test_what_is_skimmed_is_judged_like_what_is_read(entries: list[Any], drift: list[Any]) -> None:
    """Nothing that matters is left out, and no number differs."""
    data = written(*entries, resource_drift=drift)
    whole = _read(data)
    assert risk.judge(skim(data)) == risk.judge(whole)
    assert risk.judge(skim(data, everything=True), _RULES) == risk.judge(whole, _RULES)
    assert skim(data).counts == whole.counts
    assert sorted(skim(data).destructive) == sorted(whole.destructive)


@given(entries=_PLANS)
def test_what_ends_is_told_once(entries: list[Any]) -> None:
    """An oracle that looks at nothing but the JSON finds the same objects, and the plan is not standard."""
    ends = {
        each["address"] + (f" (deposed {each['deposed']})" if "deposed" in each else "")
        for each in entries
        if "delete" in (each["change"]["actions"] or ())
    }
    plan = skim(written(*entries))
    assert sorted(plan.destructive) == sorted(ends)
    assert not ends or risk.judge(plan).change_class != "standard"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(None, id="no change"),
        pytest.param({}, id="no actions"),
        pytest.param({"actions": None}, id="null"),
        pytest.param({"actions": []}, id="none"),
    ],
)
def test_an_entry_that_says_nothing_is_the_worst(change: Any) -> None:
    """What a plan does not say is not known, and what is not known is high-risk."""
    plan = skim(json.dumps({"format_version": "1.0", "resource_changes": [{"address": "a.b", "type": "a", "change": change}]}).encode())  # fmt: skip
    assert (plan.counts.unknown, risk.judge(plan).change_class) == (1, "high-risk")


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"address": 5}, id="address"),
        pytest.param({"change": {"actions": "delete"}}, id="actions"),
        pytest.param({"change": {"actions": [1]}}, id="an action"),
        pytest.param({"change": []}, id="change"),
        pytest.param({"type": {}}, id="type"),
        pytest.param({"deposed": 4}, id="deposed"),
        pytest.param({"change": {"actions": ["update"], "before": 5, "after": []}}, id="values"),
        pytest.param(5, id="entry"),
        pytest.param(None, id="null entry"),
        pytest.param(
            {"address": "", "name": 4, "change": {"actions": ["delete"]}}, id="a part of an address"
        ),
    ],
)
def test_a_wrong_type_is_refused(wrong: Any) -> None:
    """Nothing is guessed."""
    entry = {"address": "a.b", "type": "a", "change": {"actions": ["delete"]}}
    wrong = entry | wrong if isinstance(wrong, dict) else wrong
    with pytest.raises(PlanUnreadable, match="plan's JSON holds a value that cannot be read"):
        skim(json.dumps({"format_version": "1.0", "resource_changes": [wrong]}).encode())


def test_an_address_is_put_together_where_there_is_none() -> None:
    """Old drift has none."""
    plan = skim(json.dumps({"format_version": "1.0", "resource_changes": [{"module_address": "module.m", "type": "aws_lb", "name": "x", "index": 3, "change": {"actions": ["delete"]}}]}).encode())  # fmt: skip
    assert plan.destructive == ("module.m.aws_lb.x[3]",)


def test_the_entry_that_is_wrong_is_named() -> None:
    """In a plan of a thousand changes somebody has to find it."""
    good, wrong = (
        {"address": "a.b", "type": "a", "change": {"actions": what}} for what in (["create"], "delete")
    )
    plan = json.dumps({"format_version": "1.0", "resource_changes": [good, good, wrong]}).encode()
    with pytest.raises(PlanUnreadable, match="in change 3 of its list"):
        skim(plan)
