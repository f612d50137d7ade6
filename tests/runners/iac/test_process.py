import asyncio
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.errors import ToolBroken, ToolMissing
from bot.ports import Process
from runners.iac import process

_ENV = {"PATH": os.environ["PATH"]}


def _start(tmp_path: Path, script: str) -> process.Child:
    return _start_argv(tmp_path, "/bin/sh", "-c", script)


def _start_argv(tmp_path: Path, *argv: str) -> process.Child:
    log = tmp_path / "log"
    return process.start(argv, cwd=tmp_path, env=_ENV, out=log, err=log)


async def _until(tmp_path: Path, word: str) -> None:
    for _ in range(1000):
        if word in (tmp_path / "log").read_text("utf-8"):
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"{word} was never said")


async def test_output_goes_to_a_private_file(tmp_path: Path) -> None:
    """Both streams land in the file, in order, and nobody else may read it."""
    child = _start(tmp_path, "echo one; echo two >&2; exit 3")
    assert await process.finish(child, within=10, out=tmp_path / "log", cap=1000) == ""
    assert child.exit_code == 3
    assert (tmp_path / "log").read_text("utf-8") == "one\ntwo\n"
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o600


async def test_it_is_not_in_our_session(tmp_path: Path) -> None:
    """A Ctrl-C at our terminal must not reach the child."""
    child = _start_argv(tmp_path, "sleep", "10")
    assert os.getsid(child.pid) == child.pid
    assert os.getpgid(child.pid) == child.pid
    child.interrupt()
    assert await child.ended(5)
    assert child.exit_code == -signal.SIGINT


async def test_nothing_of_ours_comes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment is the one that was given, whatever ours is."""
    monkeypatch.setenv("TF_CLI_ARGS_plan", "-destroy")
    child = process.start(
        ["/usr/bin/env"], cwd=tmp_path, env={"A": "1"}, out=tmp_path / "o", err=tmp_path / "e"
    )
    await child.ended(5)
    assert (tmp_path / "o").read_text("utf-8") == "A=1\n"


async def test_a_missing_program_is_named(tmp_path: Path) -> None:
    """What cannot be started is a missing tool."""
    with pytest.raises(ToolMissing, match="/no/such cannot be started"):
        process.start(["/no/such"], cwd=tmp_path, env={}, out=tmp_path / "o", err=tmp_path / "e")


async def test_patience_ends(tmp_path: Path) -> None:
    """A command that takes too long is interrupted, and the reason is told."""
    child = _start(tmp_path, "trap 'exit 7' INT; echo up; while :; do sleep 0.05; done")
    await _until(tmp_path, "up")
    why = await process.finish(child, within=0.1, out=tmp_path / "log", cap=1000)
    assert why == "It was stopped after 0.1 s without an end."
    assert child.exit_code == 7


async def test_a_deaf_command_is_killed_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not listen to the interrupt ends all the same."""
    monkeypatch.setattr(process, "GRACE", 0.2)
    child = _start(tmp_path, "trap '' INT; echo up; sleep 60 & wait; sleep 60")
    await _until(tmp_path, "up")
    await process.finish(child, within=0.1, out=tmp_path / "log", cap=1000)
    assert child.exit_code == -signal.SIGKILL


async def test_a_flood_is_stopped(tmp_path: Path) -> None:
    """A command that writes without end is stopped at its cap."""
    child = _start(tmp_path, "while :; do echo 0123456789012345678901234567890123456789; done")
    why = await process.finish(child, within=30, out=tmp_path / "log", cap=1000)
    assert why == "It was stopped because it wrote more than 1000 bytes."


async def test_cancelling_us_interrupts_a_command(tmp_path: Path) -> None:
    """When we are told to stop, a command that is no apply is told so too."""
    child = _start(tmp_path, "trap 'exit 7' INT; echo up; while :; do sleep 0.05; done")
    await _until(tmp_path, "up")
    task = asyncio.create_task(process.finish(child, within=30, out=tmp_path / "log", cap=1000))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await child.ended(5)
    assert child.exit_code == 7


async def test_the_status_of_a_running_child_is_unknown(tmp_path: Path) -> None:
    """Asking too early is a mistake, and an interrupt after the end is none."""
    child = _start(tmp_path, "read -r line; sleep 0.2")
    with pytest.raises(RuntimeError, match="still runs"):
        _ = child.exit_code
    assert await child.ended(5)
    child.interrupt()
    child.kill()


async def test_a_process_is_found_again_until_it_ends(tmp_path: Path) -> None:
    """Its number, start and boot say that it lives; after its end they say that it does not."""
    child = _start_argv(tmp_path, "sleep", "60")
    who = process.identify(child.pid)
    assert who.started > 0
    assert who.boot
    assert process.alive(who)
    process.interrupt(who)
    assert await child.ended(5)
    assert not process.alive(who)
    process.interrupt(who)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"started": 1}, id="the number belongs to a later process"),
        pytest.param({"boot": "00000000-0000-0000-0000-000000000000"}, id="the machine was started again"),
        pytest.param({"pid": 2**22 + 1}, id="no such process"),
    ],
)
def test_another_process_is_not_it(changes: dict[str, int | str]) -> None:
    """A process that merely has the same number is never taken for the one that was noted."""
    me = process.identify(os.getpid())
    assert process.alive(me)
    assert not process.alive(me.model_copy(update=changes))


async def test_a_running_child_holds_its_output(tmp_path: Path) -> None:
    """Who reads the output can tell whether it goes on, with no process id at all; and nobody runs it twice."""
    log = tmp_path / "log"
    assert not process.held(log)
    child = _start_argv(tmp_path, "sleep", "60")
    assert process.held(log)
    with pytest.raises(ToolBroken, match="still runs"):
        _start_argv(tmp_path, "sleep", "60")
    child.interrupt()
    assert await child.ended(5)
    assert not process.held(log)


@pytest.mark.parametrize("pid", [0, -1])
def test_nobody_is_not_alive(pid: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The ids that stand for groups are no process, with and without a kernel that tells more."""
    assert not process.alive(Process(pid=pid, started=0, boot=""))
    monkeypatch.setattr(process, "_PROC", tmp_path)
    assert not process.alive(Process(pid=pid, started=0, boot=""))


def test_a_zombie_is_dead() -> None:
    """A process that has ended and was not yet waited for does not run any more."""
    with subprocess.Popen([sys.executable, "-c", ""]) as popen:
        who = process.identify(popen.pid)
        os.waitid(os.P_PID, popen.pid, os.WEXITED | os.WNOWAIT)
        assert not process.alive(who)


def test_without_proc_the_number_must_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the kernel tells nothing, a live number counts, so that nothing is declared dead by mistake."""
    monkeypatch.setattr(process, "_PROC", tmp_path)
    me = process.identify(os.getpid())
    assert me == Process(pid=os.getpid(), started=0, boot="")
    assert process.alive(me)
    assert not process.alive(Process(pid=2**22 + 1, started=0, boot=""))
