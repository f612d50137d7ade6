"""Looks after old colours that are kept: counts down, puts their checks to them, and ends them."""

import asyncio
import logging
from collections.abc import Sequence

from bot import past
from bot.domain.errors import JournalBroken
from bot.domain.estate import SwitchSettings
from bot.domain.lease import Lease
from bot.domain.message import Message, Saying, Urgency
from bot.domain.report import Verdict
from bot.domain.run import Run
from bot.policy import leases
from bot.ports import Voice
from bot.render import lease as render
from runners import soundness, tidy
from runners.kit import Kit
from runners.said import status_key

log = logging.getLogger(__name__)

#: Old colours that are looked at at the same time.
_AT_ONCE = 4


class Keeper:
    """May be asked as often as one likes: what is said has a key, and of each old colour there is one look at a time."""

    def __init__(self, kit: Kit, voice: Voice) -> None:
        """Look after the leases of *kit*'s journal."""
        self._kit = kit
        self._voice = voice
        self._looks: dict[int, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)
        #: What the run's own message was last made from.
        self._shown: dict[int, Lease] = {}

    async def __call__(self) -> None:
        """Do for each what is due; raises `JournalBroken`."""
        still_open = await self._kit.journal.open_runs()
        for lease in await self._kit.journal.leases():
            await self._mind(lease, still_open)

    async def close(self) -> None:
        """Look no more."""
        looks = tuple(self._looks.values())
        for look in looks:
            look.cancel()
        await asyncio.gather(*looks, return_exceptions=True)

    async def _mind(self, lease: Lease, still_open: Sequence[Run]) -> None:
        kit = self._kit
        now = kit.clock.now()
        stands = leases.over(await past.standing(lease, kit.journal), now, still_open)
        if stands != lease:
            if stands.ended_at is not None:
                await kit.journal.end_lease(stands)
            else:
                await kit.journal.narrow(lease.run, stands.services, now)
            lease = await kit.journal.leased(lease.run) or stands
        await self._tell(lease)
        if lease.ended_at is not None:
            await self._over(lease)
        elif self._due(lease, still_open):
            self._looks[lease.run] = asyncio.create_task(self._look(lease))

    def _due(self, lease: Lease, still_open: Sequence[Run]) -> bool:
        settings = self._kit.estate.environments.get(lease.environment)
        pause = (settings.switch if settings else SwitchSettings()).look
        return (
            lease.run not in self._looks
            and leases.due(lease, pause, self._kit.clock.now())
            and not leases.disturbed(lease, still_open)
        )

    async def _look(self, lease: Lease) -> None:
        """Ask its checks, and tell what they say unless somebody began to work there meanwhile."""
        kit = self._kit
        try:
            async with self._room:
                seen = await soundness.look(kit, lease)
            if leases.disturbed(lease, await kit.journal.open_runs()):
                return
            looked = await kit.journal.looked(lease.run, seen, kit.clock.now())
            if looked is not None:
                await self._tell(looked)
        except JournalBroken as error:
            # Nothing was kept, so that the next round looks again.
            log.warning("lease.unkept", extra={"run": lease.run, "error": str(error)})
        except Exception:
            # Nobody waits for a look, so nobody would hear of it; the next round looks again.
            log.exception("lease.unlooked", extra={"run": lease.run})
        finally:
            self._looks.pop(lease.run, None)

    async def _over(self, lease: Lease) -> None:
        if look := self._looks.get(lease.run):
            look.cancel()
        await tidy.away(self._kit.home(lease.run), None)
        await self._kit.journal.settle_lease(lease.run)
        self._shown.pop(lease.run, None)

    async def _tell(self, lease: Lease) -> None:
        now, key = self._kit.clock.now(), f"run:{lease.run}:lease"
        await self._say(lease, key, render.message(lease, now), Urgency.PROGRESS)
        if lease.turns and lease.ended_at is None:
            await self._turned(lease, f"{key}:turn:{lease.turns}")
        if lease.ended_at is not None:
            await self._say(lease, f"{key}:ended", render.ended(lease), Urgency.DECISION)
        # The run's own message tells of its end and its doubts, and of no check by itself.
        shown = lease.model_copy(update={"checks": (), "looked_at": None, "why": lease.verdict})
        if self._shown.get(lease.run) != shown:
            await self._kit.tell.status(lease.run)
            self._shown[lease.run] = shown

    async def _turned(self, lease: Lease, key: str) -> None:
        """Bad news is said in the channel and to those who are on call; good news in the thread."""
        message, bad = render.turned(lease), lease.turned is not Verdict.PASS
        await self._say(lease, key, message, Urgency.ALERT if bad else Urgency.DECISION, broadcast=bad)
        incidents = self._kit.estate.slack.channels["incidents"]
        if bad and lease.channel != incidents:
            saying = Saying(
                key=f"{key}:incidents",
                channel=incidents,
                message=message,
                urgency=Urgency.ALERT,
                run=lease.run,
            )
            await self._voice.say(saying)

    async def _say(
        self, lease: Lease, key: str, message: Message, urgency: Urgency, *, broadcast: bool = False
    ) -> None:
        await self._voice.say(
            Saying(
                key=key,
                channel=lease.channel,
                message=message,
                urgency=urgency,
                run=lease.run,
                under=status_key(lease.run),
                broadcast=broadcast,
            )
        )
