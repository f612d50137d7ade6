"""The way back: what must be put where, and what may be overwritten on the way."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.traffic import Move, Shift, ShiftState, Weights


class Return(NamedTuple):
    """One service on its way back."""

    service: str
    #: Where it was before the run first touched it.
    to: Weights
    #: All that the run itself may have left there; anything else is somebody else's.
    ours: tuple[Weights, ...]
    #: From where to where a shift that may have been cut off half-way is ended first; `None` where none was.
    half: tuple[Weights, Weights] | None = None


def way(moves: Sequence[Move], shifts: Sequence[Shift]) -> tuple[Return, ...]:
    """List what is still to be put back, the last that was touched first; empty where everything is as it was."""
    forth = [shift for shift in shifts if shift.move is not None and shift.state is not ShiftState.FAILED]
    touched = tuple(dict.fromkeys(shift.service for shift in reversed(forth)))
    return tuple(_of(name, moves, shifts) for name in touched if not _returned(name, moves, shifts))


def _of(service: str, moves: Sequence[Move], shifts: Sequence[Shift]) -> Return:
    to = _origin(service, moves)
    mine = [shift for shift in shifts if shift.service == service]
    ours = dict.fromkeys([to, *(weights for shift in mine for weights in (shift.before, shift.after))])
    # A shift that was never written leaves no half behind; one on the way back may have been, whatever its row says.
    tried = [shift for shift in mine if shift.move is None or shift.state is not ShiftState.FAILED]
    return Return(service=service, to=to, ours=tuple(ours), half=_half(tried[-1], to))


def _half(last: Shift, to: Weights) -> tuple[Weights, Weights] | None:
    """A way back is finished, and a way forth is taken back."""
    if last.state is ShiftState.DONE:
        return None
    return (last.before, last.after) if last.after == to else (last.after, last.before)


def _origin(service: str, moves: Sequence[Move]) -> Weights:
    return next(move.before for move in moves if move.service == service)


def _returned(service: str, moves: Sequence[Move], shifts: Sequence[Shift]) -> bool:
    """Whether the last that was done to it left it there."""
    last = next(shift for shift in reversed(shifts) if shift.service == service)
    return last.state is ShiftState.DONE and last.after == _origin(service, moves)
