"""`/interlock status [ENV]`: what is going on."""

from bot import past, timetable
from bot.domain.message import Message
from bot.domain.request import Status as Request
from bot.domain.ruling import Deny
from bot.domain.value import EnvironmentName
from bot.policy import decide
from bot.render import overview, refusal
from handlers import Command, Spoken, write


class Status(Command):
    """Lists open runs and free environments."""

    usage = "[ENV]"
    summary = "Show open runs, who they wait for, and which environments are free."

    async def answer(self, spoken: Spoken) -> Message | None:
        """Answer privately, from rows."""
        if len(spoken.words) > 1:
            return refusal.misused(spoken.said, "Name one environment, or none.", write("status", self))
        named = EnvironmentName(spoken.words[0]) if spoken.words else None
        ruling = decide.at_the_door(Request(environment=named), await self.desk.asking(spoken))
        if isinstance(ruling, Deny):
            return refusal.refusal(spoken.said, ruling.reasons)
        wanted = (named,) if named else tuple(map(EnvironmentName, self.desk.estate.environments))
        return await self._overview(wanted)

    async def _overview(self, wanted: tuple[EnvironmentName, ...]) -> Message:
        journal, now = self.desk.journal, self.desk.clock.now()
        busy, free = [], []
        for environment in wanted:
            if holder := await journal.holder(environment):
                busy.append(await journal.report(holder.id, now))
            else:
                latest, lock = await journal.latest(environment), await journal.lock(environment, now)
                free.append(overview.Free(environment=environment, latest=latest, lock=lock))
            busy += [await journal.report(run.id, now) for run in await journal.queue(environment)]
        reviews = tuple(each for each in await journal.reviews() if each.environment in wanted)
        freezes, unknown = await timetable.known(
            now, estate=self.desk.estate, journal=journal, calendars=self.desk.calendars
        )
        on = (one for one in freezes if one.on(now) and any(map(one.covers, wanted)))
        # A switch that moved on takes them away at once, whenever their rows are told of that.
        left = [await past.standing(each, journal) for each in await journal.leases()]
        kept = tuple(each for each in left if each.ended_at is None)
        return overview.message(tuple(busy), tuple(free), reviews, tuple(on), unknown, kept)
