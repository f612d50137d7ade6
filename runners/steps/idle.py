"""IDLE: put its checks to the colour that is to get the traffic, before anybody is asked and anything moves."""

from bot.domain.ruling import Deny
from bot.domain.run import Outcome, Run, StepName
from runners import switching
from runners.ask import unless_stopped
from runners.steps import Go, Halt, Step, not_good, refused, stopped, unchanged


class Idle(Step):
    """Asks nobody for votes on a colour that is not well."""

    name = StepName.IDLE

    async def do(self, run: Run) -> Go | Halt:
        """Ask every check of every service that will move; the first that is not good ends it."""
        kit, colour = self.kit, switching.colours(run)[0]
        bound = await kit.bound(run)
        if on := await switching.alarmed(kit, run, bound):
            return refused(Deny(reasons=on))
        context = await switching.surroundings(kit, run)
        index = 0
        for name in dict.fromkeys(move.service for move in bound.moves):
            service = switching.named(kit, run, name)
            for wanted in service.verify:
                if no := stopped(await kit.known(run.id)):
                    return no
                check = kit.checks[wanted.kind](wanted, context.about(service, colour))
                report = await unless_stopped(kit, run.id, index, check, f"{name} {colour}: ")
                if report is None:
                    return unchanged(run, Outcome.CANCELLED)
                if no := not_good(report):
                    return no.model_copy(update={"text": f"Nothing was moved. {no.text}"})
                index += 1
        if run.recipe[-1] is self.name:
            await kit.tell.card(run.id)
            return Halt(outcome=Outcome.PLANNED, text="")
        return Go()
