"""WINDOW: a run that has its votes waits for its time; people may change their minds meanwhile."""

from datetime import datetime

from bot import timetable
from bot.domain.estate import RuleName
from bot.domain.lock import Lock
from bot.domain.quorum import tally
from bot.domain.ruling import Allow, Deny, ReasonCode
from bot.domain.run import Outcome, Run, StepName
from bot.domain.window import Timetable
from bot.journal import Binding
from bot.policy import locks, waiting
from bot.policy.waiting import Wait
from runners.steps import Back, Go, Halt, Said, Step, outdated, refused, stopped, unchanged

#: Seconds until it is looked again whether somebody added or lifted a freeze.
LOOK = 30.0


class Window(Step):
    """Costs nothing while it waits, and asks the law again at each look."""

    name = StepName.WINDOW

    async def do(self, run: Run) -> Said:
        """Go on when it is time; whoever calls, rejects or takes a vote away rings for it."""
        kit = self.kit
        kit.environment(run)
        bound = await kit.bound(run)
        while True:
            run = await kit.known(run.id)
            said = await self._minds(run, bound) or await self._time(run, bound)
            if said is None:
                await kit.engine.rung(run.id, LOOK)
                continue
            if not isinstance(said, Wait):
                return said
            now = kit.clock.now()
            if run.begins_at != said.until:
                await kit.journal.awaits(run.id, said.until, now)
                await kit.tell.voted(run.id)
            await kit.engine.rung(run.id, min(LOOK, (said.until - now).total_seconds()))

    async def _minds(self, run: Run, bound: Binding) -> Halt | Back | None:
        """What people want by now, where that is no longer this."""
        if run.outcome is not None:
            # Another run took its place while it waited.
            return Halt(outcome=run.outcome, text=run.text)
        if no := stopped(run):
            return no
        told = tally(await self.kit.journal.votes(run.id), bound.ask, bound.plan.digest)
        if told.refused:
            return unchanged(run, Outcome.REJECTED)
        if no := outdated(bound.estate, self.kit.estate.digest):
            return no
        return None if told.reached else Back(to=StepName.APPROVE)

    async def _time(self, run: Run, bound: Binding) -> Go | Halt | Wait | None:
        """What the windows and freezes say; nothing where a run that may wait must wait for somebody to say it."""
        kit, rule = self.kit, RuleName.of(bound.change_class, run.wish)
        now = kit.clock.now()
        table = await self._table(run, rule, now)
        lock = await kit.journal.lock(run.environment, now)
        kept_out = locks.keeps_out(lock, run.by, emergency=run.wish.emergency is not None)
        match waiting.rule(run.wish, table, await self._free(run, rule, lock) if lock and kept_out else None):
            case Allow():
                return Go()
            case Deny() as ruling:
                unknown = any(reason.code is ReasonCode.LOOKUP_FAILED for reason in ruling.reasons)
                return None if unknown and run.wish.when_open else refused(ruling)
            case Wait() as wait:
                return wait

    async def _free(self, run: Run, rule: RuleName, lock: Lock) -> datetime:
        """When the run may begin once *lock* ends, as people are told: most windows are shut at that very moment."""
        then = await self._table(run, rule, lock.until)
        return then.next_open if run.wish.when_open and then.next_open else lock.until

    async def _table(self, run: Run, rule: RuleName, at: datetime) -> Timetable:
        kit = self.kit
        return await timetable.of(
            run.environment, rule, at, estate=kit.estate, journal=kit.journal, calendars=kit.calendars
        )
