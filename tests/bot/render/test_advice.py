import pytest

from bot.domain.run import Outcome
from bot.render import advice
from tests.fakes.reports import later, report, run


@pytest.mark.parametrize("how", Outcome)
def test_every_bad_end_has_a_next_thing(how: Outcome) -> None:
    """Only good ends leave nothing to do."""
    told = report(run=run(outcome=how, ended_at=later(minutes=1)))
    assert bool(advice.step(told)) is (how not in {Outcome.DONE, Outcome.NOTHING})


def test_an_open_run_needs_no_advice() -> None:
    """While it is open, its steps speak."""
    assert advice.step(report()) == ""


def test_the_command_is_a_command() -> None:
    """A ref can break neither the line nor the code span."""
    assert advice.deploy(run(ref="a`b\n<c>")) == "`/deploy prod a\N{MODIFIER LETTER GRAVE ACCENT}b &lt;c&gt;`"
