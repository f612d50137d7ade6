"""`/deploy ENV [REF]`: bring an environment to a commit."""

from collections.abc import Mapping

from bot import standing, timetable
from bot.domain.errors import LookupFailed, QueueFull
from bot.domain.estate import ClassRule, RuleName
from bot.domain.lock import Lock
from bot.domain.message import Message
from bot.domain.permission import Capability
from bot.domain.plan import ChangeClass
from bot.domain.request import Deploy as Request
from bot.domain.ruling import Deny, ReasonCode
from bot.domain.run import DEPLOY, DRY_RUN, Run
from bot.domain.value import ChannelId, EnvironmentName
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
        # Whoever may go past the windows may ask for that, and need not be one who may ask for the rest.
        capability = Capability.OVERRIDE if request.wish.emergency is not None else Capability.REQUEST
        asked = estate.may(capability, request.environment) if known else ()
        cancel = estate.may(Capability.CANCEL, request.environment) if known and request.supersede else ()
        channels = desk.channels(request.environment if known else None)
        nowhere = frozenset[ChannelId](), frozenset[ChannelId]()
        shared, unknown = await self._read_by_others(request, spoken, channels) if known else nowhere
        return RequestFacts(
            who=await standing.of(spoken.by, (*asked, *cancel), desk.directory),
            channel=spoken.channel,
            channels=channels,
            shared=shared,
            unknown=unknown,
            teams=frozenset(estate.slack.teams),
            environments=frozenset(map(EnvironmentName, estate.environments)),
            requesters=asked,
            emergency=self._rule(request) if known else None,
            now=desk.clock.now(),
            timetables=await self._timetables(request) if known else {},
            holder=await desk.journal.holder(request.environment) if known else None,
            queue=tuple(await desk.journal.queue(request.environment)) if known else (),
            cancellers=cancel,
            branch=estate.environments[request.environment].branch if known else "",
            lock=await desk.journal.lock(request.environment, desk.clock.now()) if known else None,
        )

    def _rule(self, request: Request) -> ClassRule | None:
        return self.desk.estate.rule(request.environment, RuleName.EMERGENCY)

    async def _read_by_others(
        self, request: Request, spoken: Spoken, channels: frozenset[ChannelId]
    ) -> tuple[frozenset[ChannelId], frozenset[ChannelId]]:
        """Of the channels of this request: which other organisations read, and of which nobody can say."""
        shared, unknown = set[ChannelId](), set[ChannelId]()
        # Another channel is refused anyway, and the bot may not even be allowed to look at it.
        for place in ({spoken.channel} & channels) | {self.desk.estate.channel(request.environment)}:
            try:
                if await self.desk.directory.shared(place):
                    shared.add(place)
            except LookupFailed:
                unknown.add(place)
        return frozenset(shared), frozenset(unknown)

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
        rule = self._rule(request) if request.wish.emergency is not None else None
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


def _in_the_way(ruling: Deny, facts: RequestFacts) -> tuple[Run | None, Lock | None]:
    """The run and the lock that the reasons speak of."""
    codes = {reason.code for reason in ruling.reasons}
    return (
        facts.holder if ReasonCode.NOT_SUPERSEDABLE in codes else None,
        facts.lock if ReasonCode.LOCKED in codes else None,
    )
