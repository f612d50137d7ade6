from pathlib import Path

import pytest

from runners.iac import logfile


def test_only_whole_lines_are_given(tmp_path: Path) -> None:
    """A line that is still being written waits for its end."""
    path = tmp_path / "log"
    tail = logfile.Tail(path)
    assert tail.lines() == []
    with path.open("ab", buffering=0) as file:
        file.write(b"one\ntw")
        assert tail.lines() == ["one"]
        assert tail.lines() == []
        file.write(b"o\nthr\xc3")
        assert tail.lines() == ["two"]
        file.write(b"\xa9e")
    assert tail.rest() == ["thr\u00e9e"]
    assert tail.rest() == []


def test_large_logs_are_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No single read is long; the rest is read to its end."""
    monkeypatch.setattr(logfile, "CHUNK", 10)
    path = tmp_path / "log"
    path.write_bytes(b"0123\n" * 10 + b"end")
    tail = logfile.Tail(path)
    assert tail.lines() == ["0123", "0123"]
    assert tail.behind
    assert tail.rest() == ["0123"] * 8 + ["end"]


def test_a_line_without_end_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What never ends does not fill the memory."""
    monkeypatch.setattr(logfile, "_LONGEST", 10)
    path = tmp_path / "log"
    path.write_bytes(b"x" * 20)
    assert logfile.Tail(path).lines() == ["x" * 20]


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """Whatever a program prints can be shown."""
    path = tmp_path / "log"
    path.write_bytes(b"\xff\xfe\n")
    assert logfile.Tail(path).lines() == ["\ufffd\ufffd"]
