"""An app of the workspace in a process of its own: started, listened to, weighed and stopped."""

import asyncio
import contextlib
import os
import re
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from benchmarks.grounds import Grounds
from bot.clock import SystemClock
from bot.playground.server import Playground

#: The bot as people run it.
BOT = ("-m", "bot", "serve")
#: The same with no pauses between its messages, where what Slack allows a minute would be all that is measured.
HASTY = ("-m", "benchmarks.hasty")
#: A Bolt app that does next to nothing.
BARE = ("-m", "benchmarks.bare")

_READY = re.compile(r" (bot|bare)\.ready\b")
#: Variables of ours that would make a child slower or different than users have it.
_NOT_HANDED_ON = re.compile(r"PYTHON.*|INTERLOCK_.*")


@dataclass
class App:
    """A running app, known by what it writes to its log."""

    process: asyncio.subprocess.Process
    #: Seconds from the start of the process until it said that it is ready.
    start_up: float = 0.0
    lines: list[str] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        """Take in its log until it ends."""
        if self.process.stderr is None:
            return
        async for line in self.process.stderr:
            self.lines.append(line.decode(errors="replace").rstrip())
            self._news.set()
        self.lines.append("(the log ends)")
        self._news.set()

    async def until(self, met: Callable[[str], object], *, seconds: float = 60.0) -> str:
        """Wait for a line that is as wanted; raises `RuntimeError` with the last lines where none comes."""
        seen = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.process.returncode is None or seen < len(self.lines):
                    for line in self.lines[seen:]:
                        if met(line):
                            return line
                    seen = len(self.lines)
                    self._news.clear()
                    await self._news.wait()
        msg = "\n".join(("the awaited line did not come; the last ones were:", *self.lines[-20:]))
        raise RuntimeError(msg)

    async def event(self, name: str, run: int, *, seconds: float = 60.0) -> datetime:
        """Wait until *run* came to the event *name*; the moment that the log gives for it is the answer."""
        wanted = re.compile(rf"\b{re.escape(name)} run={run}\b")
        return moment(await self.until(wanted.search, seconds=seconds))

    def memory(self) -> tuple[float, float]:
        """Give the resident and the proportional set size, in MB."""
        text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text(encoding="ascii")
        sizes = {name: int(kib) for name, kib in re.findall(r"^(\w+): +(\d+) kB", text, re.MULTILINE)}
        return sizes["Rss"] * 1024 / 1e6, sizes["Pss"] * 1024 / 1e6

    def cpu(self) -> float:
        """Seconds of processor time so far, its children's left out."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def moment(line: str) -> datetime:
    """When a line of the bot's log was written."""
    return datetime.fromisoformat(line.partition(" ")[0])


@contextlib.asynccontextmanager
async def running(
    words: tuple[str, ...], playground: Playground, settings: Mapping[str, str] | None = None
) -> AsyncIterator[App]:
    """Start an app against *playground*; it is ready when the block begins, and gone when it ends."""
    env = {name: value for name, value in os.environ.items() if not _NOT_HANDED_ON.fullmatch(name)}
    env |= {
        "INTERLOCK_SLACK_BOT_TOKEN": playground.keys.bot,
        "INTERLOCK_SLACK_APP_TOKEN": playground.keys.app,
        "INTERLOCK_SLACK_API_URL": playground.url,
        "INTERLOCK_HTTP": "",
        **(settings or {}),
    }
    clock = SystemClock()
    began = clock.now()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, env=env, stderr=asyncio.subprocess.PIPE, limit=1 << 20
    )
    app = App(process)
    listening = asyncio.create_task(app.listen())
    try:
        await app.until(_READY.search)
        app.start_up = (clock.now() - began).total_seconds()
        yield app
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()
            await process.wait()
        await listening


def settings(grounds: Grounds, data: Path, database: str, terraform: str = "") -> dict[str, str]:
    """What the bot's environment says beside Slack's tokens; *data* is the bot's private folder."""
    return {
        "INTERLOCK_ESTATE": str(grounds.estate),
        "INTERLOCK_DATA": str(data),
        "INTERLOCK_DATABASE_URL": database,
        "INTERLOCK_TERRAFORM": terraform,
    }
