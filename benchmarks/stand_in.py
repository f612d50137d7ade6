"""A Terraform that takes no time: it says again what the real one said once, of the same stack."""

import os
import subprocess
from pathlib import Path

from benchmarks.grounds import Grounds
from runners.iac import executable

_PROGRAM = """\
#!/bin/sh
said='{said}'
verb="$1"
for word; do case "$word" in -out=*) out="${{word#-out=}}" ;; esac; done
case "$verb" in
apply) date +%s.%N >> "$said/began"; cat "$said/apply.jsonl" ;;
plan) {{ cat "$said/plan.bin"; echo "$out"; }} > "$out"; exit 2 ;;
show) cat "$said/show.json" ;;
output) cat "$said/output.json" ;;
version) cat "$said/version.json" ;;
esac
"""
_WRAPPER = """\
#!/bin/sh
case "$1" in apply) date +%s.%N >> '{said}/began' ;; esac
exec '{real}' "$@"
"""


def real() -> str:
    """Name the Terraform that the bot would run, which may be the one that comes with it."""
    return str(executable.find("", os.environ.get("PATH", os.defpath)))


class StandIn:
    """An executable that notes when an apply began."""

    def __init__(self, folder: Path) -> None:
        """Keep all of it in *folder*."""
        self._folder = folder
        self._folder.mkdir(parents=True)
        (self._folder / "began").touch()
        #: What `INTERLOCK_TERRAFORM` must say.
        self.executable = self._folder / "terraform"

    def wrap(self) -> "StandIn":
        """Let the real Terraform do all the work."""
        return self._write(_WRAPPER)

    def record(self, grounds: Grounds) -> "StandIn":
        """Ask the real Terraform once, about an environment of *grounds* that nobody deploys."""
        stack, private = grounds.repository / "stack", self._folder / "private"
        private.mkdir()
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(private),
            "TF_DATA_DIR": str(private),
            "TF_CLI_CONFIG_FILE": os.devnull,
            "CHECKPOINT_DISABLE": "1",
        }

        def ask(into: str, *words: str) -> None:
            with (self._folder / into).open("wb") as file:
                subprocess.run((real(), *words), cwd=stack, env=env, stdout=file, check=True)

        plan = self._folder / "plan.bin"
        ask("version.json", "version", "-json")
        ask("init.log", "init", "-input=false", f"-backend-config=path={private / 'state'}")
        ask("plan.log", "plan", f"-out={plan}", "-var=name=recorded", f"-var=size={grounds.size}")
        ask("show.json", "show", "-json", str(plan))
        ask("apply.jsonl", "apply", "-json", str(plan))
        ask("output.json", "output", "-json")
        return self._write(_PROGRAM)

    def _write(self, program: str) -> "StandIn":
        self.executable.write_text(program.format(said=self._folder, real=real()), encoding="utf-8")
        self.executable.chmod(0o755)
        return self

    def began(self) -> list[float]:
        """When each apply began, in seconds since 1970, oldest first."""
        return [float(line) for line in (self._folder / "began").read_text("ascii").split()]
