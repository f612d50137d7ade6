"""Pictures are made elsewhere; whatever goes wrong there costs a picture, and nothing else."""

import asyncio
import logging
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from runners.drawing import COMMAND, Painter
from tests.runners.drawing.conftest import CHARTS

CHART = CHARTS["a switch of four rungs"]


def program(source: str) -> tuple[str, ...]:
    return sys.executable, "-c", source


def untouched(words: str) -> str:
    return words


def empty(folder: Path) -> bool:
    return not any(folder.iterdir())


async def test_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a process that finds nothing of ours but the code, and leaves nothing behind."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    png = await Painter(untouched).draw(CHART)
    assert png is not None
    assert png.startswith(b"\x89PNG")
    assert empty(tmp_path)


async def test_what_the_process_knows(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """No token, no home of anybody's, and a folder of its own to write to."""
    monkeypatch.setenv("INTERLOCK_SLACK_BOT_TOKEN", "xoxb-secret")
    told = "import os, sys; print(sorted(os.environ), os.environ['HOME'] == os.getcwd(), file=sys.stderr); sys.exit(3)"
    assert await Painter(untouched, command=program(told)).draw(CHART) is None
    (record,) = caplog.records
    said = record.__dict__["why"]
    assert "exit 3" in said
    assert "True" in said
    assert "INTERLOCK" not in said
    assert os.environ["HOME"] not in said


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("/no/such/program",), id="nothing to start"),
        pytest.param(program("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"), id="killed"),
        pytest.param(program("import sys; sys.exit(1)"), id="failed"),
        pytest.param(program("print('hello')"), id="garbage"),
        pytest.param(program(""), id="nothing"),
        pytest.param(
            program("import sys; sys.stdout.buffer.write(b'\\x89PNG\\r\\n\\x1a\\n' + bytes(300_000))"),
            id="huge",
        ),
        pytest.param(program("import sys; sys.stdin.close()"), id="never listens"),
        pytest.param(
            program("import sys; sys.stdout.buffer.write(b'\\x89PNG\\r\\n\\x1a\\n'); sys.exit(1)"),
            id="half done",
        ),
    ],
)
async def test_no_picture(command: tuple[str, ...], caplog: pytest.LogCaptureFixture) -> None:
    """One line in the log."""
    assert await Painter(untouched, command=command).draw(CHART) is None
    assert [record.message for record in caplog.records] == ["drawing.failed"]


async def test_a_picture_that_takes_too_long(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The process is ended, and collected."""
    note = tmp_path / "pid"
    sleeper = program(f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    began = time.monotonic()
    assert await Painter(untouched, command=sleeper, patience=1).draw(CHART) is None
    assert time.monotonic() - began < 10
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)
    assert caplog.records[0].__dict__["why"] == "no picture after 1 s"


def written(note: Path) -> None:
    """Wait for what a process writes."""
    deadline = time.monotonic() + 20
    while not (note.exists() and note.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)


async def test_a_bot_that_leaves(tmp_path: Path) -> None:
    """Takes the process with it."""
    note = tmp_path / "pid"
    sleeper = program(f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    drawing = asyncio.create_task(Painter(untouched, command=sleeper).draw(CHART))
    await asyncio.to_thread(written, note)
    drawing.cancel()
    await asyncio.gather(drawing, return_exceptions=True)
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


async def test_no_secret_gets_there(caplog: pytest.LogCaptureFixture) -> None:
    """Every word is scrubbed before it is drawn."""
    caplog.set_level(logging.WARNING)
    echo = program("import sys; print(sys.stdin.read()[:250], file=sys.stderr); sys.exit(1)")
    secret = CHART.model_copy(update={"title": "Bake of hunter2"})
    await Painter(lambda words: words.replace("hunter2", "•••"), command=echo).draw(secret)
    said = caplog.records[0].__dict__["why"]
    assert "Bake of •••" in said
    assert "hunter2" not in said


def test_the_bot_has_no_matplotlib() -> None:
    """Half a second and forty megabytes that only the process needs which draws."""
    asked = "import bot.house, sys; print('matplotlib' in sys.modules, 'numpy' in sys.modules)"
    said = subprocess.run((sys.executable, "-c", asked), capture_output=True, text=True, check=True).stdout
    assert said.split() == ["False", "False"]
    assert "-P" in COMMAND, "the current folder is anybody's"
