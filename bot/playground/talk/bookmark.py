"""How far a script was played, so that a killed demonstration goes on where it was."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from bot.domain.value import Value


class Place(Value):
    """A place in a script, and what it had heard by then."""

    #: The last line that is done; 0 before the first.
    line: int = 0
    #: The number of the newest change that the next wait must not look at.
    after: int = 0
    #: The number of the newest change that a wait has found.
    found: int = 0


class Bookmark:
    """Keeps the place in a file; without one it forgets."""

    def __init__(self, file: Path | None = None) -> None:
        """Use *file*, which need not exist."""
        self._file = file

    def find(self, lines: Sequence[str]) -> Place | None:
        """The place in these *lines*, `None` where they were not begun, or were others."""
        if not self._file or not self._file.exists():
            return None
        kept = json.loads(self._file.read_text(encoding="utf-8"))
        return Place.model_validate(kept["place"]) if kept["script"] == _digest(lines) else None

    def put(self, lines: Sequence[str], place: Place) -> None:
        """Remember *place*."""
        if self._file:
            unfinished = self._file.with_suffix(".unfinished")
            kept = {"script": _digest(lines), "place": place.model_dump()}
            unfinished.write_text(json.dumps(kept), encoding="utf-8")
            unfinished.replace(self._file)

    def remove(self) -> None:
        """Forget it: the script is through."""
        if self._file:
            self._file.unlink(missing_ok=True)


def _digest(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
