"""APPROVE: show the plan and wait for other people's votes on exactly this plan, until they suffice, say no, or time is up."""

from bot.domain.run import Outcome, Run, StepName
from bot.journal import Binding
from bot.policy import approvals
from bot.policy.approvals import Tally
from runners.steps import Go, Halt, Step


class Approve(Step):
    """Costs nothing while it waits: a vote rings for it."""

    name = StepName.APPROVE

    async def do(self, run: Run) -> Go | Halt:
        """Wait until the votes decide."""
        kit = self.kit
        bound = await kit.bound(run)
        now = kit.clock.now()
        until = now + kit.environment(run).approvals.expire
        run = await kit.journal.await_votes(run.id, until, now)
        told = None
        while True:
            tally, said = await self._look(run, bound)
            if tally != told:
                await kit.tell.card(run.id)
                await kit.tell.status(run.id)
                told = tally
            if said is not None:
                return said
            left = (run.expires_at or until) - kit.clock.now()
            await kit.engine.rung(run.id, left.total_seconds())

    async def _look(self, run: Run, bound: Binding) -> tuple[Tally, Go | Halt | None]:
        kit = self.kit
        run = await kit.known(run.id)
        votes = await kit.journal.votes(run.id)
        tally = approvals.tally(votes, bound.ask, bound.plan.digest)
        if run.stop_by is not None:
            return tally, Halt(outcome=Outcome.CANCELLED, text="Nothing was applied.")
        if tally.refused:
            return tally, Halt(outcome=Outcome.REJECTED, text="Nothing was applied.")
        if tally.reached:
            return tally, Go()
        if run.expires_at is not None and kit.clock.now() >= run.expires_at:
            return tally, Halt(outcome=Outcome.EXPIRED, text="Nothing was applied.")
        return tally, None
