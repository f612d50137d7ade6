import asyncio
import os
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.domain.report import Verdict
from runners.checks.command import Command, allowed
from runners.context import Context


def check(context: Context, *argv: str, timeout: float = 5, environment: tuple[str, ...] = ()) -> Command:
    """Make a check."""
    limit = timedelta(seconds=timeout)
    return Command(
        Command.Settings(kind="command", argv=argv, timeout=limit, environment=environment), context
    )


def alive(pid: str) -> bool:
    """Say whether a process runs; one that nobody has collected yet does not."""
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def written(path: Path) -> None:
    """Wait until there is a line in the file, no longer than five seconds."""
    for _ in range(250):
        if path.exists() and path.read_text().endswith("\n"):
            return
        time.sleep(0.02)
    msg = f"{path} was not written"
    raise TimeoutError(msg)


@pytest.mark.parametrize(
    ("script", "verdict", "seen"),
    [
        pytest.param("echo one; echo two; echo; exit 0", Verdict.PASS, "two", id="good"),
        pytest.param("exit 0", Verdict.PASS, "exit 0.", id="good and silent"),
        pytest.param("echo out; echo err >&2; exit 3", Verdict.FAIL, "exit 3: err", id="bad"),
        pytest.param("exit 1", Verdict.FAIL, "exit 1, without a word.", id="bad and silent"),
        pytest.param("kill -9 $$", Verdict.FAIL, "ended by signal 9, without a word.", id="killed by itself"),
        pytest.param("echo s3cret", Verdict.PASS, "(redacted)", id="a secret"),
        pytest.param("head -c 300000 /dev/zero | tr '\\0' x; echo; echo end", Verdict.PASS, "end", id="much output"),
        pytest.param("printf '\\377\\n'", Verdict.PASS, "\ufffd", id="no text"),
        pytest.param('read x; echo "got $x"', Verdict.PASS, "got", id="nothing to read"),
    ],
)  # fmt: skip
async def test_programs(context: Context, script: str, verdict: Verdict, seen: str) -> None:
    """Exit 0 is good, everything else is not, and the last line says why."""
    assert await check(context, "sh", "-c", script).ask() == (verdict, seen)


async def test_it_runs_in_the_checkout(context: Context) -> None:
    """A relative program is one of the repository's own."""
    script = context.checkout / "verify.sh"
    script.write_text('#!/bin/sh\npwd; echo "$1"\n')
    script.chmod(0o755)
    assert await check(context, "./verify.sh", "{outputs.url} $(id)").ask() == (
        Verdict.PASS,
        "http://x $(id)",
    )


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        pytest.param(("./nothing.sh",), "No such file", id="missing"),
        pytest.param((".",), "ermission denied", id="a folder"),
        pytest.param(("echo", "a\0b"), "zero byte", id="zero byte"),
        pytest.param(("echo", "{outputs.nothing}"), "no output `nothing`", id="missing output"),
    ],
)
async def test_what_cannot_be_started(context: Context, argv: tuple[str, ...], words: str) -> None:
    """What could not be asked is not known."""
    verdict, told = await check(context, *argv).ask()
    assert verdict is Verdict.UNKNOWN
    assert words in told


async def test_a_folder_that_is_gone(context: Context) -> None:
    """Without a checkout nothing is started."""
    gone = replace(context, checkout=context.checkout / "gone")
    verdict, _ = await check(gone, "true").ask()
    assert verdict is Verdict.UNKNOWN


async def test_time_out_ends_the_whole_group(context: Context) -> None:
    """A program that does not end is stopped with all its children, even those that do not listen."""
    witness = context.checkout / "witness"
    script = f"(trap '' TERM; while :; do date >> {witness}; sleep 0.05; done) & trap '' TERM; sleep 60"
    began = time.monotonic()
    verdict, told = await check(context, "sh", "-c", script, timeout=0.3).ask()
    assert (verdict, told) == (Verdict.UNKNOWN, "not finished within 0.3 s, so it was stopped.")
    assert time.monotonic() - began < 5
    assert witness.exists()
    size = witness.stat().st_size
    await asyncio.sleep(0.2)
    assert witness.stat().st_size == size


async def test_a_child_that_stays_behind(context: Context) -> None:
    """A program that ends is judged at once, and what it left running is ended."""
    began = time.monotonic()
    verdict, told = await check(context, "sh", "-c", "sleep 60 & echo $!").ask()
    assert verdict is Verdict.PASS
    assert time.monotonic() - began < 3
    await asyncio.sleep(0.1)
    assert not alive(told)


async def test_a_cancelled_question(context: Context) -> None:
    """When the asking stops, so does the program."""
    witness = context.checkout / "pid"
    asking = asyncio.create_task(check(context, "sh", "-c", f"echo $$ > {witness}; exec sleep 60").ask())
    await asyncio.to_thread(written, witness)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    with pytest.raises(ProcessLookupError):
        os.kill(int(witness.read_text()), 0)


async def test_the_environment(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is allowed or named reaches the program."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("KUBECONFIG", "/k")
    monkeypatch.setenv("OTHER", "x")
    script = "import os; print(' '.join(sorted(n for n in os.environ if n in {'SLACK_BOT_TOKEN', 'KUBECONFIG', 'OTHER', 'PATH'})))"
    _, told = await check(context, sys.executable, "-c", script, environment=("KUBECONFIG",)).ask()
    assert told == "KUBECONFIG PATH"


def test_allowed() -> None:
    """The environment is built from nothing."""
    assert allowed({"PATH": "/bin", "A": "1", "B": "2"}, ("B", "C")) == {"PATH": "/bin", "B": "2"}


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "INTERLOCK_DATABASE_URL", "LD_PRELOAD", "a=b", "1A", ""])
def test_names_that_are_never_passed_on(name: str) -> None:
    """The bot's own secrets, and what would change any program, cannot be named."""
    with pytest.raises(ValidationError):
        Command.Settings(kind="command", argv=("true",), environment=(name,))


def test_title(context: Context) -> None:
    """The title is the command, short and without secrets."""
    assert (
        check(context, "./x.sh", "s3cret", "y" * 200).title == f"command ./x.sh (redacted) {'y' * 200}"[:150]
    )
