"""`/interlock help [WORD]`: which words the bot knows."""

from bot.domain.message import Message
from bot.render import help as words
from bot.render import refusal
from handlers import Command, Spoken, write


class Help(Command):
    """Explains every command, or one."""

    usage = "[WORD]"
    summary = "Explain every command, or the one named."

    async def answer(self, spoken: Spoken) -> Message | None:
        """Made from the commands themselves, so that it cannot be out of date."""
        if len(spoken.words) > 1:
            return refusal.misused(spoken.said, "Name one command, or none.", write("help", self))
        known = tuple(
            words.CommandHelp(name=word, usage=write(word, command), sentence=command.summary)
            for word, command in self.commands.items()
        )
        return words.message(known, spoken.words[0] if spoken.words else None)
