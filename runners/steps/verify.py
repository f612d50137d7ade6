"""VERIFY: put the estate's checks to the world, in order, until each has a verdict or one is bad."""

from bot.domain.run import Outcome, Run, StepName
from runners import steering, switching
from runners.ask import unless_stopped
from runners.steps import Go, Halt, Step, not_good


class Verify(Step):
    """A check that could not be asked is as little a pass as one that failed."""

    name = StepName.VERIFY

    async def do(self, run: Run) -> Go | Halt:
        """Ask every check; the first that is not good ends it."""
        kit = self.kit
        if run.by_plan and (missed := await steering.missed(kit, run)):
            return Halt(outcome=Outcome.FAILED, text=missed)
        settings = kit.environment(run).verify
        if not settings:
            # A service that moves by a plan has been read back, so somebody has looked.
            return Go() if run.by_plan else await self.unless_dropped(run)
        context = await kit.context(run)
        for index, wanted in enumerate(settings, self._asked_before(run)):
            if (await kit.known(run.id)).stop_by is not None:
                return _stopped()
            report = await unless_stopped(kit, run.id, index, kit.checks[wanted.kind](wanted, context))
            if report is None:
                return _stopped()
            if no := not_good(report):
                return no
        return Go()

    def _asked_before(self, run: Run) -> int:
        """Count the checks that IDLE has put to the idle colour, whose rows stay."""
        if not run.by_plan:
            return 0
        return sum(len(service.verify) for service in switching.asked(self.kit, run))


def _stopped() -> Halt:
    text = "Stopped during verification; what was applied stays applied."
    return Halt(outcome=Outcome.CANCELLED, text=text)
