"""Folds the lines of `terraform apply -json` into a `Ledger`.

In flight is what started and neither completed nor erred: Terraform sends no summary when it fails, and nothing
at all for some failures, so the ledger never guesses an end that it did not see.
"""

import json
from collections import deque
from datetime import datetime
from typing import Any, NamedTuple

from bot.domain.plan import Change, Plan, Verb
from bot.domain.report import Ledger, Piece, PieceState
from runners.iac import diagnostics
from runners.iac.redaction import Redactor

#: Lines of output that are kept.
TAIL = 20
#: Longest error text and line of output that is kept, in characters.
_LONGEST_ERROR = 20_000
_LONGEST_LINE = 1_000
#: Most errors that are kept; a plan can have thousands.
_MOST_ERRORS = 200

#: What Terraform reports of each verb. A replacement is done only after both, in either order.
_EXPECTED = {
    Verb.REPLACE: frozenset({"delete", "create"}),
    Verb.DELETE: frozenset({"delete"}),
    Verb.UPDATE: frozenset({"update"}),
    Verb.CREATE: frozenset({"create"}),
    Verb.READ: frozenset({"read"}),
}


class _Happened(NamedTuple):
    """One thing that happened to one object."""

    address: str
    action: str
    at: datetime | None


class _Track:
    """One piece while it goes on."""

    def __init__(self, change: Change) -> None:
        self.piece = Piece(
            address=change.address, deposed=change.deposed, verb=change.verb, state=PieceState.NOT_STARTED
        )
        self.waiting = set(_EXPECTED.get(change.verb, ()))
        if change.actions == ("create", "forget"):
            self.waiting = {"create"}
        self.running: set[str] = set()

    @property
    def open(self) -> bool:
        """Whether something is still to come."""
        return bool(self.waiting or self.running)

    def become(self, **changes: Any) -> None:
        self.piece = self.piece.model_copy(update=changes)


class Fold:
    """Takes in line after line and gives the ledger so far."""

    def __init__(self, plan: Plan, redactor: Redactor) -> None:
        self._redactor = redactor
        self._tracks = [_Track(change) for change in plan.changes]
        self._at: dict[str, list[_Track]] = {}
        for track in self._tracks:
            self._at.setdefault(track.piece.address, []).append(track)
        self._errors: list[str] = []
        self._tail: deque[str] = deque(maxlen=TAIL)
        self._complete = False
        #: Something changed since the last `ledger()`.
        self.fresh = False

    def ledger(self) -> Ledger:
        """Give what is known so far."""
        self.fresh = False
        text = self._redactor.text
        return Ledger(
            pieces=tuple(track.piece for track in self._tracks),
            errors=tuple(self._errors),
            tail=tuple(text(line) for line in self._tail),
            complete=self._complete,
        )

    def line(self, line: str) -> None:
        """Take in one line of output; what is no event is kept as it is."""
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            event = None
        if isinstance(event, dict) and isinstance(event.get("type"), str):
            self._event(event)
        elif line.strip():
            self._keep(line)

    def error(self, text: str) -> None:
        """Take in an error that belongs to no object."""
        if text.strip() and len(self._errors) < _MOST_ERRORS:
            self._errors.append(self._redactor.text(text.strip()[:_LONGEST_ERROR]))
            self.fresh = True

    def _event(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "apply_start":
                self._start(_happened(event))
            case "apply_complete":
                self._end(_happened(event), PieceState.DONE)
            case "apply_errored":
                self._end(_happened(event), PieceState.FAILED)
            case "diagnostic":
                self._diagnostic(event)
            case "change_summary":
                changes = event.get("changes")
                if isinstance(changes, dict) and changes.get("operation") == "apply":
                    self._finished()
            case "provision_start" | "provision_progress" | "provision_errored" | "log":
                pass
            case _:
                return  # progress, refreshing, planned changes, and what later versions invent
        self._keep(str(event.get("@message") or ""))

    def _keep(self, text: str) -> None:
        for line in text.splitlines():
            if line.strip():
                self._tail.append(line.rstrip()[:_LONGEST_LINE])
                self.fresh = True

    def _start(self, happened: _Happened) -> None:
        tracks = self._at.get(happened.address, ())
        track = next((each for each in tracks if happened.action in each.waiting), None)
        if track is None:
            return
        track.waiting.discard(happened.action)
        track.running.add(happened.action)
        if track.piece.state is not PieceState.FAILED:
            track.become(state=PieceState.IN_FLIGHT, started_at=track.piece.started_at or happened.at)

    def _end(self, happened: _Happened, state: PieceState) -> None:
        tracks = self._at.get(happened.address, ())
        track = next((each for each in tracks if happened.action in each.running), None)
        if track is None:
            return
        track.running.discard(happened.action)
        if state is PieceState.FAILED or (track.piece.state is not PieceState.FAILED and not track.open):
            track.become(state=state, ended_at=happened.at)

    def _diagnostic(self, event: dict[str, Any]) -> None:
        diagnostic = event.get("diagnostic")
        if not isinstance(diagnostic, dict) or diagnostic.get("severity") != "error":
            return
        text = diagnostics.told(diagnostic)
        track = self._erring(str(diagnostic.get("address") or ""))
        if track is None:
            self.error(text)
            return
        error = "\n".join(filter(None, (track.piece.error, self._redactor.text(text))))[:_LONGEST_ERROR]
        track.running.clear()
        track.become(state=PieceState.FAILED, error=error, ended_at=track.piece.ended_at or _time(event))

    def _erring(self, address: str) -> _Track | None:
        """Find the piece that an error is about: one that failed or began; one that is done has not failed."""
        for state in (PieceState.FAILED, PieceState.IN_FLIGHT, PieceState.NOT_STARTED):
            for track in self._at.get(address, ()):
                if track.piece.state is state:
                    return track
        return None

    def _finished(self) -> None:
        """Terraform reached its end: what never needed an event of its own is done as well."""
        self._complete = True
        for track in self._tracks:
            if track.piece.state is PieceState.NOT_STARTED:
                track.become(state=PieceState.DONE)


def _happened(event: dict[str, Any]) -> _Happened:
    hook = event.get("hook")
    hook = hook if isinstance(hook, dict) else {}
    resource = hook.get("resource")
    address = resource.get("addr") if isinstance(resource, dict) else None
    return _Happened(address=str(address), action=str(hook.get("action")), at=_time(event))


def _time(event: dict[str, Any]) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(event.get("@timestamp")))
    except ValueError:
        return None
    return at if at.tzinfo else None
