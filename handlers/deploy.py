"""`/deploy ENV [REF]`: bring an environment to a commit."""

from collections.abc import Mapping

from bot import standing, timetable
from bot.domain.errors import QueueFull
from bot.domain.estate import RuleName
from bot.domain.lock import Lock
from bot.domain.message import Message
from bot.domain.permission import Capability
from bot.domain.plan import ChangeClass
from bot.domain.request import Deploy as Request
from bot.domain.ruling import Deny, ReasonCode
from bot.domain.run import DEPLOY, DRY_RUN, Run
from bot.domain.value import EnvironmentName
from bot.domain.window import Timetable
from bot.journal import NewRun
from bot.policy import decide, grammar
from bot.policy.facts import RequestFacts
from bot.render import queue, refusal
from handlers import Command, Spoken, write


class Deploy(Command):
    """Starts a run, or says why not."""

    usage = "ENV [REF] [--when-open | --at TIME] [--emergency TICKET REASON] [--supersede] [--dry-run]"
    summary = "Plan, ask for votes, apply, verify and bake. REF is a branch, tag or commit; without it, the environment's branch."
    slash = True

    async def answer(self, spoken: Spoken) -> Message | None:
        """Start the run; the channel shows the rest, and a run that must wait is told where it stands."""
        request = self._parse(spoken)
        if isinstance(request, Message):
            return request
        # Words that are dealt with again after a crash must not stumble over the run they began.
        run = await self.desk.journal.begun(spoken.key)
        if run is None:
            facts = await self._facts(request, spoken)
            ruling = decide.at_the_door(request, facts)
            if isinstance(ruling, Deny):
                return refusal.refusal(spoken.said, ruling.reasons, *_in_the_way(ruling, facts))
            run = await self._begin(request, spoken, facts.holder)
        if run is None:
            # Things moved between the look and the start; now the law can see it.
            return await self.answer(spoken)
        if request.supersede or run.queued:
            await self.desk.turns.moved(run.environment)
        report = await self.desk.journal.report(run.id, self.desk.clock.now())
        if report.run.queued:
            return queue.joined(report)
        await self.desk.engine.start(run.id)
        return None

    def _parse(self, spoken: Spoken) -> Request | Message:
        asked = grammar.deploy(spoken.words)
        return refusal.misused(spoken.said, asked, write("deploy", self)) if isinstance(asked, str) else asked

    async def _facts(self, request: Request, spoken: Spoken) -> RequestFacts:
        desk, estate = self.desk, self.desk.estate
        known = request.environment in estate.environments
        asked = estate.may(Capability.REQUEST, request.environment) if known else ()
        cancel = estate.may(Capability.CANCEL, request.environment) if known and request.supersede else ()
        return RequestFacts(
            who=await standing.of(spoken.by, (*asked, *cancel), desk.directory),
            channel=spoken.channel,
            channels=desk.channels(request.environment if known else None),
            teams=frozenset(estate.slack.teams),
            environments=frozenset(map(EnvironmentName, estate.environments)),
            requesters=asked,
            now=desk.clock.now(),
            timetables=await self._timetables(request) if known else {},
            holder=await desk.journal.holder(request.environment) if known else None,
            queue=tuple(await desk.journal.queue(request.environment)) if known else (),
            cancellers=cancel,
            branch=estate.environments[request.environment].branch if known else "",
            lock=await desk.journal.lock(request.environment, desk.clock.now()) if known else None,
        )

    async def _timetables(self, request: Request) -> Mapping[RuleName, Timetable]:
        """When each class may run, where that matters now; the class of this run is not known before its plan."""
        desk, wish = self.desk, request.wish
        if request.dry_run or wish.when_open or wish.at or wish.emergency:
            return {}
        return await timetable.each(
            request.environment,
            map(RuleName, ChangeClass),
            desk.clock.now(),
            estate=desk.estate,
            journal=desk.journal,
            calendars=desk.calendars,
        )

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
        return NewRun(
            environment=request.environment,
            by=spoken.by,
            channel=self.desk.estate.channel(request.environment),
            ref=request.ref or environment.branch,
            recipe=DRY_RUN if request.dry_run else DEPLOY,
            wish=request.wish,
            asked=spoken.key,
        )


def _in_the_way(ruling: Deny, facts: RequestFacts) -> tuple[Run | None, Lock | None]:
    """The run and the lock that the reasons speak of."""
    codes = {reason.code for reason in ruling.reasons}
    return (
        facts.holder if ReasonCode.NOT_SUPERSEDABLE in codes else None,
        facts.lock if ReasonCode.LOCKED in codes else None,
    )
