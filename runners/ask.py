"""Puts one check to the world until it passes, or its attempts are used up."""

import asyncio
import time

from bot.domain.report import CheckReport, Verdict
from bot.domain.value import RunId
from runners.checks import Check
from runners.kit import Kit


async def ask(kit: Kit, run: RunId, index: int, check: Check, about: str = "") -> CheckReport:
    """Ask, and keep how far it got in the run's rows at *index*; the last answer stands. *about* stands before its title."""
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
    for attempt in range(1, settings.attempts + 1):
        verdict, seen = await once(check)
        last = verdict is Verdict.PASS or attempt == settings.attempts
        report = report.model_copy(
            update={
                "verdict": verdict if last else None,
                "detail": seen,
                "attempts": attempt,
                "seconds": time.monotonic() - began,
            }
        )
        await kit.journal.checked(run, report, kit.clock.now())
        await kit.tell.verifying(run)
        if last:
            break
        await kit.clock.sleep(settings.every.total_seconds())
    return report


async def once(check: Check) -> tuple[Verdict, str]:
    """Try once, within its time."""
    limit = check.settings.timeout.total_seconds()
    try:
        async with asyncio.timeout(limit):
            return await check.ask()
    except TimeoutError:
        return Verdict.UNKNOWN, f"no answer within {limit:g} s"
