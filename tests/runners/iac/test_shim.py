import json
import os
import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}


def test_it_is_a_terraform(shim: Path, environment: dict[str, str]) -> None:
    """The stand-in says its version as Terraform does, and it is new enough."""
    said = subprocess.run([shim, "version", "-json"], env=environment, capture_output=True, check=True)
    major, minor, _ = json.loads(said.stdout)["terraform_version"].split(".")
    assert (int(major), int(minor)) >= (1, 5)


def test_it_hands_on_the_exit_status(shim: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """What Terraform refuses, the stand-in refuses with the same status."""
    said = subprocess.run(
        [shim, "show", "-json", "nothing.bin"],
        env=environment,
        capture_output=True,
        check=False,
        cwd=tmp_path,
    )
    assert said.returncode == 1
