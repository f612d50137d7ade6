"""`/switch ENV blue|green`: move live traffic to the other colour."""

from bot import opening
from bot.domain.errors import QueueFull
from bot.domain.estate import RuleName
from bot.domain.message import Message
from bot.domain.request import Switch as Request
from bot.domain.ruling import Deny, ReasonCode
from bot.domain.run import SWITCH, SWITCH_DRY_RUN, Run, Switching
from bot.journal import NewRun
from bot.policy import decide, grammar
from bot.render import queue, refusal
from handlers import Command, Spoken, write


class Switch(Command):
    """Starts a run, or says why not."""

    usage = "ENV blue|green [--service S]… [--steps 10,50,100] [--when-open | --at TIME] [--emergency TICKET REASON] [--dry-run]"
    summary = "Verify the idle colour, ask for votes, and move traffic to it step by step, watching each one."
    slash = True

    async def answer(self, spoken: Spoken) -> Message | None:
        """Start the run; the channel shows the rest, and a run that must wait is told where it stands."""
        request = grammar.switch(spoken.words)
        if isinstance(request, str):
            return refusal.misused(spoken.said, request, write("switch", self))
        # Words that are dealt with again after a crash must not stumble over the run they began.
        run = await self.desk.journal.begun(spoken.key)
        if run is None:
            desk = self.desk
            facts = await opening.facts(
                request,
                spoken,
                estate=desk.estate,
                journal=desk.journal,
                clock=desk.clock,
                directory=desk.directory,
                calendars=desk.calendars,
            )
            ruling = decide.at_the_door(request, facts)
            if isinstance(ruling, Deny):
                locked = any(reason.code is ReasonCode.LOCKED for reason in ruling.reasons)
                return refusal.refusal(spoken.said, ruling.reasons, None, facts.lock if locked else None)
            run = await self._begin(request, spoken)
        if run is None:
            # The queue filled up between the look and the start; now the law can see it.
            return await self.answer(spoken)
        report = await self.desk.journal.report(run.id, self.desk.clock.now())
        if report.run.queued:
            await self.desk.turns.moved(run.environment)
            return queue.joined(report)
        await self.desk.engine.start(run.id)
        return None

    async def _begin(self, request: Request, spoken: Spoken) -> Run | None:
        estate = self.desk.estate
        emergency = request.wish.emergency is not None
        rule = estate.rule(request.environment, RuleName.EMERGENCY) if emergency else None
        new = NewRun(
            environment=request.environment,
            by=spoken.by,
            channel=estate.channel(request.environment),
            ref=request.colour,
            recipe=SWITCH_DRY_RUN if request.dry_run else SWITCH,
            wish=request.wish,
            switch=Switching(colour=request.colour, services=request.services, steps=request.steps),
            review=rule is not None and rule.review == "required",
            asked=spoken.key,
        )
        try:
            return await self.desk.journal.begin(new, self.desk.clock.now())
        except QueueFull:
            return None
