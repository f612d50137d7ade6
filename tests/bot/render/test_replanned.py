"""What people read when the state moved on before the apply."""

from bot.domain.plan import Attribute, Verb
from bot.render import replanned
from tests.fakes.limits import shown
from tests.fakes.reports import DIGEST, USUAL, change, plan, report

NEW = plan(
    change("aws_db_instance.main", Verb.UPDATE),
    change(
        "aws_ecs_service.web",
        Verb.UPDATE,
        attributes=(Attribute(path="desired_count", before="3", after="4"),),
    ),
    change("aws_sqs_queue.jobs", Verb.CREATE),
    change("aws_s3_bucket.new", Verb.CREATE),
    serial=8,
)
OLD = USUAL.model_copy(update={"serial": 7})


def test_the_same_change() -> None:
    """Votes stand, and it is said why that is right."""
    message = replanned.message(report(plan=NEW), OLD, carried=True)
    assert shown(message) == (
        "🔁 The state moved from serial 7 to 8 before the apply. "
        "A fresh plan would do exactly the same, so the votes stand for it."
    )


def test_another_change() -> None:
    """Each object that differs is named, with how; what is the same is not."""
    told = shown(replanned.message(report(plan=NEW), OLD, carried=False))
    assert "The votes are void: look at the new card." in told
    for line in (
        "only now:     + aws_s3_bucket.new",
        "not any more: - aws_instance.old",
        "was:          -/+ aws_db_instance.main",
        "is now:       ~ aws_db_instance.main",
        "differs:      ~ aws_ecs_service.web: desired_count, environment.TOKEN",
    ):
        assert line in told
    assert "aws_sqs_queue.jobs" not in told


def test_a_difference_that_is_not_shown() -> None:
    """Values that are redacted or cut may be all that differs."""
    told = shown(replanned.message(report(plan=OLD), OLD, carried=False))
    assert "values that are not shown here" in told


def test_many_differences() -> None:
    """The rest is counted."""
    many = plan(*(change(f"aws_instance.web[{number}]", Verb.CREATE) for number in range(100)))
    told = shown(replanned.message(report(plan=many), plan(), carried=False))
    assert "… and 70 more differences" in told


def test_the_card_that_gave_way() -> None:
    """It has no buttons, and says which plan is the run's now."""
    message = replanned.superseded(report(plan=NEW), "f" * 64)
    assert "Superseded: plan ffffffffffff gave way to plan" in shown(message)
    assert DIGEST[:12] in shown(message)
    assert not [block for block in message.blocks if block["type"] == "actions"]
