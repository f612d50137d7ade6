"""Puts one check to the world until it passes, or its attempts are used up."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.domain.report import CheckReport, Verdict
from bot.domain.value import RunId
from bot.ports import Clock
from runners.checks import Check
from runners.kit import Kit

#: Waits so many seconds; `False` where nobody wants to know any more.
Pause = Callable[[float], Awaitable[bool]]
#: Keeps how far a check got.
Keep = Callable[[CheckReport], Awaitable[None]]
#: Seconds on top of an attempt's time: a check that keeps that by itself says what the silence means, and tidies up.
_GRACE = 5.0


async def ask(kit: Kit, run: RunId, index: int, check: Check, about: str = "") -> CheckReport:
    """Ask until it passes, so often in a row as it must, and keep how far it got in the run's rows at *index*.

    The last answer stands; *about* stands before its title.
    """
    return await tried(check, patience(kit.clock), _keeping(kit, run), index=index, about=about)


async def unless_stopped(
    kit: Kit, run: RunId, index: int, check: Check, about: str = ""
) -> CheckReport | None:
    """Ask like `ask`; `None` where somebody asked the run to stop between two attempts, for then no answer counts."""

    async def pause(seconds: float) -> bool:
        due = kit.clock.now() + timedelta(seconds=seconds)
        while (left := (due - kit.clock.now()).total_seconds()) > 0:
            await kit.engine.rung(run, left)
            if (await kit.known(run)).stop_by is not None:
                return False
        return True

    keep = _keeping(kit, run)
    report = await tried(check, pause, keep, index=index, about=about)
    if report.verdict is not None:
        return report
    detail = f"asked no further, because somebody stopped the run; {report.detail}"
    await keep(report.model_copy(update={"verdict": Verdict.UNKNOWN, "detail": detail}))
    return None


def patience(clock: Clock) -> Pause:
    """Wait between attempts, whatever else happens."""

    async def pause(seconds: float) -> bool:
        await clock.sleep(seconds)
        return True

    return pause


def _keeping(kit: Kit, run: RunId) -> Keep:
    async def keep(report: CheckReport) -> None:
        await kit.journal.checked(run, report, kit.clock.now())
        await kit.tell.verifying(run)

    return keep


async def tried(check: Check, pause: Pause, keep: Keep, *, index: int, about: str) -> CheckReport:
    """Ask until it passes or its attempts are used up, with a *pause* between two of them; *keep* keeps each answer.

    Where the pause says so it is asked no further, and there is no verdict.
    """
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
        if last or not await pause(settings.every.total_seconds()):
            break
    return report


async def once(check: Check) -> tuple[Verdict, str]:
    """Try once, within its time."""
    limit = check.settings.timeout.total_seconds()
    try:
        async with asyncio.timeout(limit + _GRACE):
            return await check.ask()
    except TimeoutError:
        return Verdict.UNKNOWN, f"no answer within {limit:g} s"
