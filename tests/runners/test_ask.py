import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.domain.estate import CheckSettings
from bot.domain.report import Verdict
from runners import ask
from runners.checks import Check
from runners.checks.command import Command
from runners.checks.http import Http
from runners.context import Context

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]
SHORT = timedelta(milliseconds=200)


class Endless(Check):
    """A check that does not look at the clock."""

    def _about(self) -> str:
        return "for ever"

    async def _ask(self) -> tuple[Verdict, str]:
        await asyncio.Event().wait()
        return Verdict.PASS, ""


async def test_a_check_that_forgets_its_time(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has no answer in its time, and does not say so itself, is UNKNOWN."""
    monkeypatch.setattr(ask, "_GRACE", 0.1)
    check = Endless(CheckSettings(kind="endless", timeout=SHORT), context)
    assert await ask.once(check) == (Verdict.UNKNOWN, "no answer within 0.2 s")


async def test_a_server_that_takes_the_question_and_is_silent(serve: Serve, context: Context) -> None:
    """Who was asked and does not answer in time has failed: the check itself says so."""

    async def silent(_: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    check = Http(Http.Settings(kind="http", url=await serve(silent), timeout=SHORT), context)
    assert await ask.once(check) == (Verdict.FAIL, "no answer within 0.2 s.")


def ended(pid: Path) -> bool:
    """Whether the process whose number stands in a file runs no more."""
    state = Path(f"/proc/{pid.read_text().strip()}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


async def test_a_program_that_does_not_end(context: Context) -> None:
    """It has the time to end its whole group, which takes longer than its own."""
    pid = context.checkout / "pid"
    script = f"trap '' TERM; echo $$ > {pid}; while :; do sleep 0.05; done"
    settings = Command.Settings(kind="command", argv=("sh", "-c", script), timeout=SHORT)
    assert await ask.once(Command(settings, context)) == (
        Verdict.UNKNOWN,
        "not finished within 0.2 s, so it was stopped.",
    )
    assert ended(pid)
