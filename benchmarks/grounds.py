"""A repository with one stack of `terraform_data`, and an estate with as many environments as one likes."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_STACK = """\
terraform {
  backend "local" {}
}

variable "name" {
  type = string
}

variable "size" {
  type = number
}

resource "terraform_data" "item" {
  count = var.size
  input = "${var.name}-${count.index}"
%s}

output "items" {
  value = length(terraform_data.item)
}
"""
_SLOWLY = """
  provisioner "local-exec" {
    command = "sleep %g"
  }
"""


@dataclass(frozen=True)
class Grounds:
    """Where runs of a benchmark take place."""

    folder: Path
    environments: tuple[str, ...]
    #: Resources of each environment.
    size: int

    @property
    def estate(self) -> Path:
        """The estate file."""
        return self.folder / "interlock.yaml"

    @property
    def repository(self) -> Path:
        """The git repository that the estate names."""
        return self.folder / "repository"

    def state(self, environment: str) -> Path:
        """Where Terraform keeps the state of *environment*."""
        return self.folder / "states" / f"{environment}.tfstate"


def make(
    folder: Path, environments: Sequence[str], *, size: int, votes: int, seconds: float = 0.0
) -> Grounds:
    """Lay both out in *folder*; every change needs so many *votes*, and each resource takes so many *seconds*."""
    grounds = Grounds(folder, tuple(environments), size)
    stack = grounds.repository / "stack"
    stack.mkdir(parents=True)
    (stack / "main.tf").write_text(_STACK % (_SLOWLY % seconds if seconds else ""), encoding="utf-8")
    _git(grounds.repository, "init", "--quiet", "--initial-branch=main")
    _git(grounds.repository, "add", "--all")
    _git(grounds.repository, "commit", "--quiet", "--message=A stack")
    # JSON is YAML too.
    grounds.estate.write_text(json.dumps(_estate(grounds, votes)), encoding="utf-8")
    return grounds


def clone(grounds: Grounds, into: Path) -> None:
    """Make a clone of the repository, without a tree."""
    subprocess.run(
        ("git", "clone", "--quiet", "--no-checkout", str(grounds.repository), str(into)), check=True
    )


def _git(repository: Path, *words: str) -> None:
    who = ("-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(("git", "-C", str(repository), *who, *words), check=True)


def _estate(grounds: Grounds, votes: int) -> dict[str, object]:
    rule = {"votes": votes, "of": ["platform"]}
    return {
        "version": 1,
        "slack": {"teams": ["T0HOME"], "channels": {"deploys": "C0DEPLOYS", "incidents": "C0INCIDENTS"}},
        "repository": {"url": str(grounds.repository)},
        "groups": {"platform": {"slack_usergroup": "S0PLATFORM"}},
        "classes": {"standard": rule, "significant": rule, "high-risk": rule},
        "environments": {name: _environment(grounds, name) for name in grounds.environments},
    }


def _environment(grounds: Grounds, name: str) -> dict[str, object]:
    return {
        "branch": "main",
        "path": "stack",
        "iac": {
            "kind": "terraform",
            "backend_config": [f"path={grounds.state(name)}"],
            "variables": {"name": name, "size": grounds.size},
        },
        "verify": [{"kind": "terraform_outputs", "names": ["items"]}],
    }
