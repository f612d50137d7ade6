"""Done, in flight, failed, not started: what an apply did, in lists that say what they leave out."""

from collections.abc import Sequence

from bot.domain.report import Ledger, Piece, PieceState
from bot.render import blocks, text

_TITLES = {
    PieceState.FAILED: "✖ Failed",
    PieceState.IN_FLIGHT: "▸ In flight: began, end not seen",
    PieceState.DONE: "✔ Done",
    PieceState.NOT_STARTED: "· Not started",
}
_MOST_LISTED = {
    PieceState.FAILED: 10,
    PieceState.IN_FLIGHT: 15,
    PieceState.DONE: 15,
    PieceState.NOT_STARTED: 15,
}


def sentence(ledger: Ledger) -> str:
    """`31 done, 1 failed, 16 not started`."""
    parts = [
        f"{text.number(len(those))} {state.value}"
        for state in (PieceState.DONE, PieceState.FAILED, PieceState.IN_FLIGHT, PieceState.NOT_STARTED)
        if (those := ledger.those(state))
    ]
    return ", ".join(parts) or "nothing was begun"


def sections(ledger: Ledger) -> list[blocks.Block]:
    """One section for each state that has pieces, failures first."""
    return [_section(state, those) for state in _TITLES if (those := ledger.those(state))]


def _section(state: PieceState, pieces: Sequence[Piece]) -> blocks.Block:
    most = _MOST_LISTED[state]
    lines = [_line(piece) for piece in pieces[:most]]
    if len(pieces) > most:
        lines.append(f"… and {text.number(len(pieces) - most)} more")
    title = f"*{_TITLES[state]}* ({text.number(len(pieces))})"
    return blocks.section(f"{title}\n{text.fence(chr(10).join(lines), 1_800)}")


def _line(piece: Piece) -> str:
    deposed = (
        f" (deposed {text.shorten(text.one_line(piece.deposed), 20)})" if piece.deposed is not None else ""
    )
    address = text.shorten_middle(text.one_line(piece.address), 80)
    took = ""
    if piece.started_at is not None and piece.ended_at is not None:
        took = f", {text.duration(piece.ended_at - piece.started_at)}"
    error = text.shorten(text.one_line(piece.error), 90)
    return f"{address}{deposed}  ({piece.verb.value}{took}){f': {error}' if error else ''}"
