"""`/interlock skip [RUN] TICKET REASON`: wait no longer for the evidence of one step of a switch."""

from bot.domain.message import Message, Saying, Urgency
from bot.domain.permission import Capability
from bot.policy import grammar
from bot.render import refusal, way
from handlers import Command, Spoken, on_the_way, write


class Skip(Command):
    """Only in an emergency, and said aloud."""

    usage = "[RUN] TICKET REASON"
    summary = "In an emergency, go on to the next step of a switch without waiting for evidence."

    async def answer(self, spoken: Spoken) -> Message | None:
        """Skip what it waits for, and ring."""
        request = grammar.skip(spoken.words)
        if isinstance(request, str):
            return refusal.misused(spoken.said, request, write("skip", self))
        desk = self.desk
        run = await on_the_way(desk, spoken, request, Capability.OVERRIDE)
        if isinstance(run, Message):
            return run
        now = desk.clock.now()
        report = await desk.journal.report(run.id, now)
        if report.bake is not None:
            await desk.journal.skip(run.id, report.bake.rung, spoken.by, request.emergency, now)
        await desk.journal.release(run.id, spoken.by, now)
        desk.engine.ring(run.id)
        message = way.skipped(run, spoken.by, request.emergency)
        await desk.voice.say(
            Saying(
                key=f"run:{run.id}:skipped:{spoken.key}",
                channel=run.channel,
                message=message,
                urgency=Urgency.ALERT,
                run=run.id,
            )
        )
        return None
