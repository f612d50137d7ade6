"""`/rollback ENV [RUN]`: take back what was done last, or what one run did."""

from bot import past
from bot.domain.errors import QueueFull
from bot.domain.message import Message
from bot.domain.request import Deploy, Switch
from bot.domain.request import Rollback as Request
from bot.domain.ruling import Deny
from bot.domain.run import DEPLOY_BACK, SWITCH_BACK, Run, Switching
from bot.journal import NewRun
from bot.policy import decide, grammar, queue, rollback
from bot.render import refusal
from handlers import Command, Spoken, refused, walk, write


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
        return await walk(self.desk, run, instead=True)

    async def _begin(self, asked: Request, spoken: Spoken) -> Run | Message | None:
        ruling = decide.at_the_door(asked, await self.desk.asking(spoken))
        if isinstance(ruling, Deny):
            return refusal.refusal(spoken.said, ruling.reasons)
        request = rollback.way(asked, await past.of(asked, self.desk.journal))
        if isinstance(request, Deny):
            return refusal.refusal(spoken.said, request.reasons)
        facts = await self.desk.opening(request, spoken)
        ruling = decide.at_the_door(request, facts)
        if isinstance(ruling, Deny):
            return refused(spoken, ruling, facts)
        now, new = self.desk.clock.now(), self._new(request, spoken)
        if holder := queue.gives_way(facts.holder):
            return await self.desk.journal.supersede(new, holder.id, now)
        try:
            return await self.desk.journal.begin(new, now)
        except QueueFull:
            return None

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
