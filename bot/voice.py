"""The one way out for words: known secrets are blotted out here, then the words become rows."""

from collections.abc import Callable

from bot.domain.message import Message, Saying
from bot.domain.value import RunId
from bot.journal import Journal
from bot.ports import Clock
from bot.render import redact


class Secrets:
    """Implements `bot.ports.Secrets`."""

    def __init__(self, own: frozenset[str]) -> None:
        """Begin with *own*, the bot's tokens."""
        self._own = own
        self._learnt: dict[RunId, frozenset[str]] = {}
        self._all = own

    def learn(self, run: RunId, secrets: frozenset[str]) -> None:
        """The plan of *run* holds *secrets*."""
        # Those of an earlier plan of the run may still be said: by a tool, or by the card that it gave way to.
        self._learnt[run] = self._learnt.get(run, frozenset()) | secrets
        self._all = self._own.union(*self._learnt.values())

    def forget(self, run: RunId) -> None:
        """*run* has ended, and nothing more will be said of it."""
        self._learnt.pop(run, None)
        self._all = self._own.union(*self._learnt.values())

    def scrub(self, text: str) -> str:
        """Blot every known secret out of *text*."""
        return redact.scrub(text, self._all)

    def redact(self, message: Message) -> Message:
        """Blot every known secret out of *message*."""
        return redact.redact(message, self._all)


class Voice:
    """Implements `bot.ports.Voice` and `bot.ports.Answers`."""

    def __init__(self, journal: Journal, clock: Clock, secrets: Secrets, wake: Callable[[], None]) -> None:
        """Write to *journal*; *wake* tells the outbox that there is something."""
        self._journal = journal
        self._clock = clock
        self._secrets = secrets
        self._wake = wake

    async def say(self, saying: Saying) -> None:
        """Keep it without any known secret, to be sent."""
        await self._say(saying, None)

    async def answer(self, saying: Saying, heard: str) -> None:
        """Keep it without any known secret, to be sent, and strike off what was *heard*: both, or neither."""
        await self._say(saying, heard)

    async def _say(self, saying: Saying, heard: str | None) -> None:
        clean = saying.model_copy(update={"message": self._secrets.redact(saying.message)})
        await self._journal.say(clean, self._clock.now(), heard)
        self._wake()
