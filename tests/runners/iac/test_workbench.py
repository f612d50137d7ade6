from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import ToolBroken
from bot.ports import Workplace
from runners.iac import workbench
from runners.iac.workbench import Workbench

_Place = Callable[..., Workplace]


def _bench(at: Workplace, tool: str, **own: str) -> Workbench:
    minute = timedelta(minutes=1)
    return Workbench(at, Path(tool), own={"PATH": "/usr/bin:/bin"} | own, lock_timeout=minute, timeout=minute)


def _fake(tmp_path: Path, script: str) -> str:
    path = tmp_path / "fake"
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return str(path)


async def test_init_happens_once(place: _Place, tmp_path: Path) -> None:
    """Only a folder that was never initialised, or failed to be, is initialised again."""
    tool = _fake(tmp_path, f'echo "$1" >> {tmp_path}/calls; [ -e {tmp_path}/works ]')
    bench = _bench(place(""), tool)
    with pytest.raises(ToolBroken):
        await bench.init_once()
    (tmp_path / "works").touch()
    await bench.init_once()
    await bench.init_once()
    assert (tmp_path / "calls").read_text("utf-8").split() == ["init", "init"]


@pytest.mark.parametrize("status", [0, 2])
async def test_both_ends_of_a_plan_are_success(place: _Place, tmp_path: Path, status: int) -> None:
    """Changes and no changes are both a plan; its bytes are given, and no file stays."""
    tool = _fake(
        tmp_path,
        f'for word; do case $word in -out=*) printf plan > "${{word#-out=}}";; esac; done; exit {status}',
    )
    at = place("", variables={"n": 1})
    assert await _bench(at, tool).plan() == b"plan"
    assert not list(at.private.iterdir())


async def test_bytes_that_are_no_plan(place: _Place, any_terraform: str) -> None:
    """What Terraform cannot read it says so itself."""
    bench = _bench(place(""), any_terraform)
    with pytest.raises(ToolBroken, match="Failed to read the given file as a state or plan file"):
        await bench.show(b"no plan")


async def test_an_error_without_words(place: _Place, tmp_path: Path) -> None:
    """A tool that fails in silence is told to have done so."""
    with pytest.raises(ToolBroken, match="said nothing"):
        await _bench(place(""), _fake(tmp_path, "exit 1")).outputs()


async def test_long_output_is_handed_on_without_its_middle(
    place: _Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beginning and end of what a tool said are kept, and what is missing is counted."""
    monkeypatch.setattr(workbench, "_MOST_HANDED_ON", 20)
    tool = _fake(tmp_path, "printf 0123456789; printf x%.0s $(seq 100); printf 9876543210; exit 1")
    with pytest.raises(ToolBroken) as caught:
        await _bench(place(""), tool).init()
    assert caught.value.output == "0123456789\n… (100 bytes left out) …\n9876543210"


async def test_what_is_handed_on_comes_back_redacted(place: _Place, tmp_path: Path) -> None:
    """A credential that Terraform needs, and prints, does not leave with its words."""
    at = place("", environment=("CLOUD_TOKEN",))
    bench = _bench(
        at, _fake(tmp_path, 'echo "Error: bad token $CLOUD_TOKEN"; exit 1'), CLOUD_TOKEN="hunter2hunter2"
    )
    with pytest.raises(ToolBroken, match=r"bad token \(sensitive\)") as caught:
        await bench.init()
    assert caught.value.output == "Error: bad token (sensitive)\n"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param({"folder": Path("/no/where")}, "no folder where", id="no folder"),
        pytest.param({"backend_config": ("../evil",)}, "lie outside", id="settings outside"),
        pytest.param({"backend_config": ("/etc/passwd",)}, "lie outside", id="settings far outside"),
    ],
)
def test_a_workplace_that_is_none(place: _Place, changes: dict[str, object], sentence: str) -> None:
    """A folder that is missing and settings outside of it are refused before anything runs."""
    with pytest.raises(ToolBroken, match=sentence):
        _bench(place("").model_copy(update=changes), "/bin/true")
