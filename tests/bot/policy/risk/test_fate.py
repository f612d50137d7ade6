"""What becomes of one object; the whole of a plan has its own test."""

import pytest

from bot.domain.plan import Change, Finding, Verb
from bot.domain.risk import History, RiskCode
from bot.policy.risk import fate
from tests.bot.policy.risk.test_init import change

UNKNOWN = History()
BEFORE = History(existed={"aws_db_instance.x": "aws_db_instance", "terraform_data.x": "terraform_data"})


@pytest.mark.parametrize(
    ("what", "more", "history", "expected"),
    [
        pytest.param(change(Verb.CREATE), (), UNKNOWN, [], id="something new"),
        pytest.param(change(Verb.CREATE), (), History(existed={}), [], id="something that was never there"),
        pytest.param(change(Verb.CREATE), (), BEFORE, [(RiskCode.REMADE, "terraform_data.x existed after the last apply here and would be made anew")], id="something that was there"),
        pytest.param(change(Verb.CREATE, "aws_db_instance"), (), BEFORE, [(RiskCode.REMADE, "aws_db_instance.x existed after the last apply here and would be made anew; what it kept is gone already, unless there is a copy")], id="something that kept data"),
        pytest.param(change(Verb.CREATE, importing="i-1"), (), BEFORE, [], id="taken over, not made"),
        pytest.param(change(Verb.CREATE, deposed="ab"), (), BEFORE, [(RiskCode.DEPOSED, "what a failed replacement of terraform_data.x left behind would be destroyed")], id="left behind"),
        pytest.param(change(Verb.UPDATE), (), BEFORE, [], id="changed in place"),
        pytest.param(change(Verb.DELETE), ("terraform_*",), UNKNOWN, [(RiskCode.STATEFUL_DELETE, "terraform_data.x keeps data and would be destroyed")], id="what the estate says keeps data"),
        pytest.param(change(Verb.DELETE, "aws_lb"), (), UNKNOWN, [(RiskCode.OUTAGE, "aws_lb.x would be destroyed, and what is reached through it would be down")], id="others are reached through it"),
        pytest.param(change(Verb.DELETE, "aws_backup_plan"), (), UNKNOWN, [(RiskCode.UNPROTECTED, "aws_backup_plan.x would be destroyed, and what it keeps from being lost would be kept no longer")], id="others are kept from being lost by it"),
        pytest.param(change(Verb.REPLACE, "aws_backup_plan", provider="registry.terraform.io/hashicorp/aws"), (), UNKNOWN, [(RiskCode.REPLACE, "aws_backup_plan.x would be replaced")], id="another takes over at once"),
        pytest.param(change(Verb.REPLACE, "aws_lb"), ("aws_lb",), UNKNOWN, [(RiskCode.STATEFUL_REPLACE, "aws_lb.x keeps data and would be replaced by an empty one")], id="the gravest of two"),
    ],
)  # fmt: skip
def test_what_becomes_of_it(
    what: Change, more: tuple[str, ...], history: History, expected: list[tuple[RiskCode, str]]
) -> None:
    """One reason for its end, the gravest, and one for each thing beside it."""
    found = fate.reasons(what, more, history)
    assert [(reason.code, reason.text) for reason in found] == expected


@pytest.mark.parametrize(
    ("what", "more", "code", "text"),
    [
        pytest.param(change(Verb.UPDATE, "aws_db_instance"), (), None, "", id="nothing is lost"),
        pytest.param(change(Verb.DELETE), (), None, "", id="nothing was kept"),
        pytest.param(change(Verb.DELETE), ("terraform_data",), RiskCode.STATEFUL_DELETE, "terraform_data.x and all data in it go", id="a type that the estate adds"),
        pytest.param(change(Verb.DELETE, "aws_db_instance"), (), RiskCode.STATEFUL_DELETE, "aws_db_instance.x and all data in it go", id="destroyed"),
        pytest.param(change(Verb.REPLACE, "aws_db_instance"), (), RiskCode.STATEFUL_REPLACE, "all data in aws_db_instance.x go; an empty one takes its place", id="replaced"),
        pytest.param(change(Verb.DELETE, "aws_db_instance", deposed="ab"), (), RiskCode.DEPOSED, "the old object of aws_db_instance.x that was left behind (ab) and its data go", id="left behind"),
        pytest.param(change(Verb.DELETE, "aws_db_instance", findings=(Finding.UNSAVED,)), (), RiskCode.STATEFUL_DELETE, "aws_db_instance.x and all data in it go, and no last snapshot is taken", id="with no snapshot"),
        pytest.param(change(Verb.DELETE, "aws_s3_bucket", findings=(Finding.FORCED,)), (), RiskCode.STATEFUL_DELETE, "aws_s3_bucket.x and all data in it go, even if it is not empty", id="even if it is not empty"),
        pytest.param(change(Verb.UPDATE, "aws_db_instance", findings=(Finding.ENCRYPTION,)), (), RiskCode.ENCRYPTION, "the data of aws_db_instance.x can be kept only as a copy under the new key: the object itself cannot change its encryption", id="another key"),
    ],
)  # fmt: skip
def test_what_is_lost(what: Change, more: tuple[str, ...], code: RiskCode | None, text: str) -> None:
    """What would be gone for good, in one sentence."""
    found = fate.loss(what, more)
    assert (found and found.code, found.text if found else "") == (code, text)
