"""BAKE: watch live evidence for the time the estate asks for, and end at once when it is bad."""

from datetime import datetime, timedelta

from bot.domain.estate import BakeSettings
from bot.domain.report import BakeReport, Evidence, Finding, Sample, Verdict
from bot.domain.run import Outcome, Run, StepName
from bot.policy import baking
from runners.metrics import Metric
from runners.steps import Go, Halt, Step


class Bake(Step):
    """Its samples are rows: after a crash it goes on with the next one, and the gap counts as nothing seen."""

    name = StepName.BAKE

    async def do(self, run: Run) -> Go | Halt:
        """Sample until the judgement is final."""
        kit = self.kit
        settings = kit.environment(run).bake
        if settings is None:
            return await self.unless_dropped(run)
        if (await kit.bound(run)).ask.double_bake:
            settings = settings.model_copy(update={"for_": settings.for_ * 2})
        context = await kit.context(run)
        metrics = tuple(kit.metrics[watch.kind](watch, context) for watch in settings.watch)
        now = kit.clock.now()
        begun = BakeReport(began_at=now, until=now + settings.for_, min_requests=settings.min_requests)
        bake = await kit.journal.bake(run.id, begun)
        await kit.tell.baking(run.id)
        while bake.finding is None or not bake.finding.final:
            if (await kit.known(run.id)).stop_by is not None:
                text = "Stopped during the bake; what was applied stays applied."
                return Halt(outcome=Outcome.CANCELLED, text=text)
            bake = await self._next(run, settings, metrics, bake)
            await kit.tell.baking(run.id)
        await kit.tell.chart(run.id)
        return _end(bake.finding)

    async def _next(
        self, run: Run, settings: BakeSettings, metrics: tuple[Metric, ...], bake: BakeReport
    ) -> BakeReport:
        """Wait for the next moment, look, judge, and keep both."""
        kit = self.kit
        due = _due(settings, bake, kit.clock.now())
        await kit.engine.rung(run.id, (due - kit.clock.now()).total_seconds())
        if (now := kit.clock.now()) < due:
            # Rung for: somebody wants it to stop, and the loop above looks at that.
            return bake
        seen = [
            await metric.sample(previous(bake, place, watch.metric))
            for place, (metric, watch) in enumerate(zip(metrics, settings.watch, strict=True))
        ]
        sample = Sample(index=len(bake.samples), at=now, evidence=tuple(seen))
        samples = (*bake.samples, sample)
        finding = baking.judge(samples, settings, now=now, until=bake.until)
        await kit.journal.sampled(run.id, sample, finding)
        return bake.model_copy(update={"samples": samples, "finding": finding})


def _due(settings: BakeSettings, bake: BakeReport, now: datetime) -> datetime:
    """The next moment to look: one interval after the last, and the last of all at the end of the bake."""
    last = bake.samples[-1].at if bake.samples else bake.began_at
    return max(now, min(last + settings.every, max(bake.until, last + timedelta(seconds=1))))


def previous(bake: BakeReport, place: int, metric: str) -> Evidence | None:
    """What the same metric said last; none where the estate was changed under the bake."""
    seen = bake.samples[-1].evidence if bake.samples else ()
    return seen[place] if place < len(seen) and seen[place].metric == metric else None


def _end(finding: Finding) -> Go | Halt:
    if finding.verdict is Verdict.PASS:
        return Go()
    outcome = Outcome.FAILED if finding.verdict is Verdict.FAIL else Outcome.UNKNOWN
    return Halt(outcome=outcome, text=finding.reason)
