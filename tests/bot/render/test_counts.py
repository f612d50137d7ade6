from bot.domain.plan import Counts
from bot.render import counts
from bot.render.text import MINUS
from tests.fakes.reports import ASK, report, run


def test_line() -> None:
    """Four numbers always, the others where they are not zero."""
    assert counts.line(Counts(create=2, update=5, replace=1)) == f"+2  ~5  ±1 replaced  {MINUS}0"
    assert counts.line(Counts(delete=1200, move=1, import_=2, drift=3)) == (
        f"+0  ~0  ±0 replaced  {MINUS}1,200  1 moved  2 imported  3 drifted"
    )


def test_spoken() -> None:
    """Only what is not zero is read aloud."""
    assert counts.spoken(Counts(create=2, delete=1)) == "2 created, 1 destroyed"
    assert counts.spoken(Counts()) == "nothing changes"


def test_judged() -> None:
    """The class with its first reason, and how many more there are."""
    assert counts.judged(report()) == "high-risk: aws_db_instance.main would be replaced"
    double = ASK.model_copy(update={"reasons": ASK.reasons * 3})
    assert counts.judged(report(ask=double)).endswith("replaced (and 2 more)")
    assert counts.judged(report(run=run(change_class=None))) == ""
