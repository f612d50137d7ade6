"""`/rollback ENV [RUN]`: take back what was done last, or what one run did."""

from bot import opening, past, standing
from bot.domain.errors import QueueFull
from bot.domain.lock import Lock
from bot.domain.message import Message
from bot.domain.request import Deploy, Switch
from bot.domain.request import Rollback as Request
from bot.domain.ruling import Deny, ReasonCode
from bot.domain.run import DEPLOY_BACK, SWITCH_BACK, Run, Switching
from bot.domain.value import EnvironmentName
from bot.journal import NewRun
from bot.policy import decide, grammar, queue, rollback
from bot.policy.facts import RequestFacts
from bot.render import queue as places
from bot.render import refusal
from handlers import Command, Spoken, write


class Rollback(Command):
    """Starts a run that no window, freeze, lock or vote holds up, and that somebody looks at afterwards."""

    usage = "ENV [RUN]"
    summary = "Go back at once to what was there before the last run, or before RUN; recorded, and reviewed afterwards."
    slash = True

    async def answer(self, spoken: Spoken) -> Message | None:
        """Start the run; the channel shows the rest."""
        request = grammar.rollback(spoken.words)
        if isinstance(request, str):
            return refusal.misused(spoken.said, request, write("rollback", self))
        # Words that are dealt with again after a crash must not stumble over the run they began.
        run = await self.desk.journal.begun(spoken.key)
        if run is None:
            found = await self._begin(request, spoken)
            if isinstance(found, Message):
                return found
            run = found
        if run is None:
            # Things moved between the look and the start; now the law can see it.
            return await self.answer(spoken)
        await self.desk.turns.moved(run.environment)
        report = await self.desk.journal.report(run.id, self.desk.clock.now())
        if report.run.queued:
            return places.joined(report)
        await self.desk.engine.start(run.id)
        return None

    async def _begin(self, asked: Request, spoken: Spoken) -> Run | Message | None:
        ruling = decide.at_the_door(asked, await self._who(spoken))
        if isinstance(ruling, Deny):
            return refusal.refusal(spoken.said, ruling.reasons)
        request = rollback.way(asked, await past.of(asked, self.desk.journal))
        if isinstance(request, Deny):
            return refusal.refusal(spoken.said, request.reasons)
        facts = await self._facts(request, spoken)
        ruling = decide.at_the_door(request, facts)
        if isinstance(ruling, Deny):
            return refusal.refusal(spoken.said, ruling.reasons, None, _lock(ruling, facts))
        now, new = self.desk.clock.now(), self._new(request, spoken)
        if holder := queue.gives_way(facts.holder):
            return await self.desk.journal.supersede(new, holder.id, now)
        try:
            return await self.desk.journal.begin(new, now)
        except QueueFull:
            return None

    async def _who(self, spoken: Spoken) -> RequestFacts:
        desk = self.desk
        return RequestFacts(
            who=await standing.of(spoken.by, (), desk.directory),
            channel=spoken.channel,
            channels=desk.channels(None),
            teams=frozenset(desk.estate.slack.teams),
            environments=frozenset(map(EnvironmentName, desk.estate.environments)),
        )

    async def _facts(self, request: Switch | Deploy, spoken: Spoken) -> RequestFacts:
        desk = self.desk
        return await opening.facts(
            request,
            spoken,
            estate=desk.estate,
            journal=desk.journal,
            clock=desk.clock,
            directory=desk.directory,
            calendars=desk.calendars,
        )

    def _new(self, request: Switch | Deploy, spoken: Spoken) -> NewRun:
        if isinstance(request, Deploy):
            return NewRun(
                environment=request.environment,
                by=spoken.by,
                channel=self.desk.estate.channel(request.environment),
                ref=request.ref or "",
                recipe=DEPLOY_BACK,
                reverts=request.back,
                review=True,
                asked=spoken.key,
            )
        switch = Switching(colour=request.colour, services=request.services, back=request.back)
        return NewRun(
            environment=request.environment,
            by=spoken.by,
            channel=self.desk.estate.channel(request.environment),
            ref=request.colour,
            recipe=SWITCH_BACK,
            switch=switch,
            review=True,
            asked=spoken.key,
        )


def _lock(ruling: Deny, facts: RequestFacts) -> Lock | None:
    """The lock that the reasons speak of."""
    return facts.lock if any(reason.code is ReasonCode.LOCKED for reason in ruling.reasons) else None
