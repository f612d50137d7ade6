"""Gaps are no evidence."""

from datetime import timedelta

import pytest

from bot.policy.baking.frame import Frame
from bot.policy.baking.presence import Presence
from tests.bot.policy.baking.conftest import BEGAN, ERRORS, MINUTE, UNTIL, bake


@pytest.mark.parametrize(
    ("minutes", "now", "gap"),
    [
        pytest.param([6, 7, 8, 9, 10], 10, "", id="half of it"),
        pytest.param([7, 8, 9, 10], 10, "seen at only 4 of 10 looks", id="less than half"),
        pytest.param([9.1, 9.2, 9.3, 9.4, 9.5, 9.6, 10], 10, "seen at only 1 of 10 looks", id="often in one minute"),
        pytest.param([1, 2, 3, 4, 5, 6, 7, 8], 10, "", id="two looks ago"),
        pytest.param([1, 2, 3, 4, 5, 6, 7, 7.9], 10, "not seen at the end", id="longer ago"),
        pytest.param([7, 8, 9, 10, 11], 11, "", id="enough after the planned end"),
        pytest.param([], 10, "not seen at the end", id="never"),
    ],
)  # fmt: skip
def test_gaps(minutes: list[float], now: float, gap: str) -> None:
    """Half of the looks that the planned bake takes are needed, and one of the last two."""
    presence = Presence(Frame(bake(ERRORS), UNTIL))
    for minute in minutes:
        presence.note(BEGAN + minute * MINUTE, there=True)
    assert presence.gap(BEGAN + now * MINUTE) == gap


@pytest.mark.parametrize(
    ("came", "gap"),
    [
        pytest.param(30, "", id="to the end"),
        pytest.param(25, "", id="five minutes ago"),
        pytest.param(24, "standing still at the end", id="longer ago"),
        pytest.param(0, "standing still at the end", id="never"),
    ],
)
def test_totals_that_stand_still(came: int, gap: str) -> None:
    """They may be written less often than they are read; but nobody who comes is evidence of nothing."""
    presence = Presence(Frame(bake(ERRORS), UNTIL))
    for minute in range(1, 31):
        presence.note(BEGAN + minute * MINUTE, there=True, totals=True, came=minute <= came)
    assert presence.gap(BEGAN + 30 * MINUTE) == gap


@pytest.mark.parametrize(
    ("came", "gap"),
    [
        pytest.param(40, "", id="two looks ago"),
        pytest.param(30, "standing still at the end", id="three looks ago"),
    ],
)
def test_totals_that_are_seldom_read(came: int, gap: str) -> None:
    """Where two looks take longer than five minutes, they may stand still for two looks."""
    seldom = bake(ERRORS).model_copy(update={"every": 10 * MINUTE, "for_": 60 * MINUTE})
    presence = Presence(Frame(seldom, BEGAN + 60 * MINUTE))
    for minute in range(10, 61, 10):
        presence.note(BEGAN + minute * MINUTE, there=True, totals=True, came=minute <= came)
    assert presence.gap(BEGAN + 60 * MINUTE) == gap


@pytest.mark.parametrize(
    "second", [pytest.param(True, id="from then on"), pytest.param(False, id="till then")]
)
def test_totals_that_are_not_always_there(second: bool) -> None:
    """One look without them, and a gap is a gap."""
    presence = Presence(Frame(bake(ERRORS), UNTIL))
    for minute, totals in ((1, not second), (10, second)):
        presence.note(BEGAN + minute * MINUTE, there=True, totals=totals)
    assert presence.gap(UNTIL) == "seen at only 2 of 10 looks"


def test_an_interval_in_which_nobody_came() -> None:
    """It shows nothing: ten of them at the end, and the end was not seen."""
    presence = Presence(Frame(bake(ERRORS), UNTIL))
    for minute in range(1, 11):
        presence.note(BEGAN + minute * MINUTE, there=True, came=minute <= 7)
    assert presence.gap(UNTIL) == "not seen at the end"


def test_a_look_that_saw_nothing_ends_it() -> None:
    """What was there before is not there any more."""
    presence = Presence(Frame(bake(ERRORS), UNTIL))
    for minute in range(1, 11):
        presence.note(BEGAN + minute * MINUTE, there=minute < 10, totals=True)
    assert presence.gap(UNTIL + timedelta(seconds=1)) == "not seen at the end"
