"""A bot's process of its own, forked from one that has loaded everything already: loading is most of what a short life costs."""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.__main__ import main
from bot.domain.chart import Chart
from bot.outbox.pace import Pace
from runners.drawing import Painter

_ROOT = Path(__file__).parents[2]
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["bot.commands", "bot.house", "boto3", "runners.engine", __name__])


class Forked:
    """`interlock serve` in a process that can be killed; it can be asked what an `asyncio.subprocess.Process` can be."""

    def __init__(self, environment: Mapping[str, str], log: Path, *, pictures: bool) -> None:
        """Start it; both its outputs go to *log*."""
        self._process = _CONTEXT.Process(target=_live, args=(dict(environment), log, pictures), daemon=True)
        self._process.start()
        self._over = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._process.sentinel, self._end)

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self._process.join()
        self._over.set()

    @property
    def returncode(self) -> int | None:
        """Its exit status, negative for a signal; `None` while it lives."""
        return self._process.exitcode if self._over.is_set() else None

    def send_signal(self, signum: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process.pid is not None
        os.kill(self._process.pid, signum)

    async def wait(self) -> int:
        """Come back when it has ended, with its exit status."""
        await self._over.wait()
        status = self.returncode
        assert status is not None
        return status


def _live(environment: dict[str, str], log: Path, pictures: bool) -> None:
    """Be the bot, that need not be as polite as among other people's messages."""
    os.chdir(_ROOT)
    os.environ.clear()
    os.environ.update(environment)
    with log.open("ab") as out:
        os.dup2(out.fileno(), sys.stdout.fileno())
        os.dup2(out.fileno(), sys.stderr.fileno())
    Pace.EDIT_GAP, Pace.CHANNEL_GAP, Pace.WORKSPACE_GAP = 0.2, 0.02, 0.02
    if not pictures:
        # Drawing takes more of a machine than all the rest, and most deaths have nothing to do with it.
        setattr(Painter, Painter.draw.__name__, _nothing)
    sys.exit(main(["serve"]))


async def _nothing(_: Painter, __: Chart) -> None: ...
