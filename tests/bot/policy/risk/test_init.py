from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan import Change, ChangeClass, Counts, Finding, Plan, Verb
from bot.domain.risk import History, RiskCode
from bot.domain.rules import Override, RiskRules
from bot.domain.value import PlanDigest
from bot.policy import risk
from bot.policy.risk import data

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
        pytest.param(change(Verb.DELETE), SIGNIFICANT, [RiskCode.DELETE], id="delete"),
        pytest.param(change(Verb.DELETE, "acme_ledger"), HIGH, [RiskCode.DELETE], id="delete of what no table knows"),
        pytest.param(change(Verb.REPLACE, "acme_ledger"), HIGH, [RiskCode.REPLACE], id="replace of what no table knows"),
        pytest.param(change(Verb.DELETE, "aws_lb"), HIGH, [RiskCode.OUTAGE], id="delete of a load balancer"),
        pytest.param(change(Verb.CREATE, "aws_instance"), STANDARD, [], id="create of a machine"),
        pytest.param(change(Verb.CREATE, "aws_s3_bucket_public_access_block"), STANDARD, [], id="what keeps strangers out"),
        pytest.param(change(Verb.DELETE, "aws_s3_bucket_public_access_block"), SIGNIFICANT, [RiskCode.DELETE], id="an end of what keeps strangers out"),
        pytest.param(change(Verb.UPDATE, "aws_vpc"), STANDARD, [], id="update of a network"),
        pytest.param(change(Verb.CREATE, "aws_iam_role"), SIGNIFICANT, [RiskCode.IDENTITY], id="a new role"),
        pytest.param(change(Verb.NO_OP, "aws_iam_role"), STANDARD, [], id="a role that stays"),
        pytest.param(change(Verb.READ, "aws_security_group"), STANDARD, [], id="a group that is read"),
        pytest.param(change(Verb.UPDATE, "aws_security_group"), SIGNIFICANT, [RiskCode.NETWORK], id="update of a group"),
        pytest.param(change(Verb.CREATE, "google_project_iam_policy"), HIGH, [RiskCode.AUTHORITATIVE], id="all rights at once"),
        pytest.param(change(Verb.CREATE, "aws_iam_policy"), SIGNIFICANT, [RiskCode.IDENTITY], id="a policy for somebody to have"),
        pytest.param(change(Verb.UPDATE, "aws_db_instance", findings=(Finding.ENGINE,)), HIGH, [RiskCode.DATABASE], id="a finding"),
        pytest.param(change(Verb.DELETE, "aws_db_instance", deposed="abcd"), HIGH, [RiskCode.DEPOSED], id="deposed database"),
        pytest.param(change(Verb.UNKNOWN, "aws_lb").model_copy(update={"actions": ("Destroy",)}), HIGH, [RiskCode.UNKNOWN_ACTION, RiskCode.OUTAGE], id="an end in a new word"),
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
    changes = (change(Verb.REPLACE), change(Verb.DELETE, "aws_lb"), change(Verb.REPLACE, "aws_s3_bucket"))
    judged = risk.judge(plan(*changes))
    assert [reason.code for reason in judged.reasons] == [RiskCode.STATEFUL_REPLACE, RiskCode.OUTAGE, RiskCode.REPLACE]  # fmt: skip
    assert risk.judge(plan(*reversed(changes))) == judged


_CHANGES = st.lists(
    st.builds(
        change,
        st.sampled_from(Verb),
        st.sampled_from(["terraform_data", "aws_db_instance", "aws_security_group", "acme_x", ""]),
        deposed=st.none() | st.just("abcd"),
        previous_address=st.none() | st.just("a.b"),
        findings=st.lists(st.sampled_from(Finding), max_size=3).map(tuple),
        importing=st.none() | st.just("(unknown)"),
    ),
    max_size=6,
)


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        pytest.param((), [RiskCode.REMADE], id="what was there is made anew"),
        pytest.param((change(Verb.NO_OP, previous_address="terraform_data.x").model_copy(update={"address": "terraform_data.y"}),), [RiskCode.MOVE], id="what was there lives on elsewhere"),
        pytest.param((change(Verb.NO_OP, previous_address="terraform_data.z").model_copy(update={"address": "terraform_data.y"}),), [RiskCode.REMADE, RiskCode.MOVE], id="something else moves"),
    ],
)  # fmt: skip
def test_an_object_in_the_place_of_another(more: tuple[Change, ...], codes: list[RiskCode]) -> None:
    """Only what is gone is made anew."""
    history = History(existed={"terraform_data.x": "terraform_data", "terraform_data.z": "terraform_data"})
    found = risk.judge(plan(change(Verb.CREATE), *more), history=history)
    assert [reason.code for reason in found.reasons] == codes


@given(some=_CHANGES, more=_CHANGES)
def test_more_changes_are_never_less_serious(some: list[Change], more: list[Change]) -> None:
    """Adding a change never lowers the class."""
    order = list(ChangeClass)
    before, after = risk.judge(plan(*some)), risk.judge(plan(*some, *more))
    assert order.index(after.change_class) >= order.index(before.change_class)


@given(changes=_CHANGES, order=st.randoms())
def test_the_order_of_changes_means_nothing(changes: list[Change], order: Any) -> None:
    """However a plan is sorted, it is judged alike."""
    shuffled = changes.copy()
    order.shuffle(shuffled)
    assert risk.judge(plan(*shuffled)) == risk.judge(plan(*changes))


@given(changes=_CHANGES)
def test_an_end_is_never_standard(changes: list[Change]) -> None:
    """Whatever ends an object is at least significant; where it keeps data, the plan is blocked."""
    judged = risk.judge(plan(*changes))
    ends = [each for each in changes if each.destroys]
    assert not ends or judged.change_class is not STANDARD
    assert judged.blocked or not any(data.keeps(each.type) for each in ends)
    assert not judged.blocked or judged.change_class is HIGH


@pytest.mark.parametrize(
    ("what", "loses"),
    [
        pytest.param(change(Verb.DELETE, "aws_db_instance"), "aws_db_instance.x and all data in it go", id="delete"),
        pytest.param(
            change(Verb.REPLACE, "aws_s3_bucket", findings=(Finding.FORCED,)),
            "all data in aws_s3_bucket.x go; an empty one takes its place, even if it is not empty",
            id="replace of a full bucket",
        ),
        pytest.param(
            change(Verb.DELETE, "aws_db_instance", findings=(Finding.UNSAVED,)),
            "aws_db_instance.x and all data in it go, and no last snapshot is taken",
            id="delete without a snapshot",
        ),
        pytest.param(
            change(Verb.DELETE, "aws_ebs_volume", deposed="1a2b"),
            "the old object of aws_ebs_volume.x that was left behind (1a2b) and its data go",
            id="deposed",
        ),
        pytest.param(
            change(Verb.UPDATE, "aws_db_instance", findings=(Finding.ENCRYPTION,)),
            "the data of aws_db_instance.x can be kept only as a copy under the new key: the object itself cannot change its encryption",
            id="encryption",
        ),
        pytest.param(change(Verb.UPDATE, "aws_db_instance", findings=(Finding.UNPROTECTED,)), None, id="precursor"),
        pytest.param(change(Verb.FORGET, "aws_db_instance"), None, id="forget"),
        pytest.param(change(Verb.DELETE, "aws_lb"), None, id="no data"),
    ],
)  # fmt: skip
def test_losses(what: Change, loses: str | None) -> None:
    """What would be lost is said in words; a precursor alone loses nothing yet."""
    judged = risk.judge(plan(what))
    assert [reason.text for reason in judged.losses] == ([loses] if loses else [])
    assert judged.blocked is (loses is not None)


LOWERED = Override.model_validate(
    {"match": "aws_db_instance.x", "class": "standard", "because": "rebuilt nightly"}
)


def test_an_estate_lowers_with_a_because() -> None:
    """The reasons of the named object give way to one that says why; others stay, and so does their loss."""
    rules = RiskRules(overrides=(LOWERED,))
    alone = risk.judge(plan(change(Verb.REPLACE, "aws_db_instance")), rules)
    assert (alone.change_class, alone.blocked) == (STANDARD, False)
    assert [(each.code, each.text) for each in alone.reasons] == [
        (
            RiskCode.OVERRIDDEN,
            "aws_db_instance.x counts as standard instead of high-risk, because: rebuilt nightly",
        )
    ]
    beside = change(Verb.REPLACE, "aws_rds_cluster")
    both = risk.judge(plan(change(Verb.REPLACE, "aws_db_instance"), beside), rules)
    assert (both.change_class, [each.address for each in both.losses]) == (HIGH, ["aws_rds_cluster.x"])


@pytest.mark.parametrize(
    "override",
    [
        pytest.param({"match": "aws_db_instance", "class": "high-risk", "because": "it is dear"}, id="it raises"),
        pytest.param({"match": "aws_db_instance", "class": "significant"}, id="it says no because"),
    ],
)  # fmt: skip
def test_what_lowers_nothing_takes_no_loss_away(override: dict[str, str]) -> None:
    """Whoever names an object, and not to make it harmless, loses it like everybody."""
    rules = RiskRules(overrides=(Override.model_validate(override),))
    assert risk.judge(plan(change(Verb.DELETE, "aws_db_instance")), rules).blocked


def test_drift_that_is_none_is_not_raised() -> None:
    """What others only changed is no reason, whatever the estate says of the object."""
    rules = RiskRules(overrides=(Override.model_validate({"match": "aws_lb", "class": "high-risk"}),))
    assert risk.judge(plan(drift=(change(Verb.UPDATE, "aws_lb"),)), rules).reasons == ()
    assert risk.judge(plan(drift=(change(Verb.DELETE, "aws_lb"),)), rules).change_class is HIGH


@pytest.mark.parametrize(
    ("what", "said"),
    [
        pytest.param(change(Verb.DELETE), "terraform_data.x would be destroyed", id="delete"),
        pytest.param(change(Verb.REPLACE), "terraform_data.x would be replaced", id="replace"),
        pytest.param(change(Verb.DELETE, "aws_lb"), "aws_lb.x would be destroyed, and what is reached through it would be down", id="outage"),
        pytest.param(change(Verb.REPLACE, "aws_lb"), "aws_lb.x would be replaced, and what is reached through it would be down", id="outage while it is replaced"),
        pytest.param(change(Verb.DELETE, deposed="1a"), "what a failed replacement of terraform_data.x left behind would be destroyed", id="deposed"),
        pytest.param(change(Verb.DELETE, "aws_db_instance", deposed="1a"), "what a failed replacement of aws_db_instance.x left behind would be destroyed, and it keeps data", id="deposed, with data"),
    ],
)  # fmt: skip
def test_what_is_said_of_an_end(what: Change, said: str) -> None:
    """Nobody can take a replacement for a destruction, nor data for none."""
    assert [reason.text for reason in risk.judge(plan(what)).reasons] == [said]


def test_an_estate_adds_types_and_raises() -> None:
    """More types keep data; any change of a raised object counts as that."""
    rules = RiskRules(stateful=("acme_*",), overrides=(Override.model_validate({"match": "aws_instance", "class": "high-risk"}),))  # fmt: skip
    assert risk.judge(plan(change(Verb.DELETE, "acme_ledger")), rules).blocked
    raised = risk.judge(plan(change(Verb.CREATE, "aws_instance")), rules)
    assert [(each.code, each.text) for each in raised.reasons] == [
        (RiskCode.RAISED, "aws_instance.x counts as high-risk in this estate")
    ]


@pytest.mark.parametrize(
    ("what", "code", "text"),
    [
        pytest.param(
            change(Verb.CREATE, "aws_db_instance"), RiskCode.REMADE, "gone already", id="a database"
        ),
        pytest.param(change(Verb.CREATE), RiskCode.REMADE, "made anew", id="no data"),
        pytest.param(change(Verb.CREATE, importing="i"), None, "", id="taken over"),
        pytest.param(change(Verb.UPDATE), None, "", id="still there"),
        pytest.param(change(Verb.CREATE, "null_resource"), None, "", id="new"),
    ],
)
def test_a_create_of_what_existed(what: Change, code: RiskCode | None, text: str) -> None:
    """It is the end of a destruction."""
    history = History(existed={"aws_db_instance.x": "aws_db_instance", "terraform_data.x": "terraform_data"})
    judged = risk.judge(plan(what), history=history)
    assert [each.code for each in judged.reasons] == ([code] if code else [])
    assert all(text in each.text for each in judged.reasons)
    assert all(("what it kept" in each.text) is data.keeps(what.type) for each in judged.reasons)
    assert risk.judge(plan(what)).change_class is STANDARD


def test_what_was_left_behind_is_not_made_anew() -> None:
    """The object itself is still there beside what is deposed."""
    history = History(existed={"terraform_data.x": "terraform_data"})
    judged = risk.judge(plan(change(Verb.CREATE, deposed="1a")), history=history)
    assert RiskCode.REMADE not in [each.code for each in judged.reasons]


@pytest.mark.parametrize(
    ("kind", "verb", "calm"),
    [
        pytest.param("aws_instance", Verb.CREATE, True, id="create"),
        pytest.param("aws_iam_role", Verb.UPDATE, False, id="identity"),
        pytest.param("aws_security_group", Verb.CREATE, False, id="network"),
        pytest.param("aws_iam_role", Verb.READ, True, id="read"),
        pytest.param("aws_instance", Verb.FORGET, False, id="forget"),
    ],
)
def test_what_is_calm_gives_no_reason(kind: str, verb: Verb, *, calm: bool) -> None:
    """It may be left out before it is judged, and nothing is missed."""
    assert risk.calm(kind, verb) is calm
    assert (risk.judge(plan(change(verb, kind))).change_class is STANDARD) is calm
