"""What the checks of an old colour say together."""

import pytest

from bot.domain.report import Verdict
from tests.fakes.leases import check, lease


@pytest.mark.parametrize(
    ("said", "together"),
    [
        ((), Verdict.PASS),
        ((Verdict.PASS, Verdict.PASS), Verdict.PASS),
        ((Verdict.PASS, Verdict.UNKNOWN), Verdict.UNKNOWN),
        ((Verdict.UNKNOWN, Verdict.FAIL, Verdict.PASS), Verdict.FAIL),
    ],
    ids=str,
)
def test_the_worst_counts(said: tuple[Verdict, ...], together: Verdict) -> None:
    """UNKNOWN never counts as PASS."""
    found = lease(checks=tuple(map(check, said)))
    assert (found.verdict, found.sound) == (together, together is Verdict.PASS)
