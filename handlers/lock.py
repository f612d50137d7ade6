"""`/interlock lock ENV [DURATION] REASON`: keep others from starting runs there, for a while."""

from bot.domain.message import Message
from bot.domain.permission import Capability
from bot.domain.ruling import Deny
from bot.policy import decide, locks
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
        lockers = self.desk.estate.may(Capability.LOCK, request.environment)
        ruling = decide.at_the_door(request, await self.desk.asking(spoken, request.environment, lockers))
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
