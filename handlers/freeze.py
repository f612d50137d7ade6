"""`/interlock freeze add|list|lift`: keep everybody from starting runs for a time, or let them again."""

from bot import standing, timetable
from bot.domain.message import Message, Saying, Urgency
from bot.domain.permission import Capability
from bot.domain.ruling import Deny
from bot.domain.value import EnvironmentName
from bot.domain.window import Freeze as Frost
from bot.policy import freezing, permissions
from bot.policy.freezing import FreezeFacts
from bot.render import freeze as words
from bot.render import refusal
from handlers import Command, Spoken, write


class Freeze(Command):
    """Freezes from Slack are rows, and everybody hears of each in the deploys channel."""

    usage = "add NAME FROM..TO [ENV…] | list | lift NAME"
    summary = "Keep everybody from starting runs for a time, but emergencies and rollbacks: add “Year end” 2026-12-24T00:00Z..2027-01-04T00:00Z prod, or add incident now..2h. Without ENV, everywhere."

    async def answer(self, spoken: Spoken) -> Message | None:
        """Add, list or lift."""
        match spoken.words[:1]:
            case ("add",):
                return await self._add(spoken)
            case ("lift",):
                return await self._lift(spoken)
            case ("list",) if len(spoken.words) == 1:
                return await self._list(spoken)
            case _:
                return self._misused(spoken, "Is it add, list or lift?")

    def _misused(self, spoken: Spoken, sentence: str) -> Message:
        return refusal.misused(spoken.said, sentence, write("freeze", self))

    async def _add(self, spoken: Spoken) -> Message | None:
        # The moment at which it was said, so that the same words dealt with twice mean the same.
        wanted = freezing.adding(spoken.words[1:], spoken.at)
        if isinstance(wanted, str):
            return self._misused(spoken, wanted)
        facts = await self._facts(spoken)
        freeze = Frost(
            name=wanted.name,
            from_=wanted.begins,
            to=wanted.ends,
            environments=wanted.environments,
            source="slack",
            by=spoken.by,
        )
        if not freezing.same(wanted, spoken.by, facts.standing):
            ruling = freezing.add(wanted, facts)
            if isinstance(ruling, Deny):
                return refusal.refusal(spoken.said, ruling.reasons)
            if not await self.desk.journal.freeze(freeze, self.desk.clock.now()):
                # Somebody else took the name between the look and the row; now the law can see it.
                return await self._add(spoken)
        await self._announce(spoken, words.added(freeze))
        return None

    async def _lift(self, spoken: Spoken) -> Message | None:
        name, rest = freezing.naming(spoken.words[1:])
        if not name or rest:
            return self._misused(
                spoken, "Which one? Write its name, in quotation marks if it has several words."
            )
        facts = await self._facts(spoken)
        ruling = freezing.lift(name, facts)
        freeze = freezing.found(name, facts.standing)
        if isinstance(ruling, Deny) or freeze is None:
            return refusal.refusal(spoken.said, ruling.reasons if isinstance(ruling, Deny) else ())
        # Said first: after a crash in between, the words would find nothing to lift and nobody would hear of it.
        await self._announce(spoken, words.lifted(freeze, spoken.by))
        await self.desk.journal.lift(freeze.name, spoken.by, self.desk.clock.now())
        return None

    async def _list(self, spoken: Spoken) -> Message:
        desk = self.desk
        who = await standing.of(spoken.by, (), desk.directory)
        if reasons := permissions.membership(who, frozenset(desk.estate.slack.teams)):
            return refusal.refusal(spoken.said, reasons)
        now = desk.clock.now()
        freezes, unknown = await timetable.known(
            now, estate=desk.estate, journal=desk.journal, calendars=desk.calendars
        )
        return words.listing(freezes, unknown, now)

    async def _announce(self, spoken: Spoken, message: Message) -> None:
        channel = self.desk.estate.slack.channels["deploys"]
        key = f"freeze:{spoken.key}"
        await self.desk.voice.say(Saying(key=key, channel=channel, message=message, urgency=Urgency.DECISION))

    async def _facts(self, spoken: Spoken) -> FreezeFacts:
        desk, estate = self.desk, self.desk.estate
        freezers = {
            name: estate.may(Capability.FREEZE, name) for name in map(EnvironmentName, estate.environments)
        }
        groups = (group for groups in freezers.values() for group in groups)
        now = desk.clock.now()
        found, _ = await timetable.known(now, estate=estate, journal=desk.journal, calendars=desk.calendars)
        return FreezeFacts(
            now=now,
            who=await standing.of(spoken.by, groups, desk.directory),
            channel=spoken.channel,
            channels=estate.asked_in(None),
            teams=frozenset(estate.slack.teams),
            freezers=freezers,
            standing=found,
        )
