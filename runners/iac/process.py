"""Starts children, waits for them, and finds them again.

`asyncio`'s own subprocesses are not used: when their transport is closed or forgotten they SIGKILL the child,
and an apply must outlive us. For the same reason output goes to files: a Go program that writes into a pipe
nobody reads any more dies of it, in the middle of its work.
"""

import asyncio
import contextlib
import fcntl
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.domain.errors import ToolBroken, ToolMissing
from bot.ports import Process

#: Seconds between two looks at a child's output.
POLL = 0.05
#: Seconds that a child which is told to stop gets before it is killed; never used for an apply.
GRACE = 30.0

_PROC = Path("/proc")


class Child:
    """A running child in a process group of its own."""

    def __init__(self, popen: subprocess.Popen[bytes]) -> None:
        self._popen = popen
        self._ended = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        # A daemon thread each: an apply takes hours, and the loop's pool has few threads.
        threading.Thread(target=self._reap, name=f"child-{popen.pid}", daemon=True).start()

    @property
    def pid(self) -> int:
        """The child's process id, and the id of its group."""
        return self._popen.pid

    async def ended(self, within: float) -> bool:
        """Whether it has ended, after waiting at most *within* seconds for it."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), within)
        return self._ended.is_set()

    @property
    def exit_code(self) -> int:
        """Its exit status, minus the signal's number where one ended it; only after it has ended."""
        if self._popen.returncode is None:
            msg = "the child still runs"
            raise RuntimeError(msg)
        return self._popen.returncode

    def interrupt(self) -> None:
        """Ask it once to stop in good order. A second interrupt makes Terraform lose what it knows."""
        if not self._ended.is_set():
            self._popen.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End its whole group at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._popen.pid, signal.SIGKILL)

    def _reap(self) -> None:
        self._popen.wait()
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._ended.set)


def start(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], out: Path, err: Path) -> Child:
    """Start *argv* with its output appended to the files *out* and *err* (0600), which may be the same.

    For as long as it lives it holds a lock on *out*, which `held` sees. Raises `ToolMissing` where it cannot be
    started, and `ToolBroken` where another holds that lock.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    with contextlib.ExitStack() as opened:
        stdout = opened.enter_context(open(os.open(out, flags, 0o600), "wb"))  # noqa: PTH123 -- a mode is given
        stderr = opened.enter_context(open(os.open(err, flags, 0o600), "wb"))  # noqa: PTH123 -- a mode is given
        try:
            # The lock belongs to the open file, which the child inherits and nobody else has.
            fcntl.flock(stdout, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = "The same command still runs, from an earlier life of Interlock. Nothing was started."
            raise ToolBroken(msg) from error
        try:
            popen = subprocess.Popen(  # noqa: S603 -- no shell, and argv is a value that tests compare
                argv,
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        except OSError as error:
            msg = f"{argv[0]} cannot be started in {cwd}: {error.strerror}"
            raise ToolMissing(msg) from error
    return Child(popen)


async def finish(child: Child, *, within: float, out: Path, cap: int) -> str:
    """Wait for *child*, which is no apply. Gives a sentence where it had to be stopped, else nothing.

    It is stopped after *within* seconds, once *out* has more than *cap* bytes, and when we are cancelled.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    why = ""
    pause = POLL
    try:
        while not await child.ended(pause):
            pause = min(1.0, pause * 1.5)
            if loop.time() > deadline:
                why = f"It was stopped after {within:g} s without an end."
            elif _size(out) > cap:
                why = f"It was stopped because it wrote more than {cap} bytes."
            if why:
                child.interrupt()
                if not await child.ended(GRACE):
                    child.kill()
                    await child.ended(GRACE)
                break
    except asyncio.CancelledError:
        child.interrupt()
        raise
    return why


def _size(file: Path) -> int:
    return file.stat().st_size


def identify(pid: int) -> Process:
    """Take down what tells the process *pid* from any later one with the same number."""
    fields = _fields(pid)
    return Process(pid=pid, started=int(fields[19]) if fields else 0, boot=_boot())


def alive(process: Process) -> bool:
    """Whether that very process still runs; a zombie does not."""
    if process.pid <= 0:  # to the kernel these mean groups, and our own first
        return False
    if fields := _fields(process.pid):
        return fields[0] not in "ZX" and int(fields[19]) == process.started and _boot() == process.boot
    if _PROC.joinpath("self").exists() or process.started:
        return False
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def held(out: Path) -> bool:
    """Whether a process that was started with *out* still runs, ours or not."""
    try:
        with out.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def interrupt(process: Process) -> None:
    """Ask a process that is no child of ours once to stop in good order."""
    if alive(process):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGINT)


def _fields(pid: int) -> list[str]:
    """Fields of `/proc/PID/stat` from the third (the state) on; empty where there are none."""
    try:
        text = _PROC.joinpath(str(pid), "stat").read_text("utf-8", "replace")
    except OSError:
        return []
    # The second field is the name in brackets, which itself may hold brackets and spaces.
    return text.rpartition(")")[2].split()


def _boot() -> str:
    try:
        return _PROC.joinpath("sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""
