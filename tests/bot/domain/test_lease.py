"""Whether an old colour is good to go back to."""

import pytest

from bot.domain.report import Verdict
from tests.fakes.leases import check, lease

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        pytest.param((), PASS, id="nobody was asked"),
        pytest.param((PASS, PASS), PASS, id="all are well"),
        pytest.param((PASS, UNKNOWN), UNKNOWN, id="one could not tell"),
        pytest.param((UNKNOWN, FAIL, PASS), FAIL, id="one is bad"),
    ],
)
def test_the_worst_speaks_for_all(said: tuple[Verdict, ...], verdict: Verdict) -> None:
    """UNKNOWN is never a pass."""
    kept = lease(checks=tuple(map(check, said)))
    assert kept.verdict is verdict
    assert kept.sound is (verdict is PASS)


def test_what_is_still_tried_is_not_known() -> None:
    """A check without a verdict is none that passed."""
    trying = check(PASS).model_copy(update={"verdict": None})
    assert lease(checks=(check(PASS), trying)).verdict is UNKNOWN
