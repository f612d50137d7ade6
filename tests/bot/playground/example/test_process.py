import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground.example import ports, process
from bot.playground.example.process import Process, handed
from tests.bot.playground.example.conftest import until

#: Answers each caller with what it was given, in a word.
ECHO = """
import os, sys
from bot.playground.example import process
given, words = process.handed(sys.argv[1:])
(listening,) = given.values()
while True:
    caller, _ = listening.accept()
    caller.sendall(f"{os.getpid()} {list(given)} {words} {'SLACK_BOT_TOKEN' in os.environ}".encode())
    caller.close()
"""


async def said(port: int) -> str:
    reader, writer = await asyncio.open_connection(ports.HOST, port)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode()


class Echo:
    """A process that answers, and its port."""

    def __init__(self, running: Process, port: int) -> None:
        self.running = running
        self.port = port

    async def gone(self) -> None:
        """Wait until nobody answers."""
        while True:
            try:
                await said(self.port)
            except OSError:
                return


@pytest.fixture
async def echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Echo]:
    (tmp_path / "echo.py").write_text(ECHO)
    (tmp_path / "bot").symlink_to(Path(process.__file__).parents[2])
    monkeypatch.setattr(process, "_ROOT", tmp_path)
    monkeypatch.setattr(process, "_GRACE", 0.2)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    running = Process("echo", tmp_path / "echo.log")
    listening = await ports.bind(0)
    port = ports.number(listening)
    await running.open({"shop": listening}, ["a", "b c"])
    yield Echo(running, port)
    await running.close()


async def test_what_it_is_given(echo: Echo) -> None:
    """The first call waits until it is up; it knows its sockets and words, and nothing of the bot's secrets."""
    assert await said(echo.port) == f"{echo.running.pid} ['shop'] ['a', 'b c'] False"


async def test_one_that_falls(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers while it is gone; then it comes back to the same port."""
    monkeypatch.setattr(process, "PAUSE", 0.3)
    before = await said(echo.port)
    assert echo.running.pid is not None
    os.kill(echo.running.pid, signal.SIGKILL)
    await echo.gone()
    await asyncio.sleep(0.6)
    after = await said(echo.port)
    assert after != before
    assert after.split(" ", 1)[1] == before.split(" ", 1)[1]


async def test_one_that_does_not_end_by_itself(echo: Echo) -> None:
    """It is made to end."""
    await said(echo.port)
    await echo.running.close()
    assert echo.running.pid is None
    await asyncio.wait_for(echo.gone(), 1)


async def test_complaints_are_kept(tmp_path: Path) -> None:
    """Why it fell can be read afterwards, and the terminal stays clean."""
    running = Process("no.such.module", tmp_path / "x.log")
    await running.open({"shop": await ports.bind(0)}, [])

    async def fell() -> bool:
        return running.pid is None

    await until(fell)
    await running.close()
    assert "No module named" in (tmp_path / "x.log").read_text()


async def test_killed_parents(tmp_path: Path) -> None:
    """Where the demonstration was killed without a word, its processes end too."""
    program = (
        "import asyncio, sys, pathlib\n"
        "from bot.playground.example import ports\n"
        "from bot.playground.example.process import Process\n"
        "async def main():\n"
        "    stack = Process('bot.playground.example.stack', pathlib.Path(sys.argv[1]) / 'log')\n"
        "    await stack.open({'shop': await ports.bind(0)}, [sys.argv[1]])\n"
        "    print(stack.pid, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(tmp_path), stdout=asyncio.subprocess.PIPE, cwd=process._ROOT
    )
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()

    async def gone() -> bool:
        # Nobody may be there to bury it, so it may stay as a zombie.
        process = await asyncio.create_subprocess_exec(
            "ps", "-o", "stat=", "-p", str(child), stdout=asyncio.subprocess.PIPE
        )
        state, _ = await process.communicate()
        return not state.strip() or state.startswith(b"Z")

    await until(gone)


def test_handed() -> None:
    """Sockets by name, then words."""
    with socket.create_server((ports.HOST, 0)) as listening:
        number = ports.number(listening)
        sockets, words = handed([f"shop={os.dup(listening.fileno())}", "--", "a=b", "--"])
    with sockets["shop"] as shop:
        assert ports.number(shop) == number
    assert words == ["a=b", "--"]
