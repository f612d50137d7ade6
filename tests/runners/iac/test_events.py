import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.plan import Change, Counts, Plan, Verb
from bot.domain.report import Ledger, PieceState
from bot.domain.value import PlanDigest
from runners.iac.events import TAIL, Fold
from runners.iac.redaction import Redactor

_ACTIONS = {
    Verb.REPLACE: ("delete", "create"),
    Verb.DELETE: ("delete",),
    Verb.FORGET: ("forget",),
    Verb.UPDATE: ("update",),
    Verb.CREATE: ("create",),
    Verb.READ: ("read",),
    Verb.NO_OP: ("no-op",),
}
_WAITING, _FLYING, _DONE, _FAILED = (
    PieceState.NOT_STARTED,
    PieceState.IN_FLIGHT,
    PieceState.DONE,
    PieceState.FAILED,
)


def _plan(*pieces: tuple[str, Verb] | tuple[str, Verb, str]) -> Plan:
    changes = tuple(
        Change(
            address=piece[0],
            verb=piece[1],
            actions=_ACTIONS[piece[1]],
            deposed=piece[2] if len(piece) > 2 else None,
        )
        for piece in pieces
    )
    return Plan(digest=PlanDigest("d" * 64), terraform_version="1", changes=changes, counts=Counts())


def _hook(kind: str, address: str, action: str, second: int = 0) -> str:
    return json.dumps(
        {
            "@message": f"{address}: {kind} {action}",
            "@timestamp": f"2026-11-21T10:00:{second:02}.123456Z",
            "type": f"apply_{kind}",
            "hook": {"resource": {"addr": address}, "action": action},
        }
    )


def _error(summary: str, address: str | None = None, severity: str = "error") -> str:
    diagnostic: dict[str, Any] = {"severity": severity, "summary": summary, "detail": ""}
    if address:
        diagnostic["address"] = address
    return json.dumps({"@message": f"Error: {summary}", "type": "diagnostic", "diagnostic": diagnostic})


_SUMMARY = json.dumps(
    {"@message": "Apply complete!", "type": "change_summary", "changes": {"operation": "apply"}}
)


def _fold(plan: Plan, *lines: str, secrets: tuple[str, ...] = ()) -> Ledger:
    fold = Fold(plan, Redactor(secrets))
    for line in lines:
        fold.line(line)
    return fold.ledger()


@pytest.mark.parametrize(
    ("plan", "lines", "states"),
    [
        pytest.param(_plan(("a", Verb.CREATE)), [], [_WAITING], id="nothing yet"),
        pytest.param(_plan(("a", Verb.CREATE)), [_hook("start", "a", "create")], [_FLYING], id="started"),
        pytest.param(
            _plan(("a", Verb.UPDATE)),
            [_hook("start", "a", "update"), _hook("complete", "a", "update")],
            [_DONE],
            id="done",
        ),
        pytest.param(
            _plan(("a", Verb.CREATE)),
            [_hook("start", "a", "create"), _hook("errored", "a", "create")],
            [_FAILED],
            id="failed",
        ),
        pytest.param(
            _plan(("a", Verb.REPLACE)),
            [_hook("start", "a", "delete"), _hook("complete", "a", "delete")],
            [_FLYING],
            id="replace, half way",
        ),
        pytest.param(
            _plan(("a", Verb.REPLACE)),
            [_hook(kind, "a", action) for action in ("create", "delete") for kind in ("start", "complete")],
            [_DONE],
            id="replace, either order",
        ),
        pytest.param(
            _plan(("a", Verb.REPLACE)),
            [
                _hook("start", "a", "delete"),
                _hook("complete", "a", "delete"),
                _hook("start", "a", "create"),
                _hook("errored", "a", "create"),
            ],
            [_FAILED],
            id="replace, failed in its second half",
        ),
        pytest.param(
            _plan(("a", Verb.UPDATE), ("a", Verb.DELETE, "1a2b")),
            [_hook("start", "a", "delete"), _error("no", "a")],
            [_WAITING, _FAILED],
            id="a deposed object that cannot be destroyed",
        ),
        pytest.param(
            _plan(("a", Verb.DELETE), ("a", Verb.DELETE, "1a2b")),
            [_hook("start", "a", "delete"), _hook("start", "a", "delete"), _hook("complete", "a", "delete")],
            [_DONE, _FLYING],
            id="two deletions at one address",
        ),
        pytest.param(
            _plan(("a", Verb.CREATE), ("b", Verb.CREATE)),
            [_error("precondition", "b")],
            [_WAITING, _FAILED],
            id="failed before it began",
        ),
        pytest.param(
            _plan(("a", Verb.CREATE)),
            [_hook("start", "a", "create"), _hook("complete", "a", "create"), _error("postcondition", "a")],
            [_DONE],
            id="an error after it was done",
        ),
        pytest.param(
            _plan(("a", Verb.FORGET), ("b", Verb.NO_OP), ("c", Verb.UPDATE)),
            [_SUMMARY],
            [_DONE, _DONE, _DONE],
            id="what needs no event is done at the end",
        ),
        pytest.param(
            _plan(("a", Verb.CREATE)),
            [
                _hook("start", "other", "create"),
                _hook("complete", "a", "create"),
                _hook("start", "a", "read"),
            ],
            [_WAITING],
            id="events of nothing that was planned",
        ),
        pytest.param(
            _plan(("a", Verb.CREATE)),
            [_hook("start", "a", "create"), _error("warn", "a", "warning")],
            [_FLYING],
            id="a warning is no failure",
        ),
        pytest.param(
            _plan(("a", Verb.READ)),
            [_hook("start", "a", "read"), _hook("complete", "a", "read")],
            [_DONE],
            id="a data source",
        ),
    ],
)
def test_how_far_each_piece_got(plan: Plan, lines: list[str], states: list[PieceState]) -> None:
    """In flight is what started and neither completed nor erred."""
    assert [piece.state for piece in _fold(plan, *lines).pieces] == states


def test_times_come_from_the_events() -> None:
    """A piece began with its first event and ended with its last."""
    ledger = _fold(
        _plan(("a", Verb.REPLACE)),
        _hook("start", "a", "delete", 1),
        _hook("complete", "a", "delete", 2),
        _hook("start", "a", "create", 3),
        _hook("complete", "a", "create", 4),
    )
    (piece,) = ledger.pieces
    assert piece.started_at == datetime(2026, 11, 21, 10, 0, 1, 123456, tzinfo=UTC)
    assert piece.ended_at == datetime(2026, 11, 21, 10, 0, 4, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "complete"),
    [
        pytest.param(_SUMMARY, True, id="of an apply"),
        pytest.param('{"type": "change_summary", "changes": {"operation": "plan"}}', False, id="of a plan"),
        pytest.param('{"type": "change_summary"}', False, id="of nothing"),
    ],
)
def test_only_the_summary_of_an_apply_completes(line: str, complete: bool) -> None:
    """Terraform's own summary of an apply, and nothing else, says that it reached its end."""
    assert _fold(_plan(), line).complete is complete


def test_errors_without_an_object_are_kept_in_full() -> None:
    """Locks, usage and halts belong to the whole apply; a piece that was not reached has not failed."""
    ledger = _fold(_plan(("a", Verb.CREATE)), _error("state is locked"), _error("about another", "x"))
    assert ledger.errors == ("state is locked", "about another")
    assert ledger.pieces[0].state is _WAITING


def test_several_errors_of_one_piece_are_all_told() -> None:
    """A piece that failed twice says both."""
    ledger = _fold(
        _plan(("a", Verb.CREATE)), _hook("start", "a", "create"), _error("one", "a"), _error("two", "a")
    )
    assert ledger.pieces[0].error == "one\ntwo"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("plain words", id="words"),
        pytest.param("[1, 2]", id="a list"),
        pytest.param('{"no": "type"}', id="no type"),
        pytest.param('{"type": 1}', id="a type that is no word"),
        pytest.param('{"type": "apply_sta', id="cut off"),
    ],
)
def test_what_is_no_event_goes_to_the_tail(line: str) -> None:
    """Whatever Terraform or a wrapper prints is seen, and changes nothing."""
    ledger = _fold(_plan(("a", Verb.CREATE)), line)
    assert ledger.tail == (line,)
    assert ledger.pieces[0].state is _WAITING


@pytest.mark.parametrize(
    "line",
    [
        "",
        '{"type": "invented_later", "@message": "x"}',
        '{"type": "planned_change", "@message": "x"}',
        '{"type": "apply_progress", "@message": "Still creating..."}',
    ],
)
def test_what_does_not_matter_is_left_out(line: str) -> None:
    """Unknown events, empty lines and progress are no news."""
    assert _fold(_plan(), line) == Ledger(pieces=())


@pytest.mark.parametrize(
    "line",
    [
        '{"type": "apply_start"}',
        '{"type": "apply_start", "hook": [1]}',
        '{"type": "apply_complete", "hook": {"resource": "a"}}',
        '{"type": "diagnostic"}',
        '{"type": "diagnostic", "diagnostic": "x"}',
        '{"type": "change_summary", "changes": "x"}',
        '{"type": "apply_start", "@timestamp": "never", "hook": {"resource": {"addr": "a"}, "action": "create"}}',
    ],
)
def test_ill_shaped_events_do_no_harm(line: str) -> None:
    """An event that lacks its parts is as good as none."""
    ledger = _fold(_plan(("a", Verb.CREATE)), line)
    assert ledger.pieces[0].started_at is None
    assert not ledger.complete


def test_the_tail_is_short_and_secrets_are_gone() -> None:
    """Only the last lines stay, and neither they nor the errors hold a secret."""
    lines = [f"line {number}" for number in range(TAIL * 2)]
    ledger = _fold(
        _plan(("a", Verb.CREATE)),
        *lines,
        "password is hunter2",
        _error("wrong password hunter2"),
        _error("hunter2", "a"),
        secrets=("hunter2",),
    )
    assert len(ledger.tail) == TAIL
    assert "hunter2" not in ledger.model_dump_json()
    assert "password is (sensitive)" in ledger.tail


def test_news_is_news_once() -> None:
    """Whoever watches asks only when something changed."""
    fold = Fold(_plan(("a", Verb.CREATE)), Redactor(()))
    seen = [fold.fresh]
    fold.line(_hook("start", "a", "create"))
    seen.append(fold.fresh)
    fold.ledger()
    seen.append(fold.fresh)
    assert seen == [False, True, False]


def test_thousands_of_objects_are_folded_in_no_time() -> None:
    """5,000 objects with a ledger after every hundredth event take a second or two, not minutes."""
    plan = _plan(*((f"x.y[{number}]", Verb.CREATE) for number in range(5_000)))
    fold = Fold(plan, Redactor(("secret-value",)))
    began = time.perf_counter()
    for number in range(5_000):
        fold.line(_hook("start", f"x.y[{number}]", "create"))
        fold.line(_hook("complete", f"x.y[{number}]", "create"))
        if number % 50 == 0:
            fold.ledger()
    assert len(fold.ledger().those(_DONE)) == 5_000
    assert time.perf_counter() - began < 10
