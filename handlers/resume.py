"""`/interlock resume [RUN]`: let a switch go on that is held."""

from bot.domain.message import Message
from bot.domain.permission import Capability
from bot.domain.report import Verdict
from bot.domain.run import Run
from bot.policy import grammar
from bot.render import refusal, way
from handlers import Command, Spoken, on_the_way, write


class Resume(Command):
    """Missing evidence is waited for as long again; nothing is taken for good because somebody is in a hurry."""

    usage = "[RUN]"
    summary = "Let a switch go on that is held."

    async def answer(self, spoken: Spoken) -> Message | None:
        """Let it go on, and ring."""
        request = grammar.resume(spoken.words)
        if isinstance(request, str):
            return refusal.misused(spoken.said, request, write("resume", self))
        desk = self.desk
        run = await on_the_way(desk, spoken, request, Capability.SWITCH)
        if isinstance(run, Message):
            return run
        await self._longer(run)
        first = await desk.journal.release(run.id, spoken.by, desk.clock.now())
        desk.engine.ring(run.id)
        return way.resumed(run, first=first)

    async def _longer(self, run: Run) -> None:
        """Give a bake that lacks evidence its whole time again, twice as long where it was, before the run goes on."""
        desk, now = self.desk, self.desk.clock.now()
        report = await desk.journal.report(run.id, now)
        bake = report.bake
        if bake is None or bake.finding is None or bake.finding.verdict is not Verdict.UNKNOWN:
            return
        settings = desk.estate.watched(run.environment, report.moves[bake.rung].service)
        if bake.finding.final and settings is not None:
            times = 2 if report.ask is not None and report.ask.double_bake else 1
            await desk.journal.longer(run.id, bake.rung, now + settings.for_ * times, now)
