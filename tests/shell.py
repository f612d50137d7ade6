"""The command line, as a shell sees it."""

import os
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess

from bot.__main__ import main
from tests.forking import FORKS, settle

#: Seconds that no command takes.
_PATIENCE = 60


def interlock(*words: str, **environment: str) -> CompletedProcess[str]:
    """Run `interlock` in a process of its own, with nothing of ours in the environment."""
    said = piped(*words, stdin=b"", **environment)
    return CompletedProcess(said.args, said.returncode, said.stdout.decode(), said.stderr.decode())


def piped(*words: str, stdin: bytes = b"", **environment: str) -> CompletedProcess[bytes]:
    """Run it with *stdin*, and give every byte that it says."""
    with tempfile.TemporaryDirectory() as folder:
        into, out, error = (Path(folder) / name for name in ("in", "out", "error"))
        into.write_bytes(stdin)
        environment = {"PATH": "/usr/bin:/bin", **environment}
        process = FORKS.Process(target=_run, args=(words, environment, into, out, error), daemon=True)
        process.start()
        process.join(_PATIENCE)
        status = process.exitcode
        assert status is not None, "it takes too long"
        return CompletedProcess(words, status, out.read_bytes(), error.read_bytes())


def _run(words: Sequence[str], environment: Mapping[str, str], into: Path, out: Path, error: Path) -> None:
    warnings.simplefilter("error")
    with into.open("rb") as said, out.open("wb") as told, error.open("wb") as wrong:
        settle(environment, told.fileno(), wrong.fileno())
        os.dup2(said.fileno(), 0)
        sys.stdin = os.fdopen(0, closefd=False)
        sys.exit(main(words))
