"""APPROVE: show the plan and wait for other people's votes on exactly this plan, until they suffice, say no, or time is up."""

from bot.domain.quorum import Tally, tally
from bot.domain.ruling import Ask
from bot.domain.run import Outcome, Run, StepName
from bot.domain.value import PlanDigest
from runners.steps import Go, Halt, Step, outdated, stopped, unchanged


class Approve(Step):
    """Costs nothing while it waits: a vote rings for it."""

    name = StepName.APPROVE

    async def do(self, run: Run) -> Go | Halt:
        """Wait until the votes decide."""
        kit = self.kit
        # Only these three, for a thousand runs may wait here, and a plan can be large.
        wanted = await self._asked(run)
        now = kit.clock.now()
        until = now + kit.environment(run).approvals.expire
        run = await kit.journal.await_votes(run.id, until, now)
        told = None
        while True:
            counted, said = await self._look(run, *wanted)
            if told is None and said is None:
                await kit.tell.card(run.id)
            if counted != told:
                await kit.tell.voted(run.id)
                told = counted
            if said is not None:
                return said
            left = (run.expires_at or until) - kit.clock.now()
            await kit.engine.rung(run.id, left.total_seconds())

    async def _asked(self, run: Run) -> tuple[Ask, PlanDigest, str]:
        bound = await self.kit.bound(run)
        return bound.ask, bound.plan.digest, bound.estate

    async def _look(
        self, run: Run, ask: Ask, digest: PlanDigest, estate: str
    ) -> tuple[Tally, Go | Halt | None]:
        kit = self.kit
        run = await kit.known(run.id)
        votes = await kit.journal.votes(run.id)
        counted = tally(votes, ask, digest)
        if run.outcome is not None:
            # Another run took its place while it waited.
            return counted, Halt(outcome=run.outcome, text=run.text)
        if no := stopped(run):
            return counted, no
        if counted.refused:
            return counted, unchanged(run, Outcome.REJECTED)
        if said := outdated(estate, kit.estate.digest) or (Go() if counted.reached else None):
            return counted, said
        if run.expires_at is not None and kit.clock.now() >= run.expires_at:
            return counted, unchanged(run, Outcome.EXPIRED)
        return counted, None
