"""Runs every command of Terraform's but an apply, in one workplace, and turns failures into errors."""

import asyncio
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bot.domain.errors import PlanUnreadable, ToolBroken
from bot.ports import Workplace
from runners.iac import command, diagnostics, environment, planfile, process, reading
from runners.iac.redaction import Redactor

#: Bytes of text that a command may write before it is stopped, and of JSON that `show` may.
_MOST_TEXT, _MOST_JSON = 256 << 20, 1 << 30
#: Bytes of a failed command's output that are handed on; the middle of more is left out.
_MOST_HANDED_ON = 1 << 20


class Workbench:
    """One workplace with its tool; lives as long as one call of the port."""

    def __init__(
        self,
        at: Workplace,
        tool: Path,
        *,
        own: Mapping[str, str],
        lock_timeout: timedelta,
        timeout: timedelta,
    ) -> None:
        """Make the private folder; raises `ToolBroken` where the workplace is none."""
        self._at = at
        #: The executable.
        self.tool = tool
        self._own = own
        self._lock_timeout = lock_timeout
        self._timeout = timeout
        at.private.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not at.folder.is_dir():
            msg = f"The repository has no folder {at.folder.name} at this commit."
            raise ToolBroken(msg)
        for entry in at.backend_config:
            inside = (at.folder / entry).resolve().is_relative_to(at.folder.resolve())
            if "=" not in entry and not inside:
                msg = f"The backend settings {entry} lie outside of the folder {at.folder.name}."
                raise ToolBroken(msg)

    @property
    def environment(self) -> dict[str, str]:
        """The whole environment of a child; raises `ToolBroken`."""
        return environment.build(self._at, self._own)

    @property
    def secrets(self) -> frozenset[str]:
        """Secrets that are handed on in the environment."""
        return environment.secrets(self._at, self._own)

    async def init(self) -> None:
        """Initialise the folder; raises `ToolBroken`."""
        at = self._at
        mark = self._initialised
        mark.unlink(missing_ok=True)
        argv = command.init_argv(
            self.tool,
            lock_timeout=self._lock_timeout,
            backend_config=at.backend_config,
            reconfigure=_has_backend(at),
            lockfile=(at.folder / ".terraform.lock.hcl").exists(),
        )
        with self._file("init.log") as log:
            status, why = await self._run(argv, log, log)
            if why or status:
                raise self._broken(log, why)
        mark.touch()

    async def init_once(self) -> None:
        """Initialise the folder unless that was done; raises `ToolBroken`."""
        if not self._initialised.exists():
            await self.init()

    async def plan(self) -> bytes:
        """Make a plan; gives the saved file's bytes, which are nowhere else any more. Raises `ToolBroken`."""
        values = dict(self._at.variables)
        with (
            self._file("plan.bin") as out,
            self._file("variables.tfvars.json") as variables,
            self._file("plan.log") as log,
        ):
            if values:
                planfile.write(variables, json.dumps(values).encode())
            argv = command.plan_argv(
                self.tool, out, lock_timeout=self._lock_timeout, variables=variables if values else None
            )
            status, why = await self._run(argv, log, log)
            if why or status not in {0, 2}:
                raise self._broken(log, why, await self._secrets_of_failed(out))
            return await asyncio.to_thread(out.read_bytes)

    async def show(self, data: bytes) -> bytes:
        """Give the JSON of the plan *data*: of a private copy, so that these bytes and no others are shown.

        Raises `ToolBroken`.
        """
        with self._file("show.bin") as copy:
            planfile.write(copy, data)
            return await self._answer("show", command.show_argv(self.tool, copy), _MOST_JSON)

    async def outputs(self) -> bytes:
        """Give the root outputs as JSON; raises `ToolBroken`."""
        return await self._answer("output", command.output_argv(self.tool), _MOST_TEXT)

    async def state(self) -> bytes:
        """Give the current state, secrets included; raises `ToolBroken`."""
        return await self._answer("state", command.state_argv(self.tool), _MOST_JSON)

    @property
    def _initialised(self) -> Path:
        return self._at.private / "initialised"

    async def _secrets_of_failed(self, out: Path) -> frozenset[str]:
        """Give the secrets of a plan that ended with an error; Terraform saves what it had of it."""
        try:
            shown = await self.show(await asyncio.to_thread(out.read_bytes))
            return reading.read(shown, digest=planfile.digest(b"")).secrets
        except (OSError, ToolBroken, PlanUnreadable):
            return frozenset()  # without a saved plan, Terraform's own masks are all there is

    async def _answer(self, name: str, argv: tuple[str, ...], cap: int) -> bytes:
        """Give what a command writes that only looks, at most *cap* bytes; raises `ToolBroken`."""
        with self._file(f"{name}.log") as log, self._file(f"{name}.err") as complaints:
            status, why = await self._run(argv, log, complaints, cap=cap)
            if why or status:
                raise self._broken(complaints, why)
            return await asyncio.to_thread(log.read_bytes)

    async def _run(
        self, argv: tuple[str, ...], log: Path, complaints: Path, *, cap: int = _MOST_TEXT
    ) -> tuple[int, str]:
        """Run a command; gives its status, and a sentence where it had to be stopped."""
        child = process.start(argv, cwd=self._at.folder, env=self.environment, out=log, err=complaints)
        why = await process.finish(child, within=self._timeout.total_seconds(), out=log, cap=cap)
        return child.exit_code, why

    @contextmanager
    def _file(self, name: str) -> Iterator[Path]:
        """Give a private file for one command, and take it away afterwards: it may hold secrets."""
        file = self._at.private / name
        file.unlink(missing_ok=True)
        try:
            yield file
        finally:
            file.unlink(missing_ok=True)

    def _broken(self, log: Path, why: str, secrets: frozenset[str] = frozenset()) -> ToolBroken:
        text = _text(log)
        redact = Redactor(secrets | self.secrets).text
        return ToolBroken(redact(why or diagnostics.first_error(text)), redact(text))


def _has_backend(at: Workplace) -> bool:
    """Whether an earlier `init` noted a backend, which a changed setting would then ask to migrate."""
    try:
        noted = (at.private / "data" / "terraform.tfstate").read_text("utf-8")
    except OSError:
        return False
    # HCP Terraform refuses -reconfigure.
    return '"type": "cloud"' not in noted


def _text(log: Path) -> str:
    size = log.stat().st_size if log.exists() else 0
    if not size:
        return ""
    with log.open("rb") as file:
        head = file.read(_MOST_HANDED_ON // 2)
        rest = size - len(head)
        file.seek(-min(rest, _MOST_HANDED_ON // 2), os.SEEK_END)
        tail = file.read() if rest else b""
    left_out = size - len(head) - len(tail)
    middle = f"\n… ({left_out} bytes left out) …\n".encode() if left_out else b""
    return (head + middle + tail).decode("utf-8", "replace")
