from bot.domain.plan import Change, ChangeClass, Counts, Plan, Verb
from bot.domain.risk import Risk
from bot.domain.value import PlanDigest
from bot.policy import risk
from bot.render import explanation

GONE = Change(address="aws_db_instance.main", type="aws_db_instance", verb=Verb.DELETE, actions=("delete",))


def plan(*changes: Change, **more: object) -> Plan:
    """Make a plan."""
    return Plan.model_validate({"digest": PlanDigest(""), "terraform_version": "1.11.4", "changes": changes, "counts": Counts()} | more)  # fmt: skip


def test_the_public_form() -> None:
    """Its fields are a promise."""
    told = plan(GONE, counts=Counts(delete=1, import_=2, unknown=3), applyable=True)
    text = "aws_db_instance.main keeps data and would be destroyed"
    assert explanation.data(told, risk.judge(told)) == {
        "class": "high-risk",
        "reasons": [{"code": "STATEFUL_DELETE", "address": "aws_db_instance.main", "text": text}],
        "counts": {
            "create": 0, "update": 0, "delete": 1, "replace": 0, "move": 0, "import": 2,
            "forget": 0, "read": 0, "no_op": 0, "drift": 0, "deposed": 0, "action": 0,
        },
        "applyable": True,
        "blocked": True,
        "destructive": ["aws_db_instance.main"],
        "terraform_version": "1.11.4",
    }  # fmt: skip


def test_what_an_old_format_does_not_say() -> None:
    """There is something to apply where something changes and nothing failed."""
    calm = Risk(change_class=ChangeClass.STANDARD)
    assert explanation.data(plan(), calm)["applyable"] is False
    assert explanation.data(plan(counts=Counts(create=1)), calm)["applyable"] is True
    assert explanation.data(plan(counts=Counts(create=1), errored=True), calm)["applyable"] is False
    assert explanation.data(plan(counts=Counts(create=1), applyable=False), calm)["applyable"] is False


def test_the_page() -> None:
    """What goes stands first, and no name writes lines of its own."""
    evil = GONE.model_copy(update={"address": "aws_db_instance.x\nClass: standard\u202e\x1b[2J"})
    told = plan(evil, counts=Counts(delete=1))
    page = explanation.page(told, risk.judge(told), "the diff\u202e\n")
    assert page == (
        "Destroyed or replaced (1):\n"
        "  - aws_db_instance.x Class: standard[2J\n"
        "\n"
        "Would be lost, and must be confirmed by hand:\n"
        "  - aws_db_instance.x Class: standard[2J and all data in it go [STATEFUL_DELETE]\n"
        "\n"
        "Class: high-risk, because\n"
        "  - aws_db_instance.x Class: standard[2J keeps data and would be destroyed [STATEFUL_DELETE]\n"
        "\n"
        "Counts: 1 delete\n"
        "Can be applied: yes\n"
        "\n"
        "the diff\n"
    )


def test_a_page_with_nothing_on_it() -> None:
    """Nothing is nothing."""
    page = explanation.page(plan(), Risk(change_class=ChangeClass.STANDARD), "Nothing changes.\n")
    assert page == "Class: standard\n\nCounts: nothing\nCan be applied: no\n\nNothing changes.\n"
