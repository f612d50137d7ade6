"""BAKE: watch live evidence for the time the estate asks for, and end at once when it is bad."""

from datetime import datetime, timedelta

from bot.domain.estate import BakeSettings
from bot.domain.report import BakeReport, Finding, Sample, Verdict
from bot.domain.run import Outcome, Run, StepName
from bot.domain.traffic import ShiftState
from bot.policy import baking, moving
from runners import switching, watching
from runners.steps import Back, Go, Halt, Said, Step
from runners.watching import Watched


class Bake(Step):
    """Its samples are rows: after a crash it goes on with the next one, and the gap counts as nothing seen.

    A deploy bakes once. A switch bakes after each move, and watches on in whatever makes it stay where it is.
    """

    name = StepName.BAKE

    async def do(self, run: Run) -> Said:
        """Sample until the judgement is final, and nobody holds the run."""
        if run.switch is not None and not run.by_plan:
            return await self._rung(run)
        kit = self.kit
        bound = await kit.bound(run)
        settings = (
            kit.estate.watched(run.environment, bound.moves[0].service)
            if run.by_plan
            else kit.environment(run).bake
        )
        if settings is None:
            return await self.unless_dropped(run)
        settings = switching.longer(settings, bound)
        if run.by_plan:
            watched = await watching.of_plan(kit, run, settings, bound.moves[0])
        else:
            watched = await watching.of_deploy(kit, run, settings)
        bake = await self._begun(run, settings, 0)
        while bake.finding is None or not bake.finding.final:
            if (await kit.known(run.id)).stop_by is not None:
                text = "Stopped during the bake; what was applied stays applied."
                return Halt(outcome=Outcome.CANCELLED, text=text)
            bake = await self._next(run, settings, watched, bake)
        await kit.tell.chart(run.id)
        return _end(bake.finding)

    async def _rung(self, run: Run) -> Said:
        """Watch after the last move that was made, until it is good and nobody holds the run."""
        kit = self.kit
        bound, made = await kit.bound(run), await kit.journal.shifts(run.id)
        rung = max((shift.move or 0 for shift in made if shift.state is not ShiftState.FAILED), default=0)
        further = moving.due(bound.moves, made) is not None
        on = Back(to=StepName.SHIFT) if further else Go()
        settings = switching.watched(kit, run, bound, rung)
        if settings is None:
            return on if not run.held else await self._released(run, on)
        watched = await watching.of_switch(kit, run, settings, bound.moves[rung])
        bake = await self._begun(run, settings, rung)
        while True:
            run, finding = await kit.known(run.id), bake.finding
            if run.stop_by is not None:
                return Halt(outcome=Outcome.CANCELLED, text="Somebody asked it to go back.")
            if finding is not None and finding.final and finding.verdict is Verdict.FAIL:
                await kit.tell.chart(run.id)
                return Halt(outcome=Outcome.FAILED, text=finding.reason)
            good = finding is not None and finding.final and finding.verdict is Verdict.PASS
            if (good or bake.skipped) and not run.held:
                if bound.moves[rung].whole:
                    await kit.tell.chart(run.id)
                return on
            if finding is not None and finding.final and not good and not run.held:
                # Somebody may have let it take longer, or skipped it, a moment ago.
                newest = await self._as_it_is(run, bake)
                if newest == bake:
                    await self._hold(run, finding)
                bake = newest
            bake = await self._next(run, settings, watched, bake)

    async def _released(self, run: Run, on: Said) -> Said:
        """Wait until somebody lets it go on, or wants it back; nothing is there to be watched meanwhile."""
        kit = self.kit
        while run.held:
            if run.stop_by is not None:
                return Halt(outcome=Outcome.CANCELLED, text="Somebody asked it to go back.")
            await kit.engine.rung(run.id, 30.0)
            run = await kit.known(run.id)
        return on

    async def _hold(self, run: Run, finding: Finding) -> None:
        """Evidence is missing: nothing goes on before somebody says so, and then it is watched as long again."""
        kit = self.kit
        if await kit.journal.hold(run.id, finding.reason, None, kit.clock.now()):
            await kit.tell.held(run.id)

    async def _begun(self, run: Run, settings: BakeSettings, rung: int) -> BakeReport:
        kit = self.kit
        now = kit.clock.now()
        begun = BakeReport(
            rung=rung, began_at=now, until=now + settings.for_, min_requests=settings.min_requests
        )
        bake = await kit.journal.bake(run.id, begun)
        await kit.tell.baking(run.id)
        return bake

    async def _next(self, run: Run, settings: BakeSettings, watched: Watched, bake: BakeReport) -> BakeReport:
        """Wait for the next moment, look, judge, and keep both."""
        kit = self.kit
        due = _due(settings, bake, kit.clock.now())
        await kit.engine.rung(run.id, (due - kit.clock.now()).total_seconds())
        if kit.clock.now() < due:
            # Rung for: somebody wants something, and the loop above looks at that.
            return await self._as_it_is(run, bake)
        seen = await watched.look(bake)
        now = kit.clock.now()
        sample = Sample(index=len(bake.samples), at=now, evidence=seen)
        samples = (*bake.samples, sample)
        finding = baking.judge(samples, settings, now=now, until=bake.until, recorded=watched.recorded)
        await kit.journal.sampled(run.id, bake.rung, sample, finding)
        await kit.tell.baking(run.id)
        return bake.model_copy(update={"samples": samples, "finding": finding})

    async def _as_it_is(self, run: Run, bake: BakeReport) -> BakeReport:
        """Somebody may have let the bake take longer meanwhile."""
        report = await self.kit.journal.report(run.id, self.kit.clock.now())
        return report.bake if report.bake is not None and report.bake.rung == bake.rung else bake


def _due(settings: BakeSettings, bake: BakeReport, now: datetime) -> datetime:
    """The next moment to look: one interval after the last, and one at the planned end, and at the end of all patience."""
    last = bake.samples[-1].at if bake.samples else bake.began_at
    limit = bake.until + (settings.for_ if settings.extend is None else settings.extend)
    end = bake.until if last < bake.until else limit
    return max(now, min(last + settings.every, max(end, last + timedelta(seconds=1))))


def _end(finding: Finding) -> Go | Halt:
    if finding.verdict is Verdict.PASS:
        return Go()
    outcome = Outcome.FAILED if finding.verdict is Verdict.FAIL else Outcome.UNKNOWN
    return Halt(outcome=outcome, text=finding.reason)
