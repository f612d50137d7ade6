"""`/interlock hold [RUN]`: let a switch stay where it is."""

from bot import opening
from bot.domain.message import Message
from bot.domain.permission import Capability
from bot.domain.ruling import Deny
from bot.policy import decide, grammar
from bot.render import refusal, way
from handlers import Command, Spoken, meant, write


class Hold(Command):
    """The bake goes on meanwhile, and what is bad goes back."""

    usage = "[RUN]"
    summary = "Let a switch stay where it is; what it has moved is watched on."

    async def answer(self, spoken: Spoken) -> Message | None:
        """Keep it, and ring."""
        request = grammar.hold(spoken.words)
        if isinstance(request, str):
            return refusal.misused(spoken.said, request, write("hold", self))
        desk = self.desk
        run = await meant(desk, request.run or spoken.run)
        facts = await opening.on_the_way(
            run,
            Capability.SWITCH,
            spoken,
            estate=desk.estate,
            journal=desk.journal,
            directory=desk.directory,
            clock=desk.clock,
        )
        ruling = decide.at_the_door(request, facts)
        if isinstance(ruling, Deny) or run is None:
            return refusal.refusal(spoken.said, ruling.reasons if isinstance(ruling, Deny) else ())
        why = f"{spoken.by.user} holds it."
        first = await desk.journal.hold(run.id, why, spoken.by, desk.clock.now())
        desk.engine.ring(run.id)
        return way.held(run, first=first)
