"""Looks at the cards of all open runs whenever somebody listens again, so that what was done unheard is heard then.

Who is to vote waits for those looks, and Slack allows some fifty a minute: the first few come at once, and then one at a
time. Those whose time for votes is over first come first, and whoever was not reached before the connection went away
once more is still in front then. The act itself never waits for its turn here: it looks by itself.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.domain.errors import JournalBroken
from bot.domain.heard import Heard
from bot.domain.run import Run, StepName
from bot.domain.value import RunId
from runners import emoji, unheard
from runners.kit import Kit

log = logging.getLogger(__name__)

#: Keeps a thing that was heard.
Hear = Callable[[Heard], Awaitable[None]]

#: Time for each look; Slack allows a little more, and acts look as well.
PACE = timedelta(seconds=1.5)
#: Looks that may come at once.
BURST = 10
#: Seconds until those cards are tried again that could not be looked at: first, and at most.
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 60.0
_NEVER = datetime.max.replace(tzinfo=UTC)


class Overhear:
    """Goes from card to card until all have been seen."""

    def __init__(self, kit: Kit) -> None:
        """Look for all runs of *kit*, whose `unheard` says which are left."""
        self._kit = kit
        self._called = asyncio.Event()
        #: When the looks that were taken so far would be over, at an even pace.
        self._over = kit.clock.now() - BURST * PACE

    def again(self) -> None:
        """From now on everything is heard; until now it may not have been."""
        self._called.set()

    def minding(self, hear: Hear) -> Hear:
        """Hear in the same way; what cannot be kept is looked for later, for Slack may give up telling of it."""

        async def minded(heard: Heard) -> None:
            try:
                await hear(heard)
            except JournalBroken:
                self.again()
                raise

        return minded

    async def mark(self) -> None:
        """Of no run it is known any more that all emoji on its card were heard."""
        now = self._kit.clock.now()
        for run in sorted(await self._kit.journal.open_runs(), key=_most_pressing):
            if run.digest is not None:
                self._kit.unheard[run.id] = now

    async def run(self) -> None:
        """Look whenever called."""
        while True:
            await self._called.wait()
            self._called.clear()
            await self._kit.insist(self.mark)
            pause = _FIRST_PAUSE
            while self._kit.unheard and not self._called.is_set():
                await self._round()
                if self._kit.unheard and not self._called.is_set():
                    await self._kit.clock.sleep(pause)
                    pause = min(pause * 2, _LONGEST_PAUSE)

    async def _round(self) -> None:
        for run in tuple(self._kit.unheard):
            await self._turn()
            if self._called.is_set():
                return
            try:
                await self._look(run)
            except JournalBroken as error:
                log.warning("overhear.waits", extra={"run": run, "error": str(error)})
                return
            except Exception:
                # It counts as unheard still, and the others are looked at all the same.
                log.exception("overhear.stumbled", extra={"run": run})

    async def _turn(self) -> None:
        """Wait for the time of one more look."""
        now = self._kit.clock.now()
        self._over = max(self._over, now - BURST * PACE) + PACE
        if self._over > now:
            await self._kit.clock.sleep((self._over - now).total_seconds())

    async def _look(self, number: RunId) -> None:
        kit, began = self._kit, self._kit.clock.now()
        run = await kit.known(number)
        bound = await kit.journal.binding(number) if run.open else None
        if bound is not None:
            seen = await emoji.look(kit, run, bound, kit.directory)
            if seen.blind:
                log.warning("overhear.blind", extra={"run": number})
                return
            gone = [await unheard.went(kit, vote) for vote in seen.gone]
            await unheard.hear(kit, run, bound, (*seen.came, *(one for one in gone if one is not None)))
        if kit.unheard.get(number, began) <= began:
            kit.unheard.pop(number, None)


def _most_pressing(run: Run) -> tuple[bool, datetime, RunId]:
    """Who waits for votes comes first, and of those whoever's time is over first."""
    return run.stage is not StepName.APPROVE, run.expires_at or _NEVER, run.id
