"""BAKE: watch live evidence for the time the estate asks for, and end at once when it is bad."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.errors import Broken, JournalBroken, TrafficMoved
from bot.domain.estate import BakeSettings
from bot.domain.report import BakeReport, Finding, Sample, Verdict
from bot.domain.run import Outcome, Run, StepName
from bot.domain.traffic import Move, Shift, ShiftState, Weights
from bot.journal import Binding
from bot.policy import baking, moving, since
from runners import switching, watching
from runners.ask import unless_stopped
from runners.steps import Back, Go, Halt, Said, Step, not_good
from runners.switching import ServiceGone, SteeredElsewhere
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
                return _stopped()
            bake = await self._next(run, settings, watched, bake)
        await kit.tell.chart(run.id)
        said = _end(bake.finding)
        return (
            await self._by_plan(run, watched, bound.moves[0])
            if run.by_plan and isinstance(said, Go)
            else said
        )

    async def _by_plan(self, run: Run, watched: Watched, move: Move) -> Go | Halt:
        """Ask what is to be asked once a plan has moved all traffic; nobody can be asked to hold anything here."""
        kit, (colour, _) = self.kit, switching.colours(run)
        service = switching.named(kit, run, move.service)
        context = replace(
            (await kit.context(run)).about(service, colour), since=watched.way.since if watched.way else None
        )
        index = len(service.verify) + len(kit.environment(run).verify)
        for place, wanted in enumerate(service.after):
            check = kit.checks[wanted.kind](wanted, context)
            report = await unless_stopped(kit, run.id, index + place, check, f"{move.service} {colour}: ")
            if report is None:
                return _stopped()
            if no := not_good(report):
                return no
        return Go()

    async def _rung(self, run: Run) -> Said:
        """Watch after the last move that was made; on the way back once everything is back."""
        kit = self.kit
        bound, made = await kit.bound(run), await kit.journal.shifts(run.id)
        rung = max((shift.move or 0 for shift in made if shift.state is not ShiftState.FAILED), default=0)
        further = moving.due(bound.moves, made) is not None
        on: Said = Back(to=StepName.SHIFT) if further else Go()
        if run.back is not None and further:
            # Half-way back is no place to watch from.
            return await self._released(run, on)
        if run.back is not None:
            rung, on = await self._next_back(run, bound, rung)
        settings = switching.watched(kit, run, bound, rung)
        if settings is None:
            return await self._unwatched(run, bound.moves[rung], on)
        watched = await self._watched(run, settings, bound.moves[rung])
        if watched is None:
            return await self._released(run, Back(to=StepName.BAKE))
        bake = await self._anew(run, settings, await self._begun(run, settings, rung), made)
        said = await self._judged(run, settings, watched, bake, bound.moves[rung] if _settled(made) else None)
        return on if isinstance(said, Go) else said

    async def _judged(
        self, run: Run, settings: BakeSettings, watched: Watched, bake: BakeReport, move: Move | None
    ) -> Go | Halt:
        """Look until it is good and nobody holds the run, or bad, or wanted back.

        Without a *move* nobody knows whether it was made: it is tried again before its evidence means anything good.
        """
        kit = self.kit
        told = ""
        while True:
            run, verdict = await kit.known(run.id), _final(bake)
            told = await switching.told(kit, run, told)
            if run.stop_by is not None:
                return _wanted_back()
            if verdict is Verdict.FAIL and bake.finding is not None:
                await kit.tell.chart(run.id)
                return Halt(outcome=Outcome.FAILED, text=bake.finding.reason)
            if not run.held and move is None:
                return Go()
            if not run.held and move is not None and (verdict is Verdict.PASS or bake.skipped):
                said = await self._over(run, bake, move)
                if said is not None:
                    return said
            elif not run.held and move is not None and verdict is Verdict.UNKNOWN:
                if run.back is not None and bake.finding is not None:
                    # Everything is back, and whoever would be asked to let it go on has nowhere to go.
                    return Halt(outcome=Outcome.UNKNOWN, text=bake.finding.reason)
                bake = await self._lacking(run, bake, move)
            told = await switching.told(kit, await kit.known(run.id), told)
            bake = await self._next(run, settings, watched, bake)

    async def _next_back(self, run: Run, bound: Binding, last: int) -> tuple[int, Said]:
        """Watch each service once all are back, one after the other, in the order in which they went."""
        report = await self.kit.journal.report(run.id, self.kit.clock.now())
        over = {bake.rung for bake in report.baked if bake.skipped or _final(bake) is Verdict.PASS}
        left = [
            rung
            for rung in range(last + 1)
            if rung not in over and switching.watched(self.kit, run, bound, rung) is not None
        ]
        return (left or [last])[0], Back(to=StepName.BAKE) if len(left) > 1 else Go()

    async def _anew(
        self, run: Run, settings: BakeSettings, bake: BakeReport, made: Sequence[Shift]
    ) -> BakeReport:
        """Give a bake its whole time from the moment when its move was known to be made.

        Before that it may have watched what was not there yet.
        """
        done = [shift for shift in made if shift.move == bake.rung and shift.state is ShiftState.DONE]
        begun = done[-1].ended_at if done else None
        if begun is None or bake.until >= begun + settings.for_ or _final(bake) is Verdict.FAIL:
            return bake
        await self.kit.journal.longer(run.id, bake.rung, begun + settings.for_, self.kit.clock.now())
        return await self._as_it_is(run, bake)

    async def _unwatched(self, run: Run, move: Move, on: Said) -> Said:
        """Go on where the estate has nothing watched; what is to be asked once all traffic has moved is asked even so."""
        said = await self._released(run, on)
        if not move.whole or said is not on:
            return said
        found = await self._after(run, move)
        if found is None:
            return await self._released(run, Back(to=StepName.BAKE))
        return on if isinstance(found, Go) else found

    async def _over(self, run: Run, bake: BakeReport, move: Move) -> Go | Halt | None:
        """Go on after a good bake; where all traffic has moved, only if what is asked then is good, too."""
        await self.kit.tell.chart(run.id)
        if not move.whole:
            return Go()
        return Go() if bake.skipped else await self._after(run, move)

    async def _lacking(self, run: Run, bake: BakeReport, move: Move) -> BakeReport:
        """Hold, unless somebody has let it take longer, or skipped it, a moment ago."""
        newest = await self._as_it_is(run, bake)
        if newest == bake and bake.finding is not None:
            others = await self._others(run, move, bake.rung)
            why = f"{move.service}: {others}" if others else bake.finding.reason
            if await self._hold(run, why) and others:
                await self._shown(run, bake.rung, others)
        return newest

    async def _others(self, run: Run, move: Move, rung: int) -> TrafficMoved | None:
        """Find somebody else's weights, which explain more than any count; nothing where nobody knows."""
        there = await switching.weights(self.kit, run, move.service)
        let = await self._theirs(run, rung)
        return None if there in {None, move.after, let} else TrafficMoved(let or move.after, there)

    async def _theirs(self, run: Run, rung: int) -> Weights | None:
        if run.switch is None:
            return None
        return moving.theirs((await self.kit.bound(run)).moves, rung, await self.kit.journal.shifts(run.id))

    async def _shown(self, run: Run, rung: int, moved: TrafficMoved) -> None:
        """Keep what people are asked about as the next move, which cannot be made: whoever lets it go on means from there."""
        kit, made = self.kit, await self.kit.journal.shifts(run.id)
        moves = (await kit.bound(run)).moves
        if rung + 1 == len(moves) or moves[rung + 1].service != moves[rung].service:
            return
        now = kit.clock.now()
        shift = Shift(
            index=len(made),
            move=rung + 1,
            service=moves[rung].service,
            before=moved.expected,
            after=moves[rung + 1].after,
            state=ShiftState.FAILED,
            found=moved.found,
            text=str(moved),
            at=now,
            ended_at=now,
        )
        await kit.journal.shifting(run.id, shift)
        await kit.tell.moving(run.id)

    async def _watched(self, run: Run, settings: BakeSettings, move: Move) -> Watched | None:
        """What is to be looked at; where a tool of ours does not tell, that is no evidence, and people are asked."""
        try:
            return await watching.of_switch(self.kit, run, settings, move)
        except JournalBroken:
            raise
        except (Broken, ServiceGone, SteeredElsewhere) as error:
            await self._hold(run, f"Nothing can be watched: {error}")
            return None

    async def _after(self, run: Run, move: Move) -> Go | Halt | None:
        """Look whether the traffic is still where it was put, and ask what is to be asked then.

        Gives nothing where people are asked instead.
        """
        kit = self.kit
        service, colour = switching.named(kit, run, move.service), switching.colours(run)[0]
        try:
            context = (await switching.surroundings(kit, run)).about(service, colour)
            there = (await switching.switcher(kit, run, context, service).look()).weights
        except JournalBroken:
            raise
        except Broken as error:
            await self._hold(run, f"{move.service}: {error}")
            return None
        if there != move.after:
            await self._hold(run, f"{move.service}: {TrafficMoved(move.after, there)}")
            return None
        index = len((await kit.journal.report(run.id, kit.clock.now())).checks)
        for place, wanted in enumerate(service.after):
            check = kit.checks[wanted.kind](wanted, replace(context, since=await self._moved(run, move)))
            report = await unless_stopped(kit, run.id, index + place, check, f"{move.service} {colour}: ")
            if report is None:
                return _wanted_back()
            no = not_good(report)
            if no is not None and no.outcome is Outcome.FAILED:
                return no
            if no is not None:
                await self._hold(run, no.text)
                return None
        return Go()

    async def _moved(self, run: Run, move: Move) -> datetime | None:
        return since.moved(move.service, await self.kit.journal.shifts(run.id))

    async def _released(self, run: Run, on: Said) -> Said:
        """Wait until somebody lets it go on, or wants it back; nothing is there to be watched meanwhile."""
        kit = self.kit
        run = await kit.known(run.id)
        told = await switching.told(kit, run, "")
        while run.held:
            if run.stop_by is not None:
                return _wanted_back()
            await kit.engine.rung(run.id, 30.0)
            run = await kit.known(run.id)
            told = await switching.told(kit, run, told)
        return on if run.stop_by is None else _wanted_back()

    async def _hold(self, run: Run, why: str) -> bool:
        """Something is not known: nothing goes on before somebody says so, and then it is looked at anew.

        `False` where it was held already, for what somebody else said.
        """
        kit = self.kit
        return await kit.journal.hold(run.id, kit.secrets.scrub(why), None, kit.clock.now())

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
        of_it, lines = watched.of_it(samples), watched.lines(settings)
        finding = baking.judge(of_it, lines, now=now, until=bake.until, recorded=watched.recorded)
        finding = watched.shared(of_it, finding, now, await self._theirs(run, bake.rung))
        await kit.journal.sampled(run.id, bake.rung, sample, finding)
        await kit.tell.baking(run.id)
        return bake.model_copy(update={"samples": samples, "finding": finding})

    async def _as_it_is(self, run: Run, bake: BakeReport) -> BakeReport:
        """Somebody may have let the bake take longer meanwhile."""
        report = await self.kit.journal.report(run.id, self.kit.clock.now())
        return report.bake if report.bake is not None and report.bake.rung == bake.rung else bake


def _due(settings: BakeSettings, bake: BakeReport, now: datetime) -> datetime:
    """The next moment to look: one interval after the last, and once exactly at the end of the bake."""
    last = bake.samples[-1].at if bake.samples else bake.began_at
    due = last + settings.every
    if last < bake.until < due:
        due = max(bake.until, last + timedelta(seconds=1))
    return max(now, due)


def _settled(made: Sequence[Shift]) -> bool:
    """Whether it is known what became of the last move."""
    forth = [shift for shift in made if shift.move is not None]
    return not forth or forth[-1].state not in {ShiftState.UNKNOWN, ShiftState.BEGUN}


def _final(bake: BakeReport) -> Verdict | None:
    """What the bake has come to; nothing while it is open."""
    return bake.finding.verdict if bake.finding is not None and bake.finding.final else None


def _stopped() -> Halt:
    text = "Stopped during the bake; what was applied stays applied."
    return Halt(outcome=Outcome.CANCELLED, text=text)


def _wanted_back() -> Halt:
    return Halt(outcome=Outcome.CANCELLED, text="Somebody asked it to go back.")


def _end(finding: Finding) -> Go | Halt:
    if finding.verdict is Verdict.PASS:
        return Go()
    outcome = Outcome.FAILED if finding.verdict is Verdict.FAIL else Outcome.UNKNOWN
    return Halt(outcome=outcome, text=finding.reason)
