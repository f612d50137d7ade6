"""Calls git: fixed arguments, an environment built from nothing, and an end to all patience."""

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bot.domain.errors import RepositoryBroken

#: Configuration that no file may change.
_CONFIGURATION = (
    "protocol.ext.allow=never",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.symlinks=true",
    "core.quotePath=false",
    "credential.interactive=false",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "i18n.logOutputEncoding=UTF-8",
    "log.showSignature=false",
)
_FIXED = tuple(word for setting in _CONFIGURATION for word in ("-c", setting))
_USERINFO = re.compile(r"(\w[\w+.-]*://)[^/\s]*@")


class Said(NamedTuple):
    """How a call of git ended."""

    status: int
    out: bytes
    err: str


class Calls:
    """Git, in one bare repository."""

    def __init__(self, folder: Path, *, home: Path, passed: Mapping[str, str], patience: float) -> None:
        """Work in the bare repository *folder*; *passed* are credentials to hand on, *patience* is in seconds."""
        self._folder = folder
        self._patience = patience
        self._environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "LANGUAGE": "en",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "true",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_SSH_COMMAND": "ssh -o BatchMode=yes",
            "SSH_ASKPASS_REQUIRE": "never",
            **passed,
        }

    async def __call__(self, *arguments: str, stdin: bytes = b"", **more: str) -> Said:
        """Run git with *arguments*; *more* is added to its environment. Raises `RepositoryBroken`."""
        try:
            child = await asyncio.create_subprocess_exec(
                "git",
                *_FIXED,
                f"--git-dir={self._folder}",
                *arguments,
                env={**self._environment, **more},
                cwd=self._folder.parent,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            msg = f"git cannot be started: {error.strerror}."
            raise RepositoryBroken(msg) from error
        try:
            async with asyncio.timeout(self._patience):
                out, err = await child.communicate(stdin)
        except TimeoutError as error:
            msg = f"git did not end within {self._patience:g} s."
            raise RepositoryBroken(msg) from error
        finally:
            if child.returncode is None:
                # Its helpers (ssh, upload-pack) hold the same pipes and must go too.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                await child.wait()
        return Said(child.returncode or 0, out, err.decode("utf-8", "replace"))

    async def demand(self, *arguments: str, stdin: bytes = b"", **more: str) -> bytes:
        """Run git and give what it wrote; raises `RepositoryBroken` with git's own words where it failed."""
        said = await self(*arguments, stdin=stdin, **more)
        if said.status:
            msg = f"git: {complaint(said.err)}"
            raise RepositoryBroken(msg)
        return said.out


def complaint(err: str) -> str:
    """Give the line of git's complaints that says what is wrong, without credentials."""
    lines = [line.strip() for line in err.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
    said = (fatal or lines or ["it failed and said nothing"])[0 if fatal else -1]
    return without_userinfo(said.removeprefix("fatal: ").removeprefix("error: "))


def without_userinfo(text: str) -> str:
    """Take user names and passwords out of every address in *text*."""
    return _USERINFO.sub(r"\1", text)
