"""What has happened, one line each, in a file that survives a killed process."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any


class Diary:
    """Append-only; without a folder it forgets."""

    def __init__(self, folder: Path | None) -> None:
        """Write into *folder*, which is made where it is missing."""
        self._folder = folder
        self._forgotten: dict[str, bytes] = {}
        self._file: IO[bytes] | None = None
        if folder:
            (folder / "files").mkdir(parents=True, exist_ok=True)

    def entries(self) -> Iterator[tuple[str, Any]]:
        """Everything that was written, as (kind, value), oldest first."""
        if not self._path or not self._path.exists():
            return
        written = self._path.read_bytes()
        whole, _, torn = written.rpartition(b"\n")
        if torn:
            # The process was killed within a line, so nobody was told that it is kept.
            with self._path.open("rb+") as file:
                file.truncate(len(written) - len(torn))
        for line in whole.splitlines():
            entry = json.loads(line)
            yield entry["kind"], entry["value"]

    def write(self, kind: str, value: Any) -> None:
        """Keep *value*, which is JSON."""
        if not self._path:
            return
        if not self._file:
            self._file = self._path.open("ab")
        self._file.write(json.dumps({"kind": kind, "value": value}, separators=(",", ":")).encode() + b"\n")
        # Out of this process: a kill loses nothing then.
        self._file.flush()

    def put(self, name: str, content: bytes) -> None:
        """Keep the bytes of a file."""
        if self._folder:
            (self._folder / "files" / name).write_bytes(content)
        else:
            self._forgotten[name] = content

    def get(self, name: str) -> bytes | None:
        """The bytes of a file, `None` where there are none yet."""
        path = self.place(name)
        if path is None:
            return self._forgotten.get(name)
        return path.read_bytes() if path.exists() else None

    def place(self, name: str) -> Path | None:
        """Where the bytes of a file lie, `None` where they are only remembered."""
        return self._folder / "files" / name if self._folder else None

    def close(self) -> None:
        """Let go of the file."""
        if self._file:
            self._file.close()
            self._file = None

    @property
    def _path(self) -> Path | None:
        return self._folder / "diary.jsonl" if self._folder else None
