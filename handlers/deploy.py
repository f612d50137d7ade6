"""`/deploy ENV [REF]`: bring an environment to a commit."""

from bot.domain.errors import QueueFull
from bot.domain.estate import RuleName
from bot.domain.message import Message
from bot.domain.request import Deploy as Request
from bot.domain.ruling import Deny
from bot.domain.run import DEPLOY, DRY_RUN, Run
from bot.journal import NewRun
from bot.policy import decide, grammar
from bot.render import refusal
from handlers import Command, Spoken, refused, walk, write


class Deploy(Command):
    """Starts a run, or says why not."""

    usage = "ENV [REF] [--when-open | --at TIME] [--emergency TICKET REASON] [--supersede] [--dry-run]"
    summary = "Plan, ask for votes, apply, verify and bake. REF is a branch, tag or commit; without it, the environment's branch."
    slash = True

    async def answer(self, spoken: Spoken) -> Message | None:
        """Start the run; the channel shows the rest, and a run that must wait is told where it stands."""
        request = grammar.deploy(spoken.words)
        if isinstance(request, str):
            return refusal.misused(spoken.said, request, write("deploy", self))
        # Words that are dealt with again after a crash must not stumble over the run they began.
        run = await self.desk.journal.begun(spoken.key)
        if run is None:
            facts = await self.desk.opening(request, spoken)
            ruling = decide.at_the_door(request, facts)
            if isinstance(ruling, Deny):
                return refused(spoken, ruling, facts)
            run = await self._begin(request, spoken, facts.holder)
        if run is None:
            # Things moved between the look and the start; now the law can see it.
            return await self.answer(spoken)
        return await walk(self.desk, run, instead=request.supersede)

    async def _begin(self, request: Request, spoken: Spoken, holder: Run | None) -> Run | None:
        journal, now = self.desk.journal, self.desk.clock.now()
        if request.supersede and holder is not None:
            return await journal.supersede(self._new(request, spoken), holder.id, now)
        try:
            return await journal.begin(self._new(request, spoken), now)
        except QueueFull:
            return None

    def _new(self, request: Request, spoken: Spoken) -> NewRun:
        environment = self.desk.estate.environments[request.environment]
        emergency = request.wish.emergency is not None
        rule = self.desk.estate.rule(request.environment, RuleName.EMERGENCY) if emergency else None
        return NewRun(
            environment=request.environment,
            by=spoken.by,
            channel=self.desk.estate.channel(request.environment),
            ref=request.ref or environment.branch,
            recipe=DRY_RUN if request.dry_run else DEPLOY,
            wish=request.wish,
            review=rule is not None and rule.review == "required",
            asked=spoken.key,
        )
