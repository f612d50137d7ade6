"""KEEP: leave the old colour as it is, for a time, so that there is something to go back to."""

from bot.domain.lease import Lease
from bot.domain.run import Outcome, Run, StepName
from runners import switching
from runners.steps import Back, Go, Halt, Said, Step


class Keep(Step):
    """Holds nobody up: the lease is looked after by others, after the run has ended."""

    name = StepName.KEEP

    async def do(self, run: Run) -> Said:
        """Write the lease, once, unless somebody has a mind to stay or to go back at the last moment."""
        kit = self.kit
        if await kit.journal.leased(run.id) is not None:
            return Go()
        if run.stop_by is not None:
            return Halt(outcome=Outcome.CANCELLED, text="Somebody asked it to go back.")
        if run.held:
            return Back(to=StepName.BAKE)
        now = kit.clock.now()
        bound = await kit.bound(run)
        lease = Lease(
            run=run.id,
            environment=run.environment,
            channel=run.channel,
            colour=switching.colours(run)[1],
            services=tuple(dict.fromkeys(move.service for move in bound.moves)),
            began_at=now,
            until=now + kit.environment(run).switch.keep_old,
        )
        await kit.journal.lease(lease, now)
        return Go()
