"""`interlock serve` where something is missing: one clear sentence, and an end when it is told to end."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground.seed import demo_seed
from bot.playground.server import Playground

ROOT = Path(__file__).parents[2]
#: Seconds in which a bot must have understood that it cannot work, or that it shall end.
SOON = 20.0


def _nobodys_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def _serve(folder: Path, **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--estate", str(ROOT / "examples" / "interlock.yaml")),
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "INTERLOCK_DATA": str(folder / "data"),
            "INTERLOCK_HTTP": "",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


async def _words(process: asyncio.subprocess.Process) -> str:
    async with asyncio.timeout(SOON):
        said, _ = await process.communicate()
    return said.decode()


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground(demo_seed()) as opened:
        yield opened


WRONG = {
    "the bot token": (
        {"INTERLOCK_SLACK_BOT_TOKEN": "xoxb-wrong"},
        "INTERLOCK_SLACK_BOT_TOKEN is not accepted",
    ),
    "the app token": (
        {"INTERLOCK_SLACK_APP_TOKEN": "xapp-wrong"},
        "INTERLOCK_SLACK_APP_TOKEN is not accepted",
    ),
    "the database": (
        {"INTERLOCK_DATABASE_URL": f"postgresql://u:hunter22@127.0.0.1:{_nobodys_port()}/i"},
        "The database cannot be reached",
    ),
    "the database file": ({"INTERLOCK_DATABASE_URL": "sqlite:////proc/none/i.db"}, "/proc/none"),
    "the folder": ({"INTERLOCK_DATA": "/proc/none"}, "INTERLOCK_DATA: /proc/none cannot be made"),
    "the port": (
        {"INTERLOCK_HTTP": "127.0.0.1:70000"},
        "INTERLOCK_HTTP: nothing can listen on 127.0.0.1:70000",
    ),
    "the ears": (
        {"INTERLOCK_SLACK_APP_TOKEN": "", "INTERLOCK_SLACK_SIGNING_SECRET": "s"},
        "nothing would hear Slack",
    ),
}


@pytest.mark.parametrize(
    ("environment", "sentence"), [pytest.param(*wrong, id=name) for name, wrong in WRONG.items()]
)
async def test_what_is_wrong_is_one_sentence(
    playground: Playground, tmp_path: Path, environment: dict[str, str], sentence: str
) -> None:
    """It ends by itself with status 1, names the setting, and shows neither a stack nor a secret."""
    right = {
        "INTERLOCK_SLACK_BOT_TOKEN": playground.keys.bot,
        "INTERLOCK_SLACK_APP_TOKEN": playground.keys.app,
        "INTERLOCK_SLACK_API_URL": playground.url,
    }
    process = await _serve(tmp_path, **{**right, **environment})
    said = await _words(process)
    assert process.returncode == 1, said
    assert sentence in said
    assert said.splitlines()[-1].startswith("interlock: ")
    assert "Traceback" not in said
    assert not any(secret in said for secret in (*right.values(), "wrong", "hunter22") if "//" not in secret)


async def test_a_start_that_waits_for_slack_can_be_ended(tmp_path: Path) -> None:
    """A supervisor that gives up must not have to kill."""
    process = await _serve(
        tmp_path,
        INTERLOCK_SLACK_BOT_TOKEN="xoxb-1",
        INTERLOCK_SLACK_APP_TOKEN="xapp-1",
        INTERLOCK_SLACK_API_URL=f"http://127.0.0.1:{_nobodys_port()}/api/",
    )
    assert process.stdout is not None
    async with asyncio.timeout(SOON):
        async for line in process.stdout:
            if b"slack.unreachable" in line:
                break
    process.send_signal(signal.SIGTERM)
    await _words(process)
    assert process.returncode == 0
