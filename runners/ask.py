"""Puts one check to the world until it passes, or its attempts are used up."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from bot.domain.report import CheckReport, Verdict
from bot.domain.value import RunId
from bot.ports import Clock
from runners.checks import Check
from runners.kit import Kit

#: Seconds on top of an attempt's time: a check that keeps that by itself says what the silence means, and tidies up.
_GRACE = 5.0


async def ask(kit: Kit, run: RunId, index: int, check: Check, about: str = "") -> CheckReport:
    """Ask until it passes, so often in a row as it must, and keep how far it got in the run's rows at *index*.

    The last answer stands; *about* stands before its title.
    """

    async def keep(report: CheckReport) -> None:
        await kit.journal.checked(run, report, kit.clock.now())
        await kit.tell.verifying(run)

    return await tried(check, kit.clock, keep, index=index, about=about)


async def tried(
    check: Check, clock: Clock, keep: Callable[[CheckReport], Awaitable[None]], *, index: int, about: str
) -> CheckReport:
    """Ask in the same way, and have each answer kept by *keep*."""
    began = time.monotonic()
    settings = check.settings
    report = CheckReport(
        index=index,
        kind=settings.kind,
        title=f"{about}{check.title}",
        verdict=None,
        detail="",
        attempts=0,
        seconds=0,
    )
    most, row = settings.attempts + settings.stable_for - 1, 0
    bad = Verdict.UNKNOWN, ""
    for attempt in range(1, most + 1):
        verdict, seen = await once(check)
        row = row + 1 if verdict is Verdict.PASS else 0
        last = row == settings.stable_for or attempt == most
        if verdict is not Verdict.PASS:
            bad = verdict, seen
        elif last and row < settings.stable_for:
            # It passes now, but not for long enough: what it said last that was no pass stands.
            verdict, seen = bad[0], f"passed only {row} of {settings.stable_for} times in a row; {bad[1]}"
        report = report.model_copy(
            update={
                "verdict": verdict if last else None,
                "detail": seen,
                "attempts": attempt,
                "seconds": time.monotonic() - began,
            }
        )
        await keep(report)
        if last:
            break
        await clock.sleep(settings.every.total_seconds())
    return report


async def once(check: Check) -> tuple[Verdict, str]:
    """Try once, within its time."""
    limit = check.settings.timeout.total_seconds()
    try:
        async with asyncio.timeout(limit + _GRACE):
            return await check.ask()
    except TimeoutError:
        return Verdict.UNKNOWN, f"no answer within {limit:g} s"
