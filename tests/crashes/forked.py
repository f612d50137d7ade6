"""A bot in a process of its own, that can be killed."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.__main__ import main
from bot.domain.chart import Chart
from bot.outbox.pace import Pace
from runners.drawing import Painter
from tests.forking import FORKS, settle


class Forked:
    """`interlock serve`; it can be asked what an `asyncio.subprocess.Process` can be."""

    def __init__(
        self, environment: Mapping[str, str], log: Path, first: Callable[[], None], *, pictures: bool
    ) -> None:
        """Start it, and have it do *first* before anything else; both its outputs go to *log*."""
        told = (dict(environment), log, first, pictures)
        self._process = FORKS.Process(target=_live, args=told, daemon=True)
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


def _live(environment: dict[str, str], log: Path, first: Callable[[], None], pictures: bool) -> None:
    """Be the bot, that need not be as polite as among other people's messages."""
    with log.open("ab") as out:
        settle(environment, out.fileno(), out.fileno())
    Pace.EDIT_GAP, Pace.CHANNEL_GAP, Pace.WORKSPACE_GAP = 0.2, 0.02, 0.02
    if not pictures:
        # Drawing takes more of a machine than all the rest, and most deaths have nothing to do with it.
        setattr(Painter, Painter.draw.__name__, _undrawn)
    first()
    sys.exit(main(["serve"]))


async def _undrawn(_: Painter, __: Chart) -> None: ...


def nothing() -> None:
    """Do nothing first."""
