"""Terraform's command lines, as values. Nothing here runs anything, and no word of a user gets in.

Paths and backend settings come from the estate and from Interlock itself; variables travel in a file.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from python_terraform import IsFlagged, IsNotFlagged, Terraform


def init_argv(
    executable: Path,
    *,
    lock_timeout: timedelta,
    backend_config: tuple[str, ...] = (),
    reconfigure: bool = False,
    lockfile: bool = False,
) -> tuple[str, ...]:
    """`terraform init`; *lockfile* says that the checkout has one, which then must not change."""
    return _build(
        executable,
        "init",
        input=False,
        no_color=IsFlagged,
        lock_timeout=_seconds(lock_timeout),
        reconfigure=IsFlagged if reconfigure else IsNotFlagged,
        lockfile="readonly" if lockfile else None,
        backend_config=list(backend_config),
    )


def plan_argv(
    executable: Path, out: Path, *, lock_timeout: timedelta, variables: Path | None = None
) -> tuple[str, ...]:
    """`terraform plan` into *out*; exit status 2 means that there are changes."""
    return _build(
        executable,
        "plan",
        input=False,
        no_color=IsFlagged,
        detailed_exitcode=IsFlagged,
        lock_timeout=_seconds(lock_timeout),
        out=out,
        var_file=variables,
    )


def show_argv(executable: Path, plan: Path) -> tuple[str, ...]:
    """`terraform show -json` of a saved plan."""
    return _build(executable, "show", str(plan), json=IsFlagged, no_color=IsFlagged)


def apply_argv(executable: Path, plan: Path, *, lock_timeout: timedelta) -> tuple[str, ...]:
    """`terraform apply -json` of a saved plan, and of nothing else: Terraform ignores `-target` here in silence."""
    return _build(
        executable,
        "apply",
        str(plan),
        json=IsFlagged,
        input=False,
        no_color=IsFlagged,
        lock_timeout=_seconds(lock_timeout),
    )


def output_argv(executable: Path) -> tuple[str, ...]:
    """`terraform output -json`: all root outputs of the current state."""
    return _build(executable, "output", json=IsFlagged, no_color=IsFlagged)


def state_argv(executable: Path) -> tuple[str, ...]:
    """`terraform state pull`: the whole current state, secrets included; nothing where there is none yet."""
    return _build(executable, "state pull")


def _build(executable: Path, verb: str, *positional: str, **options: Any) -> tuple[str, ...]:
    # A working folder that cannot exist: the library's constructor would read whatever state lies in the real one.
    builder = Terraform(working_dir=os.devnull, terraform_bin_path=str(executable))
    return tuple(builder.generate_cmd_string(verb, *positional, **options))


def _seconds(duration: timedelta) -> str:
    return f"{max(0, round(duration.total_seconds()))}s"
