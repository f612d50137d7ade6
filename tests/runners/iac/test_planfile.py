import hashlib
import io
import stat
import zipfile
from pathlib import Path

import pytest

from runners.iac import planfile


def _zip(**members: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "origin"),
    [
        pytest.param(
            _zip(tfstate='{"lineage": "abc", "serial": 7, "resources": [1]}'), ("abc", 7), id="a state"
        ),
        pytest.param(_zip(tfstate='{"lineage": "", "serial": 0}'), ("", 0), id="no state yet"),
        pytest.param(_zip(tfstate="{}"), ("", 0), id="a state that says nothing"),
        pytest.param(_zip(tfplan="x"), ("", 0), id="no state in it"),
        pytest.param(_zip(tfstate='{"serial": "x"}'), ("", 0), id="an odd state"),
        pytest.param(b"encrypted", ("", 0), id="no archive"),
        pytest.param(b"", ("", 0), id="nothing"),
    ],
)
def test_lineage_and_serial(data: bytes, origin: tuple[str, int]) -> None:
    """The state's origin is read from the plan file, and empty where there is none to be had."""
    assert planfile.origin(data) == origin


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A state that would be too large unpacked is left alone."""
    monkeypatch.setattr(planfile, "_LARGEST", 10)
    assert planfile.origin(_zip(tfstate='{"lineage": "abc", "serial": 7}')) == ("", 0)


def test_it_is_kept_under_its_digest_and_private(tmp_path: Path) -> None:
    """Name, bytes and modes are what the guarantees say, and nothing else is left behind."""
    folder = tmp_path / "deep" / "plans"
    path = planfile.keep(b"plan", folder)
    assert path.name == hashlib.sha256(b"plan").hexdigest() == planfile.digest(b"plan")
    assert path.read_bytes() == b"plan"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert planfile.keep(b"plan", folder) == path
    assert list(folder.iterdir()) == [path]


def test_an_open_folder_is_closed(tmp_path: Path) -> None:
    """A folder that others could read is made private before a plan lies in it."""
    tmp_path.chmod(0o755)
    planfile.keep(b"plan", tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_a_link_is_never_written_through(tmp_path: Path) -> None:
    """Where somebody put a link, a new file takes its place, and the link's target stays as it was."""
    target = tmp_path / "target"
    target.write_text("old", "utf-8")
    link = tmp_path / "link"
    link.symlink_to(target)
    planfile.write(link, b"new")
    assert target.read_text("utf-8") == "old"
    assert link.read_bytes() == b"new"
    assert not link.is_symlink()
