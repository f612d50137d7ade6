"""A program of the repository's own says whether all is well."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.domain.estate import CheckSettings, Shape
from bot.domain.report import Verdict
from runners.checks import Check

#: What a program may see of the bot's environment without being named in the estate.
_ALLOWED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")
#: Bytes of output that are kept: the last ones, because there programs say what went wrong.
_KEPT = 64 * 1024
_SHOWN = 200
#: Seconds between the request to stop and the end.
_GRACE = 2.0

_Name = Annotated[
    str,
    # The bot's own tokens are in these.
    Shape(r"(?!INTERLOCK_|SLACK_|LD_|DYLD_)[A-Za-z_][A-Za-z0-9_]*", "variable that a command may see"),
]


class Command(Check):
    """Starts the program in its own process group, in the run's checkout; exit 0 is good."""

    class Settings(CheckSettings):
        """The program and its arguments; no shell reads them."""

        argv: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
        #: Names in the bot's own environment that the program may see beside the built-in few.
        environment: tuple[_Name, ...] = ()

    settings: Settings

    def _about(self) -> str:
        return " ".join(self.settings.argv)

    async def _ask(self) -> tuple[Verdict, str]:
        settings = self.settings
        environment = allowed(os.environ, settings.environment)
        limit = settings.timeout.total_seconds()
        try:
            async with _started(settings.argv, self.context.checkout, environment) as (process, output):
                async with asyncio.timeout(limit):
                    code = await process.wait()
                last = self._last(await output.rest())
        except TimeoutError:
            return Verdict.UNKNOWN, f"not finished within {limit:g} s, so it was stopped."
        except (OSError, ValueError) as error:
            why = (error.strerror if isinstance(error, OSError) else None) or "its arguments hold a zero byte"
            return Verdict.UNKNOWN, f"could not be started: {why}."
        if code == 0:
            return Verdict.PASS, last or "exit 0."
        ended = f"exit {code}" if code > 0 else f"ended by signal {-code}"
        return Verdict.FAIL, f"{ended}: {last}" if last else f"{ended}, without a word."

    def _last(self, output: bytes) -> str:
        # Redacted before it is cut: half a secret would not be recognised.
        lines = self.context.redact(output.decode("utf-8", "replace")).split("\n")
        spoken = [line.strip() for line in lines if line.strip()]
        return spoken[-1][:_SHOWN] if spoken else ""


def allowed(environment: Mapping[str, str], more: tuple[str, ...]) -> dict[str, str]:
    """Build a program's environment from nothing but the built-in names and *more*."""
    return {name: environment[name] for name in (*_ALLOWED, *more) if name in environment}


class _Output(asyncio.Protocol):
    """Keeps the last bytes of what a program says, however much that is."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._ended = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        self._kept += data
        del self._kept[:-_KEPT]

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._ended.set()

    async def rest(self) -> bytes:
        """Take what was said; children that hold the pipe open are not waited for."""
        with suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await self._ended.wait()
        return bytes(self._kept)


@asynccontextmanager
async def _started(
    argv: tuple[str, ...], folder: Path, environment: dict[str, str]
) -> AsyncIterator[tuple[asyncio.subprocess.Process, _Output]]:
    """Start a program; whatever happens, nothing of its process group is left behind."""
    ours, theirs = os.pipe()
    # A pipe of our own, because asyncio's would make the end of the process wait for all its children.
    transport, output = await asyncio.get_running_loop().connect_read_pipe(_Output, os.fdopen(ours, "rb", 0))
    try:
        try:
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=theirs,
                stderr=theirs,
                cwd=folder,
                env=environment,
                start_new_session=True,
            )
        finally:
            os.close(theirs)
        try:
            yield process, output
        finally:
            await _stop(process)
    finally:
        transport.close()


async def _stop(process: asyncio.subprocess.Process) -> None:
    """Ask the whole group to end, then end it."""
    if process.returncode is None:
        _signal(process.pid, signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                await process.wait()
    _signal(process.pid, signal.SIGKILL)
    await process.wait()


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
