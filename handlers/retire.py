"""`/interlock retire [RUN]`: give up the old colour of a switch."""

from bot.domain.lease import LeaseEnd
from bot.domain.message import Message
from bot.domain.ruling import Deny
from bot.policy import decide, grammar
from bot.render import lease as render
from bot.render import refusal
from handlers import Command, Spoken, write


class Retire(Command):
    """Destroys nothing: it is only looked after no more, and nobody goes back to it in one move."""

    usage = "[RUN]"
    summary = "Give up the old colour of a switch: it is looked after no more, and may be taken down."

    async def answer(self, spoken: Spoken) -> Message | None:
        """End its lease, and say so."""
        request = grammar.retire(spoken.words)
        if isinstance(request, str):
            return refusal.misused(spoken.said, request, write("retire", self))
        desk = self.desk
        facts = await desk.leasing(request, spoken)
        lease = facts.lease
        ruling = decide.at_the_door(request, facts)
        if isinstance(ruling, Deny) or lease is None:
            return refusal.refusal(spoken.said, ruling.reasons if isinstance(ruling, Deny) else ())
        how = {"ended_at": desk.clock.now(), "end": LeaseEnd.RETIRED, "ended_by": spoken.by}
        ended = await desk.journal.end_lease(lease.model_copy(update=how))
        if ended is None:
            # It ended between the look and the row; now the law can see it.
            return await self.answer(spoken)
        await desk.nag()
        return render.retired(ended)
