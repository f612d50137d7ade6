"""Reads a file that another process is still writing, line by line."""

from pathlib import Path

#: Bytes that are read at a time, so that the loop is never held up for long.
CHUNK = 1 << 20
#: A longer line is cut; Terraform's own are far shorter.
_LONGEST = 4 << 20


class Tail:
    """Remembers how far a file was read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._partial = b""
        #: There may be more to read at once.
        self.behind = False

    def lines(self) -> list[str]:
        """Give whole lines that are new, at most `CHUNK` bytes of them; none where there is no file yet."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                new = file.read(CHUNK)
        except FileNotFoundError:
            return []
        self._offset += len(new)
        self.behind = len(new) == CHUNK
        *whole, self._partial = (self._partial + new).split(b"\n")
        if len(self._partial) > _LONGEST:
            whole.append(self._partial)
            self._partial = b""
        return [line.decode("utf-8", "replace") for line in whole]

    def rest(self) -> list[str]:
        """Give everything that is left, an unfinished last line included; for when nobody writes any more."""
        found: list[str] = []
        before = -1
        while self._offset != before:
            before = self._offset
            found += self.lines()
        if self._partial:
            found.append(self._partial.decode("utf-8", "replace"))
            self._partial = b""
        return found
