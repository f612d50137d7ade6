"""`/deploy ENV [REF]`: bring an environment to a commit."""

from bot import standing
from bot.domain.errors import LookupFailed
from bot.domain.estate import ClassRule, RuleName
from bot.domain.message import Message
from bot.domain.permission import Capability
from bot.domain.request import Deploy as Request
from bot.domain.ruling import Deny
from bot.domain.run import DEPLOY, DRY_RUN, Run
from bot.domain.value import ChannelId, EnvironmentName
from bot.journal import NewRun
from bot.policy import decide, grammar
from bot.policy.facts import RequestFacts
from bot.render import refusal
from handlers import Command, Spoken, write


class Deploy(Command):
    """Starts a run, or says why not."""

    usage = "ENV [REF] [--when-open | --at TIME] [--emergency TICKET REASON] [--supersede] [--dry-run]"
    summary = "Plan, ask for votes, apply, verify and bake. REF is a branch, tag or commit; without it, the environment's branch."
    slash = True

    async def answer(self, spoken: Spoken) -> Message | None:
        """Start the run; the channel shows the rest."""
        request = self._parse(spoken)
        if isinstance(request, Message):
            return request
        facts = await self._facts(request, spoken)
        ruling = decide.at_the_door(request, facts)
        if isinstance(ruling, Deny):
            return refusal.refusal(spoken.said, ruling.reasons, facts.holder)
        run = await self._begin(request, spoken)
        if run.asked != spoken.key:
            # Somebody else took the environment between the look and the start; now the law can see it.
            return await self.answer(spoken)
        await self.desk.engine.start(run.id)
        return None

    def _parse(self, spoken: Spoken) -> Request | Message:
        asked = grammar.deploy(spoken.words)
        return refusal.misused(spoken.said, asked, write("deploy", self)) if isinstance(asked, str) else asked

    async def _facts(self, request: Request, spoken: Spoken) -> RequestFacts:
        desk, estate = self.desk, self.desk.estate
        known = request.environment in estate.environments
        emergency = request.wish.emergency is not None
        # Whoever may go past the windows may ask for that, and need not be one who may ask for the rest.
        capability = Capability.OVERRIDE if emergency else Capability.REQUEST
        asked = estate.may(capability, request.environment) if known else ()
        channels = desk.channels(request.environment if known else None)
        shared, unknown = await self._read_by_others(request, spoken, channels) if known else (set(), set())
        holder = await desk.journal.holder(request.environment) if known else None
        return RequestFacts(
            who=await standing.of(spoken.by, asked, desk.directory),
            channel=spoken.channel,
            channels=channels,
            shared=frozenset(shared),
            unknown=frozenset(unknown),
            teams=frozenset(estate.slack.teams),
            environments=frozenset(map(EnvironmentName, estate.environments)),
            requesters=asked,
            emergency=self._rule(request) if known else None,
            # Words that are dealt with again after a crash must not stumble over the run they began.
            holder=holder if holder is None or holder.asked != spoken.key else None,
        )

    def _rule(self, request: Request) -> ClassRule | None:
        return self.desk.estate.rule(request.environment, RuleName.EMERGENCY)

    async def _read_by_others(
        self, request: Request, spoken: Spoken, channels: frozenset[ChannelId]
    ) -> tuple[set[ChannelId], set[ChannelId]]:
        """Of the channels of this request: which other organisations read, and of which nobody can say."""
        shared, unknown = set[ChannelId](), set[ChannelId]()
        # Another channel is refused anyway, and the bot may not even be allowed to look at it.
        for place in ({spoken.channel} & channels) | {self.desk.estate.channel(request.environment)}:
            try:
                if await self.desk.directory.shared(place):
                    shared.add(place)
            except LookupFailed:
                unknown.add(place)
        return shared, unknown

    async def _begin(self, request: Request, spoken: Spoken) -> Run:
        environment = self.desk.estate.environments[request.environment]
        rule = self._rule(request) if request.wish.emergency is not None else None
        return await self.desk.journal.begin(
            NewRun(
                environment=request.environment,
                by=spoken.by,
                channel=self.desk.estate.channel(request.environment),
                ref=request.ref or environment.branch,
                recipe=DRY_RUN if request.dry_run else DEPLOY,
                wish=request.wish,
                review=rule is not None and rule.review == "required",
                asked=spoken.key,
            ),
            self.desk.clock.now(),
        )
