"""`/interlock lock ENV [DURATION] REASON`: keep others from starting runs there, for a while."""

from bot import standing
from bot.domain.message import Message
from bot.domain.permission import Capability
from bot.domain.request import Lock as Request
from bot.domain.ruling import Deny
from bot.domain.value import EnvironmentName
from bot.policy import decide, locks
from bot.policy.facts import RequestFacts
from bot.render import lock as render
from bot.render import refusal
from handlers import Command, Spoken, write


class Lock(Command):
    """Locks, renews one's own lock, or takes over somebody else's."""

    usage = "ENV [DURATION] REASON"
    summary = "Keep others from starting runs in an environment: 8h unless you say how long, 14d at most. Somebody else's lock is taken over."

    async def answer(self, spoken: Spoken) -> Message | None:
        """Keep the lock, and tell everybody whom it concerns."""
        request = locks.asked(spoken.words)
        if isinstance(request, str):
            return refusal.misused(spoken.said, request, write("lock", self))
        ruling = decide.at_the_door(request, await self._facts(request, spoken))
        if isinstance(ruling, Deny):
            return refusal.refusal(spoken.said, ruling.reasons)
        journal, now = self.desk.journal, self.desk.clock.now()
        former = await journal.lock(request.environment, now)
        # From when it was said: dealt with again after a crash, the words mean the same moment.
        until = spoken.at + request.length
        taken = await journal.take_lock(request.environment, spoken.by, request.reason, until, now)
        await self.desk.turns.moved(request.environment)
        await self.desk.nag()
        return render.taken(taken, former)

    async def _facts(self, request: Request, spoken: Spoken) -> RequestFacts:
        desk, estate = self.desk, self.desk.estate
        known = request.environment in estate.environments
        asked = estate.may(Capability.LOCK, request.environment) if known else ()
        return RequestFacts(
            who=await standing.of(spoken.by, asked, desk.directory),
            channel=spoken.channel,
            channels=desk.channels(request.environment if known else None),
            teams=frozenset(estate.slack.teams),
            environments=frozenset(map(EnvironmentName, estate.environments)),
            requesters=asked,
        )
