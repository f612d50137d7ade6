"""The way back puts every service that was touched where it was, whatever became of the shifts."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.colour import Colour
from bot.domain.traffic import Exposure, Move, Shift, ShiftState, Weights
from bot.policy import moving, returning
from bot.policy.returning import Return

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OLD, NEW = Weights(blue=100, green=0), Weights(blue=0, green=100)
BEGUN, DONE, FAILED, UNKNOWN = ShiftState


def green(part: int) -> Weights:
    """Green gets so many of a hundred parts."""
    return Weights.giving(Colour.GREEN, part)


TEN = green(10)


def move(service: str, before: Weights, after: Weights) -> Move:
    return Move(service=service, exposure=Exposure.PUBLIC, before=before, after=after)


#: The admin pages begin where somebody left them by hand.
MOVES = (
    move("admin", Weights(blue=1, green=0), NEW),
    move("store", OLD, TEN),
    move("store", TEN, NEW),
)
ADMIN = MOVES[0].before


def forth(place: int, state: ShiftState = DONE, before: Weights | None = None) -> Shift:
    """A shift of the move at *place*."""
    planned = MOVES[place]
    return Shift(
        index=0, move=place, service=planned.service, before=before or planned.before, after=planned.after,
        state=state, at=NOON,
    )  # fmt: skip


def back(service: str, before: Weights, state: ShiftState = DONE, after: Weights | None = None) -> Shift:
    """A shift on the way back."""
    to = after or (ADMIN if service == "admin" else OLD)
    return Shift(index=0, move=None, service=service, before=before, after=to, state=state, at=NOON)


@pytest.mark.parametrize(
    ("shifts", "expected"),
    [
        pytest.param([], [], id="nothing was touched"),
        pytest.param([forth(0, FAILED)], [], id="nothing was written"),
        pytest.param([forth(0)], [Return("admin", ADMIN, (ADMIN, NEW))], id="one was moved"),
        pytest.param(
            [forth(0), forth(1), forth(2)],
            [Return("store", OLD, (OLD, TEN, NEW)), Return("admin", ADMIN, (ADMIN, NEW))],
            id="the last one that was touched goes first",
        ),
        pytest.param([forth(1), forth(2, BEGUN)], [Return("store", OLD, (OLD, TEN, NEW), (NEW, TEN))], id="a way forth that was cut off is taken back"),
        pytest.param([forth(1), forth(2, UNKNOWN)], [Return("store", OLD, (OLD, TEN, NEW), (NEW, TEN))], id="one of which nobody knows, too"),
        pytest.param([forth(1), back("store", TEN, BEGUN)], [Return("store", OLD, (OLD, TEN), (TEN, OLD))], id="a way back that was cut off is finished"),
        pytest.param([forth(1), back("store", TEN, FAILED)], [Return("store", OLD, (OLD, TEN), (TEN, OLD))], id="a way back that failed is tried again"),
        pytest.param([forth(0), forth(1), back("store", TEN)], [Return("admin", ADMIN, (ADMIN, NEW))], id="what is back stays there"),
        pytest.param([forth(1), forth(2, BEGUN), back("store", NEW, after=TEN)], [Return("store", OLD, (OLD, TEN, NEW))], id="half of the way back is not back"),
        pytest.param([forth(0), forth(1), back("store", TEN), back("admin", NEW)], [], id="all is back"),
        pytest.param([forth(1), forth(2, before=green(20))], [Return("store", OLD, (OLD, TEN, green(20), NEW))], id="what people let it go on from is its own"),
        pytest.param(
            [forth(0), forth(1), back("store", TEN, UNKNOWN), back("admin", NEW, UNKNOWN)],
            [Return("store", OLD, (OLD, TEN), (TEN, OLD)), Return("admin", ADMIN, (ADMIN, NEW), (NEW, ADMIN))],
            id="the order stays, whatever was tried last",
        ),
        pytest.param([forth(1), forth(2, FAILED)], [Return("store", OLD, (OLD, TEN, NEW))], id="one that was never written leaves no half"),
        pytest.param([forth(1, UNKNOWN), forth(1, FAILED)], [Return("store", OLD, (OLD, TEN), (TEN, OLD))], id="but the one before it may"),
        pytest.param([forth(0), forth(1, FAILED)], [Return("admin", ADMIN, (ADMIN, NEW))], id="one that was never written stays as it is"),
    ],
)  # fmt: skip
def test_the_way_back(shifts: list[Shift], expected: list[Return]) -> None:
    """Whatever was touched, in one step each, with all that the run may have left there."""
    assert returning.way(MOVES, shifts) == tuple(expected)


_LADDER = (*(move("jobs", OLD, NEW),), *MOVES)
#: What becomes of one write: how it ends in the rows, and whether it is there.
_ENDS = ((DONE, True), (FAILED, False), (UNKNOWN, True), (UNKNOWN, False), (BEGUN, True), (BEGUN, False))
_ORIGIN = {"jobs": OLD, "admin": ADMIN, "store": OLD}


@given(
    there=st.lists(st.sampled_from(_ENDS), max_size=8),
    tries=st.lists(st.sampled_from(_ENDS), max_size=12),
)
def test_after_any_shifts_everything_is_back(
    there: list[tuple[ShiftState, bool]], tries: list[tuple[ShiftState, bool]]
) -> None:
    """However writes ended on both ways, nothing else is ever overwritten, and at the end all is where it was."""
    world, rows = dict(_ORIGIN), list[Shift]()
    for state, written in there:
        if (place := moving.due(_LADDER, rows)) is None:
            break
        planned = _LADDER[place]
        rows.append(
            Shift(
                index=len(rows), move=place, service=planned.service, before=world[planned.service],
                after=planned.after, state=state, at=NOON,
            )
        )  # fmt: skip
        if written:
            world[planned.service] = planned.after
    left = iter(tries)
    # Each round tries all that is left, and what goes wrong does not go wrong for ever.
    for _ in range(len(tries) + 2):
        for one in returning.way(_LADDER, rows):
            assert world[one.service] in one.ours, "what the run itself has left there is its own"
            assert one.to == _ORIGIN[one.service]
            state, written = next(left, (DONE, True))
            rows.append(
                Shift(
                    index=len(rows), move=None, service=one.service, before=world[one.service],
                    after=one.to, state=state, at=NOON,
                )
            )  # fmt: skip
            if written:
                world[one.service] = one.to
    assert returning.way(_LADDER, rows) == ()
    assert world == _ORIGIN
