from bot.domain.plan import Verb
from bot.domain.report import Ledger, Piece, PieceState
from bot.render import blocks, ledger
from tests.fakes.limits import shown
from tests.fakes.reports import later


def piece(address: str, state: PieceState, **more: object) -> Piece:
    return Piece.model_validate({"address": address, "verb": Verb.CREATE, "state": state, **more})


def test_failures_come_first_and_nothing_is_left_out_silently() -> None:
    """Each state has its list, and a long one says how many more there are."""
    told = Ledger(
        pieces=(
            *(piece(f"a.n{index}", PieceState.NOT_STARTED) for index in range(40)),
            piece("a.ok", PieceState.DONE, started_at=later(), ended_at=later(seconds=90)),
            piece("a.bad", PieceState.FAILED, error="Error: no\nway"),
        )
    )
    assert ledger.sentence(told) == "1 done, 1 failed, 40 not started"
    lines = shown(blocks.compose("x", ledger.sections(told))).splitlines()
    assert lines[:8] == [
        "*✖ Failed* (1)",
        "```",
        "a.bad  (create): Error: no way",
        "```",
        "*✔ Done* (1)",
        "```",
        "a.ok  (create, 1 min 30 s)",
        "```",
    ]
    assert lines[8] == "*· Not started* (40)"
    assert lines[-2] == "… and 25 more"


def test_nothing_begun() -> None:
    """An empty ledger says that."""
    assert ledger.sentence(Ledger(pieces=())) == "nothing was begun"
    assert ledger.sections(Ledger(pieces=())) == []
