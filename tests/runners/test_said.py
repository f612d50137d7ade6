"""Which ends are bad news, and what messages are known by."""

from typing import Any

import pytest

from bot.domain.report import ApplyReport, Ledger, Report
from bot.domain.run import Outcome
from bot.domain.traffic import Shift, ShiftState, Weights
from bot.domain.value import RunId
from runners import said
from tests.fakes.reports import NOON, report, run

APPLIED = ApplyReport(began_at=NOON, ledger=Ledger(pieces=()))
OLD = Weights(blue=100, green=0)
SHIFT = Shift(index=0, move=0, service="store", before=OLD, after=OLD, state=ShiftState.DONE, at=NOON)


def ended(outcome: Outcome, reverts: int | None = None, **differs: Any) -> Report:
    """A run that ended so, and had begun to change something."""
    back = RunId(reverts) if reverts else None
    return report(**({"run": run(outcome=outcome, reverts=back), "apply": APPLIED} | differs))


@pytest.mark.parametrize(
    ("told", "alarming"),
    [
        pytest.param(ended(Outcome.DONE), False, id="it is good"),
        pytest.param(ended(Outcome.FAILED), True, id="it failed"),
        pytest.param(ended(Outcome.UNKNOWN), True, id="nobody knows"),
        pytest.param(ended(Outcome.RETURNED), True, id="it went back"),
        pytest.param(ended(Outcome.CANCELLED), True, id="somebody stopped it half-way"),
        pytest.param(ended(Outcome.FAILED, apply=None), False, id="nothing was changed"),
        pytest.param(ended(Outcome.FAILED, apply=None, shifts=(SHIFT,)), True, id="traffic was moved"),
        pytest.param(ended(Outcome.REFUSED), False, id="the law said no"),
        pytest.param(ended(Outcome.DONE, reverts=41), False, id="a way back that is good"),
        pytest.param(ended(Outcome.FAILED, reverts=41, apply=None), True, id="a way back that changed nothing"),
        pytest.param(ended(Outcome.REFUSED, reverts=41, apply=None), True, id="a way back that was refused"),
        pytest.param(ended(Outcome.NOTHING, reverts=41, apply=None), True, id="a way back with nothing to do"),
    ],
)  # fmt: skip
def test_what_is_bad_news(told: Report, alarming: bool) -> None:
    """What was changed and did not end well; and a way back that did not bring back anything."""
    assert said.alarming(told) is alarming


def test_keys() -> None:
    """A run has one message in the channel, and a card for each plan."""
    assert said.status_key(RunId(42)) == "run:42"
    assert said.card_key(RunId(42), "ab" * 32) != said.card_key(RunId(42), "cd" * 32)
    assert said.card_key(RunId(42), "ab" * 32).startswith("run:42:plan:")
