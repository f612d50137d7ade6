"""`/interlock hold [RUN]`: let a switch stay where it is."""

from bot.domain.message import Message
from bot.domain.permission import Capability
from bot.policy import grammar
from bot.render import refusal, way
from handlers import Command, Spoken, on_the_way, write


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
        run = await on_the_way(desk, spoken, request, Capability.SWITCH)
        if isinstance(run, Message):
            return run
        why = f"{spoken.by.user} holds it."
        first = await desk.journal.hold(run.id, why, spoken.by, desk.clock.now())
        desk.engine.ring(run.id)
        return way.held(run, first=first)
