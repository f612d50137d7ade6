"""The way back: whatever was touched returns to where it was, and nothing else is ever named."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.traffic import Exposure, Move, Shift, ShiftState, Weights
from bot.policy import moving, returning

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
OLD, SOME, NEW = Weights(blue=100, green=0), Weights(blue=90, green=10), Weights(blue=0, green=100)
MOVES = (
    Move(service="jobs", exposure=Exposure.NONE, before=OLD, after=NEW, whole=True),
    Move(service="store", exposure=Exposure.PUBLIC, before=OLD, after=SOME),
    Move(service="store", exposure=Exposure.PUBLIC, before=SOME, after=NEW, whole=True),
)


def shift(index: int, move: int, state: ShiftState = ShiftState.DONE) -> Shift:
    planned = MOVES[move]
    return Shift(
        index=index,
        move=move,
        service=planned.service,
        before=planned.before,
        after=planned.after,
        state=state,
        at=NOON,
    )


def back(
    index: int, service: str, before: Weights, after: Weights = OLD, state: ShiftState = ShiftState.DONE
) -> Shift:
    return Shift(index=index, move=None, service=service, before=before, after=after, state=state, at=NOON)


@pytest.mark.parametrize(
    ("shifts", "names"),
    [
        pytest.param([], [], id="nothing was begun"),
        pytest.param([shift(0, 0, ShiftState.FAILED)], [], id="surely nothing was written"),
        pytest.param([shift(0, 0, ShiftState.BEGUN)], ["jobs"], id="perhaps something was"),
        pytest.param([shift(0, 0, ShiftState.UNKNOWN)], ["jobs"], id="nobody knows"),
        pytest.param(
            [shift(0, 0), shift(1, 1)], ["store", "jobs"], id="the last that was touched goes first"
        ),
        pytest.param([shift(0, 0), shift(1, 1), back(2, "store", SOME)], ["jobs"], id="one is back"),
        pytest.param(
            [shift(0, 0), back(1, "jobs", NEW, state=ShiftState.FAILED)], ["jobs"], id="a try that failed"
        ),
        pytest.param([shift(0, 0), back(1, "jobs", NEW)], [], id="all is back"),
        pytest.param([shift(0, 1), back(1, "store", NEW, SOME)], ["store"], id="only half of the way"),
    ],
)
def test_what_is_left(shifts: list[Shift], names: list[str]) -> None:
    """Only what was touched, and is not back."""
    assert [one.service for one in returning.way(MOVES, shifts)] == names


def test_what_may_be_overwritten() -> None:
    """All that the run may have written itself, and what people let it go on from."""
    theirs = Weights(blue=80, green=20)
    seen = shift(1, 2).model_copy(update={"before": theirs})
    (one,) = returning.way(MOVES, [shift(0, 1), seen])
    assert set(one.ours) == {OLD, SOME, theirs, NEW}
    assert one.to == OLD


@pytest.mark.parametrize(
    ("last", "half"),
    [
        pytest.param(shift(1, 2), None, id="it was whole"),
        pytest.param(shift(1, 2, ShiftState.UNKNOWN), (NEW, SOME), id="a move is taken back"),
        pytest.param(shift(1, 2, ShiftState.BEGUN), (NEW, SOME), id="so it is after a kill"),
        pytest.param(
            back(1, "store", SOME, state=ShiftState.FAILED), (SOME, OLD), id="a way back is finished"
        ),
    ],
)
def test_what_was_cut_off(last: Shift, half: tuple[Weights, Weights] | None) -> None:
    """Where some places may say one thing and some another."""
    (one,) = returning.way(MOVES, [shift(0, 1), last])
    assert one.half == half


@given(st.lists(st.sampled_from(list(ShiftState)), max_size=12), st.integers(0, 3))
def test_any_switch_and_a_whole_way_back(states: list[ShiftState], tries: int) -> None:
    """After whatever sequence of shifts and failed tries, one round brings all that was touched to its origin."""
    made: list[Shift] = []
    for state in states:
        place = moving.due(MOVES, made)
        if place is None:
            break
        made.append(shift(len(made), place, state))
    touched = {one.service for one in made if one.state is not ShiftState.FAILED}
    for _ in range(tries):
        made += [
            back(len(made), one.service, one.ours[-1], one.to, ShiftState.FAILED)
            for one in returning.way(MOVES, made)
        ]
    way = returning.way(MOVES, made)
    assert {one.service for one in way} == touched
    assert all(one.to == OLD and one.to in one.ours for one in way)
    made += [back(len(made), one.service, one.ours[-1], one.to) for one in way]
    assert returning.way(MOVES, made) == ()
