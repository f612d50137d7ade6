"""How a bake lies in time."""

from datetime import timedelta

import pytest

from bot.domain.estate import BakeSettings
from bot.policy.baking.frame import Frame
from tests.bot.policy.baking.conftest import BEGAN, ERRORS, MINUTE, UNTIL, bake


@pytest.mark.parametrize(
    ("settings", "limit", "looks", "needed", "least"),
    [
        pytest.param(bake(ERRORS), 20, 10, 100, 20, id="as long again"),
        pytest.param(bake(ERRORS, extend=3 * MINUTE), 13, 10, 100, 20, id="as the estate says"),
        pytest.param(bake(ERRORS, extend=MINUTE / 60_000), 10 + 1 / 60_000, 10, 100, 20, id="hardly longer"),
        pytest.param(bake(ERRORS, min_requests=0), 20, 10, 1, 1, id="no traffic proves nothing"),
        pytest.param(bake(ERRORS, min_requests=5), 20, 10, 5, 5, id="few are enough"),
        pytest.param(bake(ERRORS, min_requests=20), 20, 10, 20, 20, id="as few as may fail early"),
        pytest.param(BakeSettings(for_=10 * MINUTE, every=4 * MINUTE), 20, 2, 100, 20, id="looks are whole"),
        pytest.param(BakeSettings(for_=10 * MINUTE, every=11 * MINUTE), 20, 1, 100, 20, id="there is one at least"),
    ],
)  # fmt: skip
def test_the_frame(settings: BakeSettings, limit: float, looks: int, needed: int, least: int) -> None:
    """All is reckoned back from the planned end."""
    frame = Frame(settings, UNTIL)
    assert (frame.began, frame.until) == (BEGAN, UNTIL)
    assert frame.limit == BEGAN + limit * MINUTE
    assert (frame.looks, frame.needed, frame.least) == (looks, needed, least)


@pytest.mark.parametrize(
    ("seconds", "slot"),
    [
        pytest.param(0, 0, id="the end"),
        pytest.param(-59, 0, id="less than a look before it"),
        pytest.param(-60, 1, id="a look before it"),
        pytest.param(-600, 10, id="the beginning"),
        pytest.param(1, -1, id="right after the end"),
    ],
)
def test_slots(seconds: int, slot: int) -> None:
    """Each interval has a number, those after the planned end too."""
    assert Frame(bake(ERRORS), UNTIL).slot(UNTIL + timedelta(seconds=seconds)) == slot
