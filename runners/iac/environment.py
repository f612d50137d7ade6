"""What Terraform sees of our environment: a list of names, built up from nothing."""

import os
import re
from collections.abc import Mapping

from bot.domain.errors import ToolBroken
from bot.ports import Workplace

#: Names that change what Terraform, git or the loader do, and so are never handed on.
_FORBIDDEN = re.compile(r"TF_CLI_ARGS.*|TF_VAR_.*|LD_.*|DYLD_.*|GIT_.*|BASH_ENV|ENV|PYTHON.*")
_SECRETIVE = re.compile(r"SECRET|TOKEN|PASS|KEY|CREDENTIAL", re.IGNORECASE)


def forbidden(name: str) -> bool:
    """Whether *name* may not be handed to Terraform even where the estate lists it."""
    return _FORBIDDEN.fullmatch(name) is not None


def build(at: Workplace, own: Mapping[str, str]) -> dict[str, str]:
    """Give the whole environment of a Terraform child; *own* is the bot's.

    Raises `ToolBroken` where the estate lists a forbidden name.
    """
    listed = {name: own[name] for name in at.environment if name in own}
    if refused := sorted(filter(forbidden, at.environment)):
        msg = f"{', '.join(refused)} cannot be handed to Terraform: it changes what an approved plan does."
        raise ToolBroken(msg)
    return {
        "TF_CLI_CONFIG_FILE": os.devnull,
        "LANG": "C.UTF-8",
        **listed,
        "PATH": own.get("PATH", os.defpath),
        "HOME": str(at.private),
        "TMPDIR": str(at.private),
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
        "TF_DATA_DIR": str(at.private / "data"),
    }


def secrets(at: Workplace, own: Mapping[str, str]) -> frozenset[str]:
    """Values among those handed on whose names say that they are secret."""
    return frozenset(
        own[name] for name in at.environment if _SECRETIVE.search(name) and len(own.get(name, "")) >= 8
    )
