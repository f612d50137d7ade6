"""`interlock serve` as a process of its own, forked from one that has read all the code before: that costs most."""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["bot.__main__", "pytest", __name__])


def _serve(environment: Mapping[str, str], log: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    words = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(words, 1)
    os.dup2(words, 2)
    from bot.__main__ import main  # noqa: PLC0415 -- read in the process that is forked from, not in the tests'
    from bot.outbox.pace import Pace  # noqa: PLC0415 -- the same

    # It need not be as polite as among other people's messages.
    Pace.EDIT_GAP, Pace.CHANNEL_GAP, Pace.WORKSPACE_GAP = 0.2, 0.02, 0.02
    sys.exit(main(["serve"]))


class Process:
    """One life of the bot."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._process: ForkServerProcess = _context.Process(target=_serve, args=(environment, log))
        self._process.start()
        self._ended = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._process.sentinel, self._end)

    def _end(self) -> None:
        self._loop.remove_reader(self._process.sentinel)
        self._ended.set()

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet."""
        return not self._ended.is_set()

    def send(self, signum: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process.pid is not None
        os.kill(self._process.pid, signum)

    async def wait(self) -> int:
        """Come back when it has ended; gives its exit status, minus the signal's number where one ended it."""
        await self._ended.wait()
        self._process.join()
        assert self._process.exitcode is not None
        return self._process.exitcode
