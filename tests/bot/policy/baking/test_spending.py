"""What may be spent of the chance of a false alarm; how bets are won is tested with what bets."""

from datetime import timedelta
from math import log

import pytest

from bot.policy.baking.frame import Frame
from bot.policy.baking.spending import HALF, Budget, Wager
from tests.bot.policy.baking.conftest import BEGAN, ERRORS, MINUTE, UNTIL, bake


@pytest.mark.parametrize(
    ("looks", "extend", "parts"),
    [
        pytest.param([1], None, [2 / 21], id="the first look tells of the time before it, too"),
        pytest.param([1, 2], None, [2 / 21, 1 / 21], id="then each of its own"),
        pytest.param([5], None, [6 / 21], id="what was not spent is kept"),
        pytest.param([20], None, [1.0], id="all of it at the end of patience"),
        pytest.param([30], None, [1.0], id="and no more after it"),
        pytest.param([20, 21], None, [1.0, 0.0], id="nothing is left then"),
        pytest.param([5, 4, 6], None, [6 / 21, 0.0, 1 / 21], id="a look that comes late spends nothing"),
        pytest.param([10], 3 * MINUTE, [11 / 14], id="patience is the estate's"),
    ],
)
def test_a_budget(looks: list[int], extend: timedelta | None, parts: list[float]) -> None:
    """It comes free with time, from a look before the beginning to the end of all patience."""
    budget = Budget(Frame(bake(ERRORS, extend=extend), UNTIL))
    assert budget.part == 0
    spent = []
    for minute in looks:
        budget.enter(BEGAN + minute * MINUTE)
        spent.append(budget.part)
    assert spent == pytest.approx(parts)


def test_a_wager() -> None:
    """It begins with nothing won, is lost without doing harm, and pays by each bet's own price."""
    wager = Wager()
    wager.settle(0.5, 0, 100)
    assert wager.chance == 1
    wager = Wager()
    wager.settle(0.25, 3, 1)
    logs = [3 * log(times) - 4 * log(1 + 0.25 * (times - 1)) for times in (2, 5, 20)]
    assert wager._logs == pytest.approx(logs)
    wager.settle(0.25, 3, 1)
    assert wager._logs == pytest.approx([2 * one for one in logs])


def test_winnings_without_end() -> None:
    """No bet overflows, whatever is won or lost."""
    wager = Wager()
    wager.settle(0.5, 1_000_000, 0)
    assert wager.chance == 0
    wager.settle(0.5, 0, 10_000_000)
    assert wager.chance == 1


def test_two_halves_are_no_more_than_the_whole() -> None:
    """What fails early and what fails at the end share alpha."""
    assert 0 < 2 * HALF <= 1
