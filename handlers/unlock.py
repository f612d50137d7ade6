"""`/interlock unlock ENV`: let others start runs there again."""

from bot.domain.message import Message
from bot.domain.permission import Capability
from bot.domain.request import Unlock as Request
from bot.domain.ruling import Deny, Reason, ReasonCode
from bot.domain.value import EnvironmentName
from bot.policy import decide
from bot.policy.facts import RequestFacts
from bot.render import lock as render
from bot.render import refusal
from handlers import Command, Spoken, write


class Unlock(Command):
    """Ends one's own lock, or somebody else's, who is told."""

    usage = "ENV"
    summary = "End a lock before its time. Whoever holds it is told."

    async def answer(self, spoken: Spoken) -> Message | None:
        """End the lock, and let in whoever waited for that."""
        if len(spoken.words) != 1:
            return refusal.misused(spoken.said, "Name the one environment to unlock.", write("unlock", self))
        request = Request(environment=EnvironmentName(spoken.words[0]))
        ruling = decide.at_the_door(request, await self._facts(request.environment, spoken))
        if isinstance(ruling, Deny):
            return refusal.refusal(spoken.said, ruling.reasons)
        ended = await self.desk.journal.release_lock(request.environment, spoken.by, self.desk.clock.now())
        if ended is None:
            text = f"{request.environment} is not locked any more."
            return refusal.refusal(spoken.said, (Reason(code=ReasonCode.NOT_LOCKED, text=text),))
        await self.desk.turns.moved(request.environment)
        await self.desk.nag()
        return render.released(ended)

    async def _facts(self, environment: EnvironmentName, spoken: Spoken) -> RequestFacts:
        desk = self.desk
        facts = await desk.asking(spoken, environment, desk.estate.may(Capability.LOCK, environment))
        return facts.model_copy(update={"lock": await desk.journal.lock(environment, desk.clock.now())})
