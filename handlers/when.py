"""`/interlock when ENV [CLASS]`: where can I deploy right now, and if not, why and when."""

from bot.domain.estate import RuleName
from bot.domain.message import Message
from bot.domain.nearest import hint
from bot.domain.request import Status as Request
from bot.domain.ruling import Deny
from bot.domain.value import EnvironmentName
from bot.policy import decide
from bot.render import refusal
from handlers import Command, Spoken, outlook, write


class When(Command):
    """Tells the near future of one environment."""

    usage = "ENV [CLASS]"
    summary = "Say where a change may run right now, and if not, why and when."

    async def answer(self, spoken: Spoken) -> Message | None:
        """Answer privately, from the estate, rows and calendars."""
        if not 1 <= len(spoken.words) <= 2:
            sentence = "Name one environment, and a class or none."
            return refusal.misused(spoken.said, sentence, write("when", self))
        environment = EnvironmentName(spoken.words[0])
        ruling = decide.at_the_door(Request(environment=environment), await self.desk.asking(spoken))
        if isinstance(ruling, Deny):
            return refusal.refusal(spoken.said, ruling.reasons)
        named = spoken.words[1].lower() if len(spoken.words) > 1 else None
        if named is not None and named not in list(RuleName):
            near = hint(named, RuleName).replace("`", "")
            return refusal.misused(spoken.said, f"“{named[:60]}” is no class; {near}", write("when", self))
        return await outlook(self.desk, environment, RuleName(named) if named else None)
