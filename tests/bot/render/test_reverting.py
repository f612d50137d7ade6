"""Going back from a deploy: the button, and the news."""

from bot.domain.run import Outcome
from bot.domain.value import Commit, RunId
from bot.render import outcome, reverting
from tests.fakes.limits import breaches, shown
from tests.fakes.reports import later, report, run

GOOD = run(id=RunId(40), commit=Commit("a1b2c3d4e5f6" + "0" * 28), outcome=Outcome.DONE)
ENDED = run(stage=None, outcome=Outcome.FAILED, ended_at=later(minutes=12))


def test_the_button_says_what_it_would_do() -> None:
    """Before anything happens somebody reads which commit comes, and what it goes past."""
    (row,) = reverting.button(report(run=ENDED, back_to=GOOD))
    (button,) = row["elements"]
    assert (button["action_id"], button["value"], button["style"]) == ("say_rollback", "prod 42", "danger")
    assert "commit a1b2c3d4e5f6 of run 40" in button["confirm"]["text"]["text"]


def test_no_button_where_there_is_no_way() -> None:
    """Whoever may press it must not be told that it is not possible."""
    assert reverting.button(report(run=ENDED)) == []
    assert reverting.button(report(run=ENDED, back_to=GOOD.model_copy(update={"commit": None}))) == []


def test_it_stands_at_the_end_of_a_run() -> None:
    """However much there is to be told of it."""
    message = outcome.message(report(run=ENDED, back_to=GOOD))
    assert message.blocks[-1]["block_id"] == "rollback"
    assert breaches(message) == []


def test_the_news() -> None:
    """Who takes what back, to what, and that somebody else looks at it."""
    back = run(id=RunId(43), reverts=RunId(42), stage=None)
    message = reverting.message(report(run=back), "https://acme.slack.com/archives/C1/p1")
    assert message.text == "prod goes back: run 43 takes run 42 back."
    text = shown(message)
    assert "run 43 by <@U0ANA>" in text
    assert "<https://acme.slack.com/archives/C1/p1|The run's thread>" in text
    assert "`/interlock review`" in text
    assert "thread" not in shown(reverting.message(report(run=back), ""))
