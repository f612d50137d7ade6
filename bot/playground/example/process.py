"""One process of the example: made by the demonstration, watched by it, and gone with it."""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.playground.example import ports

#: One that fell comes back after so many seconds: late enough for everybody to notice.
PAUSE = 10.0
#: So many seconds it has to end by itself.
_GRACE = 2.0
_ROOT = Path(__file__).resolve().parents[3]


class Process:
    """A Python module as a process of its own, which serves on sockets that are opened here.

    The sockets are open before it runs, so that the first request waits instead of failing; afterwards only the
    process holds them, so that nobody answers once it is gone.
    """

    def __init__(self, module: str, log: Path) -> None:
        """Take the name of the *module*, and the file that its complaints go to."""
        self._module = module
        self._log = log
        self._running: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process's number; `None` where it is not there."""
        return self._running.pid if self._running and self._running.returncode is None else None

    async def open(self, sockets: Mapping[str, socket.socket], words: Sequence[str]) -> None:
        """Run it: it is given each name with its socket, as `NAME=7`, and then the *words*."""
        taken = {name: ports.number(each) for name, each in sockets.items()}
        await self._start(sockets, words)
        self._watch = asyncio.create_task(self._keep(taken, words))

    async def close(self) -> None:
        """End it."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        if self._running is None:
            return
        if self._running.stdin is not None:
            self._running.stdin.close()
        try:
            await asyncio.wait_for(self._running.wait(), _GRACE)
        except TimeoutError:
            self._running.kill()
            await self._running.wait()

    async def _keep(self, taken: Mapping[str, int], words: Sequence[str]) -> None:
        while self._running is not None:
            await self._running.wait()
            await asyncio.sleep(PAUSE)
            with contextlib.ExitStack() as opened:
                sockets = {name: opened.enter_context(await ports.bind(port)) for name, port in taken.items()}
                await self._start(sockets, words)

    async def _start(self, sockets: Mapping[str, socket.socket], words: Sequence[str]) -> None:
        handed = [f"{name}={each.fileno()}" for name, each in sockets.items()]
        log = await asyncio.to_thread(self._log.open, "ab")
        try:
            self._running = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", self._module, *handed, "--", *words),
                cwd=_ROOT,
                # Nothing is written there: its end tells the process that the demonstration is over, or was killed.
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=[each.fileno() for each in sockets.values()],
                # Tokens of the bot's are no business of a shop's.
                env={"PATH": os.environ.get("PATH", os.defpath)},
                # Ctrl+C in the terminal is for the demonstration, which ends this in good order.
                start_new_session=True,
            )
        finally:
            log.close()
            for each in sockets.values():
                each.close()


def handed(argv: Sequence[str]) -> tuple[dict[str, socket.socket], list[str]]:
    """In the process: the sockets and the words that it was given."""
    middle = list(argv).index("--")
    pairs = (word.split("=", 1) for word in argv[:middle])
    return {name: socket.socket(fileno=int(number)) for name, number in pairs}, list(argv[middle + 1 :])


async def over() -> None:
    """In the process: come back when the demonstration is gone."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
