import sys
from pathlib import Path

import pytest

from bot.domain.errors import ToolMissing
from runners.iac import executable

_SAYS = """#!{python}
print('{{"terraform_version": "{version}"}}')
"""


def _put(folder: Path, name: str, version: str) -> Path:
    path = folder / name
    path.write_text(_SAYS.format(python=sys.executable, version=version), "utf-8")
    path.chmod(0o755)
    return path


def test_a_setting_wins(tmp_path: Path) -> None:
    """An executable that is set is taken, whatever else there is."""
    _put(tmp_path, "terraform", "1.11.4")
    mine = _put(tmp_path, "mine", "1.6.0")
    assert executable.find(str(mine), str(tmp_path)) == mine
    assert executable.find("mine", str(tmp_path)) == mine


def test_terraform_before_tofu(tmp_path: Path) -> None:
    """Terraform is taken where both are there, OpenTofu where it is alone."""
    tofu = _put(tmp_path, "tofu", "1.8.0")
    assert executable.find("", str(tmp_path), tmp_path / "one") == tofu
    terraform = _put(tmp_path, "terraform", "1.5.0")
    assert executable.find("", str(tmp_path), tmp_path / "two") == terraform


def test_the_shim_comes_last(tmp_path: Path, shim: Path) -> None:
    """Where nothing is on PATH, the shim beside Python is taken."""
    assert executable.find("", str(tmp_path), shim.parent) == shim


def test_an_old_one_is_refused(tmp_path: Path) -> None:
    """A Terraform that is too old is refused by name, and nothing else is used behind one's back."""
    _put(tmp_path, "terraform", "1.4.9")
    with pytest.raises(ToolMissing, match=r"terraform is version 1\.4; 1\.5 or newer"):
        executable.find("", str(tmp_path))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("#!/bin/sh\necho broken >&2; exit 1\n", "does not say its version: broken", id="fails"),
        pytest.param("#!/no/such/thing\n", "does not run", id="does not start"),
    ],
)
def test_a_broken_one_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    """A Terraform that does not run is refused with its own words."""
    path = tmp_path / "terraform"
    path.write_text(text, "utf-8")
    path.chmod(0o755)
    with pytest.raises(ToolMissing, match=sentence):
        executable.find("", str(tmp_path))


def test_none_at_all(tmp_path: Path) -> None:
    """Where there is nothing, the error says what was looked for, and a later find may succeed."""
    with pytest.raises(ToolMissing, match="neither `terraform` nor `tofu`"):
        executable.find("", str(tmp_path), tmp_path)
    found = _put(tmp_path, "terraform", "1.9.0")
    assert executable.find("", str(tmp_path), tmp_path) == found


def test_a_setting_that_is_nowhere(tmp_path: Path) -> None:
    """A setting that names nothing is an error, never a reason to take another."""
    _put(tmp_path, "terraform", "1.11.4")
    with pytest.raises(ToolMissing, match="nowhere is set"):
        executable.find("nowhere", str(tmp_path))
