"""Tells of locks: that there is one, that it will end, and that it has ended; each once, whatever crashes meanwhile."""

from bot.domain.estate import Estate
from bot.domain.lock import Lock
from bot.domain.message import Message, Saying, Urgency
from bot.domain.value import ChannelId
from bot.journal import Journal
from bot.policy import locks
from bot.ports import Clock, Turns, Voice
from bot.render import lock as render


class Nag:
    """May be asked as often as one likes: what is said has a key, and a key is said once."""

    def __init__(self, *, estate: Estate, journal: Journal, clock: Clock, voice: Voice, turns: Turns) -> None:
        """Look at locks in *journal*; where one has run out, *turns* hears of it."""
        self._estate = estate
        self._journal = journal
        self._clock = clock
        self._voice = voice
        self._turns = turns

    async def __call__(self) -> None:
        """Say of every lock what is due."""
        for lock in await self._journal.unsettled_locks():
            await self._tell(lock)

    async def _tell(self, lock: Lock) -> None:
        now = self._clock.now()
        key = f"lock:{lock.id}"
        await self._say(lock, key, render.message(lock, now))
        if lock.counts(now):
            if now >= locks.ends_soon(lock):
                # A lock that was renewed ends anew.
                renewed = f"{key}:soon:{int(lock.until.timestamp())}"
                await self._say(lock, renewed, render.ends_soon(lock))
            return
        if lock.ended_by != lock.by:
            await self._say(lock, f"{key}:ended", render.ended(lock))
        if lock.ended_by is None:
            await self._turns.moved(lock.environment)
        await self._journal.settle_lock(lock)

    async def _say(self, lock: Lock, key: str, message: Message) -> None:
        await self._voice.say(
            Saying(key=key, channel=self._place(lock), message=message, urgency=Urgency.DECISION)
        )

    def _place(self, lock: Lock) -> ChannelId:
        """Where the environment is announced, or was before the estate lost it."""
        if lock.environment in self._estate.environments:
            return self._estate.channel(lock.environment)
        return self._estate.slack.channels["deploys"]
