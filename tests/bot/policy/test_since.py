from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.traffic import Shift, ShiftState, Weights
from bot.policy import since

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BLUE = Weights(blue=100, green=0)


def shift(minute: int, service: str = "store", state: ShiftState = ShiftState.DONE) -> Shift:
    """A shift that was begun so many minutes after noon, and took one."""
    at = NOON + timedelta(minutes=minute)
    return Shift(
        index=minute, move=0, service=service, before=BLUE, after=BLUE, state=state,
        at=at, ended_at=at + timedelta(minutes=1) if state is ShiftState.DONE else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param([], None, id="nothing moved"),
        pytest.param([shift(0), shift(5)], NOON + timedelta(minutes=6), id="the last one"),
        pytest.param([shift(0), shift(5, "jobs")], NOON + timedelta(minutes=1), id="another service"),
        pytest.param([shift(0), shift(5, state=ShiftState.FAILED)], NOON + timedelta(minutes=1), id="one that failed"),
        pytest.param([shift(0).model_copy(update={"ended_at": None})], NOON, id="nobody wrote down its end"),
        pytest.param([shift(0, state=ShiftState.BEGUN)], None, id="one under way"),
    ],
)  # fmt: skip
def test_moved(made: list[Shift], expected: datetime | None) -> None:
    """What was done counts, and from its end on."""
    assert since.moved("store", made) == expected
