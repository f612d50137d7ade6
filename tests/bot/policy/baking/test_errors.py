"""What is counted of errors, and how that is said."""

from datetime import timedelta

import pytest

from bot.domain.report import Counted, Evidence
from bot.policy.baking.errors import few, seldom, shown, totals
from bot.policy.baking.frame import Frame
from bot.policy.baking.line import Line
from tests.bot.policy.baking.conftest import ERRORS, UNTIL, bake, counted


@pytest.mark.parametrize(
    ("errors", "requests", "said"),
    [
        pytest.param(0, 0, "0 errors in 0 requests (0.00%)", id="nothing"),
        pytest.param(1, 1, "1 error in 1 request (100.00%)", id="one"),
        pytest.param(2, 3, "2 errors in 3 requests (66.67%)", id="some"),
        pytest.param(1234, 1_000_000, "1,234 errors in 1,000,000 requests (0.12%)", id="many"),
    ],
)
def test_shown(errors: int, requests: int, said: str) -> None:
    """Counts are written so that they can be read, with their rate."""
    assert shown(Counted(requests=requests, errors=errors)) == said


@pytest.mark.parametrize(
    ("by_chance", "said"),
    [
        pytest.param(1.0, "", id="always"),
        pytest.param(0.51, "", id="mostly"),
        pytest.param(0.5, ", by chance in fewer than 1 of 2 bakes", id="every second time"),
        pytest.param(0.001, ", by chance in fewer than 1 of 1,000 bakes", id="seldom"),
        pytest.param(1e-6, ", by chance in fewer than 1 of 1,000,000 bakes", id="never, nearly"),
        pytest.param(1e-30, ", by chance in fewer than 1 of 1,000,000 bakes", id="never"),
        pytest.param(0.0, ", by chance in fewer than 1 of 1,000,000 bakes", id="beyond all reckoning"),
    ],
)
def test_seldom(by_chance: float, said: str) -> None:
    """Odds are told only where they say something, and no longer than anybody needs."""
    assert seldom(by_chance) == said


@pytest.mark.parametrize(
    ("least", "requests", "said"),
    [
        pytest.param(1000, 1000, "", id="enough"),
        pytest.param(1000, 999, "only 999 of 1,000 needed requests were seen", id="one short"),
        pytest.param(1, 0, "no request was seen", id="none"),
        pytest.param(0, 0, "no request was seen", id="none, though none is asked for"),
    ],
)
def test_few(least: int, requests: int, said: str) -> None:
    """What is missing is told with what would be enough."""
    assert few(requests, Frame(bake(ERRORS, min_requests=least), UNTIL), "seen") == said


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(None, False, id="nothing was found"),
        pytest.param(Evidence(metric="error_rate", requests=1, errors=0), False, id="counts of a time"),
        pytest.param(Evidence(metric="error_rate", requests_total=0), True, id="a total that begins"),
    ],
)
def test_totals(found: Evidence | None, expected: bool) -> None:
    """A running total is one from its first look on."""
    assert totals(found) is expected


def test_what_is_counted() -> None:
    """Errors that were counted before their requests are told, and judged as no more than those."""
    line = Line(ERRORS, 0.05, Frame(bake(ERRORS), UNTIL))
    assert (line.few(), line.candidate) == ("nothing was seen of error_rate", Counted(requests=0, errors=0))
    for sample in counted((10, 3), None, (2, 12)):
        line.look(sample)
    assert (line.requests, line.errors) == (12, 15)
    assert line.candidate == Counted(requests=12, errors=12)
    assert line.few() == "only 12 of 100 needed requests were seen by error_rate"


def test_what_is_lacking() -> None:
    """Too little goes before a gap, as it explains it."""
    line = Line(ERRORS, 0.05, Frame(bake(ERRORS), UNTIL))
    for sample in counted(*[(50, 0)] * 10):
        line.look(sample)
    assert line.lack(UNTIL) == ""
    assert line.lack(UNTIL + timedelta(minutes=5)) == "error_rate was not seen at the end"
