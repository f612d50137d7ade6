"""PREVIEW: look where traffic goes now, and list every move that a switch will make."""

from bot.domain.ruling import Deny
from bot.domain.run import Run, StepName
from bot.domain.traffic import Move, Seen
from bot.journal import Binding
from bot.policy import moving
from runners import entry, switching
from runners.judge import judge_moves
from runners.judge import switching as asked
from runners.steps import Go, Halt, Step, refused, stopped


class Preview(Step):
    """Moves nothing; what it lists is what people vote on."""

    name = StepName.PREVIEW

    async def do(self, run: Run) -> Go | Halt:
        """List the moves, unless that was done before a crash."""
        kit = self.kit
        if await kit.journal.binding(run.id) is not None:
            return Go()
        if may_not := await entry.refusal(kit, run):
            return refused(may_not)
        if no := stopped(await kit.known(run.id)):
            return no
        if run.wish.emergency is not None:
            await entry.announce(kit, run)
        bound = await self._list(run)
        if isinstance(bound, Deny):
            return refused(bound)
        await kit.journal.planned(bound, kit.clock.now())
        await kit.tell.status(run.id)
        return Go()

    async def _list(self, run: Run) -> Binding | Deny:
        kit, colour = self.kit, switching.colours(run)[0]
        services = switching.asked(kit, run)
        context = await switching.surroundings(kit, run)
        found = await switching.look(kit, run, context, services)
        seen = {name: there for name, (_, there) in found.items()}
        moves = await self._moves(run, seen)
        if faults := moving.faults(moves, seen, colour):
            return Deny(reasons=faults)
        places = {name: switcher.place for name, (switcher, _) in found.items()}
        judged = await judge_moves(kit, run, moves, switching.digest(run, moves, places))
        if isinstance(judged, Deny):
            return judged
        steered = {service.name: switching.steered(service) for service in services}
        return judged.model_copy(update={"outputs": context.outputs, "steered": steered})

    async def _moves(self, run: Run, seen: dict[str, Seen]) -> tuple[Move, ...]:
        kit, switch = self.kit, asked(run)
        services = switching.asked(kit, run)
        if switch.back is not None:
            before = await kit.journal.binding(switch.back)
            return moving.back(before.moves if before else (), services, seen)
        gradual = {one.name: kit.switchers[one.traffic.kind].gradual for one in services}
        steps = switch.steps or kit.environment(run).switch.steps
        return moving.moves(services, seen, switch.colour, steps, gradual=gradual)
