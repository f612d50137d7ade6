"""`/interlock keep [RUN] [DURATION]`: keep the old colour of a switch for longer."""

from bot import leasing
from bot.domain.message import Message
from bot.domain.ruling import Deny
from bot.policy import decide, grammar
from bot.render import lease as render
from bot.render import refusal
from handlers import Command, Spoken, write


class Keep(Command):
    """Without a duration as long again as the estate keeps a fresh one."""

    usage = "[RUN] [DURATION]"
    summary = "Keep the old colour of a switch for longer, to go back to; two weeks ahead at most."

    async def answer(self, spoken: Spoken) -> Message | None:
        """Move its end, and say so."""
        request = grammar.keep(spoken.words)
        if isinstance(request, str):
            return refusal.misused(spoken.said, request, write("keep", self))
        desk = self.desk
        facts = await desk.leasing(request, spoken)
        lease = facts.lease
        length = request.length or leasing.usual(lease, desk.estate)
        ruling = decide.at_the_door(request.model_copy(update={"length": length}), facts)
        if isinstance(ruling, Deny) or lease is None:
            return refusal.refusal(spoken.said, ruling.reasons if isinstance(ruling, Deny) else ())
        longer = await desk.journal.extend(
            lease.run, lease.until + length, spoken.by, spoken.key, desk.clock.now()
        )
        if longer is None:
            # It ended between the look and the row; now the law can see it.
            return await self.answer(spoken)
        await desk.nag()
        return render.kept(longer)
