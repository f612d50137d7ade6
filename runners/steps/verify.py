"""VERIFY: put the estate's checks to the world, in order, until each has a verdict or one is bad."""

import asyncio
import time

from bot.domain.report import CheckReport, Verdict
from bot.domain.run import Outcome, Run, StepName
from runners.checks import Check
from runners.steps import Go, Halt, Step

#: How a check that is not good ends the run.
_ENDS = {Verdict.FAIL: Outcome.FAILED, Verdict.UNKNOWN: Outcome.UNKNOWN}


class Verify(Step):
    """A check that could not be asked is as little a pass as one that failed."""

    name = StepName.VERIFY

    async def do(self, run: Run) -> Go | Halt:
        """Ask every check; the first that is not good ends it."""
        kit = self.kit
        settings = kit.environment(run).verify
        if not settings:
            return await self.unless_dropped(run)
        context = await kit.context(run)
        for index, wanted in enumerate(settings):
            if (await kit.known(run.id)).stop_by is not None:
                return Halt(
                    outcome=Outcome.CANCELLED,
                    text="Stopped during verification; what was applied stays applied.",
                )
            report = await self._ask(run, index, kit.checks[wanted.kind](wanted, context))
            if report.verdict is not None and report.verdict in _ENDS:
                text = f"{report.title}: {report.detail}"
                return Halt(outcome=_ENDS[report.verdict], text=text)
        return Go()

    async def _ask(self, run: Run, index: int, check: Check) -> CheckReport:
        """Try until it passes, so often in a row as it must, or the attempts are used up; the last answer stands."""
        began = time.monotonic()
        settings = check.settings
        report = CheckReport(
            index=index,
            kind=settings.kind,
            title=check.title,
            verdict=None,
            detail="",
            attempts=0,
            seconds=0,
        )
        most, row = settings.attempts + settings.stable_for - 1, 0
        bad = Verdict.UNKNOWN, ""
        for attempt in range(1, most + 1):
            verdict, seen = await self._attempt(check)
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
            await self.kit.journal.checked(run.id, report, self.kit.clock.now())
            await self.kit.tell.verifying(run.id)
            if last:
                break
            await self.kit.clock.sleep(settings.every.total_seconds())
        return report

    async def _attempt(self, check: Check) -> tuple[Verdict, str]:
        limit = check.settings.timeout.total_seconds()
        try:
            async with asyncio.timeout(limit):
                return await check.ask()
        except TimeoutError:
            return Verdict.UNKNOWN, f"no answer within {limit:g} s"
