"""What a plan would lose for good."""

from bot.domain.value import GroupName
from bot.render import losses
from tests.fakes.reports import ASK, report

BLOCKED = ASK.model_copy(update={"loss": (GroupName("dba"), GroupName("board"))})


def test_what_would_be_lost() -> None:
    """Who must confirm comes first, then each object, and that nothing brings it back."""
    told = losses.section(report(ask=BLOCKED, losses=("aws_db_instance.main keeps data",)))
    assert told.splitlines() == [
        "🧨 *Blocked until somebody of `dba` or `board` confirms the loss by hand*",
        "• aws_db_instance.main keeps data",
        "Reverting the code brings none of it back.",
    ]


def test_many() -> None:
    """The rest is counted."""
    told = losses.section(report(ask=BLOCKED, losses=tuple(f"db.{number} goes" for number in range(25))))
    assert "… and 15 more objects" in told


def test_nothing() -> None:
    """Most plans lose nothing."""
    assert losses.section(report()) == ""
    assert losses.section(report(ask=None)) == ""
