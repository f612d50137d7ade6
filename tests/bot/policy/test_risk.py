from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan import Change, ChangeClass, Counts, Plan, Verb
from bot.domain.risk import RiskCode
from bot.domain.value import PlanDigest
from bot.policy import risk

HIGH, SIGNIFICANT, STANDARD = ChangeClass.HIGH_RISK, ChangeClass.SIGNIFICANT, ChangeClass.STANDARD


def plan(*changes: Change, **more: Any) -> Plan:
    """Make a plan of *changes*."""
    digest = PlanDigest("d" * 64)
    return Plan(digest=digest, terraform_version="1.11.4", changes=changes, counts=Counts(), **more)


def change(verb: Verb, kind: str = "terraform_data", **more: Any) -> Change:
    """Make a change of one object."""
    return Change(address=f"{kind}.x", type=kind, verb=verb, actions=(verb.value,), **more)


@pytest.mark.parametrize(
    ("what", "change_class", "codes"),
    [
        pytest.param(change(Verb.CREATE), STANDARD, [], id="create"),
        pytest.param(change(Verb.UPDATE, "aws_db_instance"), STANDARD, [], id="update of a database"),
        pytest.param(change(Verb.READ), STANDARD, [], id="read"),
        pytest.param(change(Verb.NO_OP, importing="i-1"), STANDARD, [], id="import of a known id"),
        pytest.param(change(Verb.REPLACE), SIGNIFICANT, [RiskCode.REPLACE], id="replace"),
        pytest.param(change(Verb.NO_OP, previous_address="a.b"), SIGNIFICANT, [RiskCode.MOVE], id="move"),
        pytest.param(change(Verb.REPLACE, "aws_db_instance"), HIGH, [RiskCode.STATEFUL_REPLACE], id="replace of a database"),
        pytest.param(change(Verb.REPLACE, "aws_fsx_lustre_file_system"), HIGH, [RiskCode.STATEFUL_REPLACE], id="a type by pattern"),
        pytest.param(change(Verb.DELETE, "google_storage_bucket"), HIGH, [RiskCode.STATEFUL_DELETE], id="delete of a bucket"),
        pytest.param(change(Verb.DELETE), HIGH, [RiskCode.DELETE], id="delete"),
        pytest.param(change(Verb.DELETE, deposed="abcd1234"), HIGH, [RiskCode.DEPOSED], id="deposed"),
        pytest.param(change(Verb.NO_OP, deposed="abcd1234"), STANDARD, [], id="deposed and left alone"),
        pytest.param(change(Verb.FORGET), HIGH, [RiskCode.FORGET], id="forget"),
        pytest.param(change(Verb.UNKNOWN), HIGH, [RiskCode.UNKNOWN_ACTION], id="unknown"),
        pytest.param(change(Verb.CREATE, importing="(unknown)"), HIGH, [RiskCode.IMPORT_UNKNOWN], id="import of an unknown id"),
        pytest.param(change(Verb.REPLACE, previous_address="a.b"), SIGNIFICANT, [RiskCode.REPLACE, RiskCode.MOVE], id="moved and replaced"),
    ],
)  # fmt: skip
def test_one_change(what: Change, change_class: ChangeClass, codes: list[RiskCode]) -> None:
    """Each kind of change has its class and its reasons, which name the object."""
    judged = risk.judge(plan(what))
    assert judged.change_class is change_class
    assert [reason.code for reason in judged.reasons] == codes
    assert all(reason.address == what.address and what.address in reason.text for reason in judged.reasons)


@pytest.mark.parametrize(
    ("more", "change_class"),
    [
        pytest.param({"complete": False}, HIGH, id="with a target"),
        pytest.param({"deferred": 1}, HIGH, id="with deferred changes"),
        pytest.param({"complete": True}, STANDARD, id="whole"),
        pytest.param({"complete": None}, STANDARD, id="too old to say"),
    ],
)
def test_a_part_of_a_plan(more: dict[str, Any], change_class: ChangeClass) -> None:
    """A plan that leaves something out is high-risk as a whole."""
    judged = risk.judge(plan(**more))
    assert judged.change_class is change_class
    assert [reason.code for reason in judged.reasons] == [RiskCode.INCOMPLETE] * (change_class is HIGH)


def test_the_most_serious_first() -> None:
    """Reasons come in the order of their weight, and the first gives the class."""
    judged = risk.judge(
        plan(change(Verb.REPLACE), change(Verb.DELETE), change(Verb.REPLACE, "aws_s3_bucket"))
    )
    assert [reason.code for reason in judged.reasons] == [RiskCode.DELETE, RiskCode.STATEFUL_REPLACE, RiskCode.REPLACE]  # fmt: skip


_CHANGES = st.lists(
    st.builds(
        change,
        st.sampled_from(Verb),
        st.sampled_from(["terraform_data", "aws_db_instance", ""]),
        deposed=st.none() | st.just("abcd"),
        previous_address=st.none() | st.just("a.b"),
        importing=st.none() | st.just("(unknown)"),
    ),
    max_size=6,
)


@given(some=_CHANGES, more=_CHANGES)
def test_more_changes_are_never_less_serious(some: list[Change], more: list[Change]) -> None:
    """Adding a change never lowers the class."""
    order = list(ChangeClass)
    before, after = risk.judge(plan(*some)), risk.judge(plan(*some, *more))
    assert order.index(after.change_class) >= order.index(before.change_class)
