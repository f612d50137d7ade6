"""APPROVE: wait for other people's votes on exactly this plan, until they suffice, say no, or time is up."""

from bot.domain.run import Outcome, Run, StepName
from bot.policy import approvals
from runners.steps import Go, Halt, Step


class Approve(Step):
    """Costs nothing while it waits: a vote rings for it."""

    name = StepName.APPROVE

    async def do(self, run: Run) -> Go | Halt:
        """Wait until the votes decide."""
        kit = self.kit
        expire = kit.estate.environments[run.environment].approvals.expire
        now = kit.clock.now()
        run = await kit.journal.await_votes(run.id, now + expire, now)
        bound = await kit.journal.binding(run.id)
        assert bound is not None
        while True:
            said = await self._ask(run, bound)
            ...
