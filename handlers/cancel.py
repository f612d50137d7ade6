"""`/interlock cancel [RUN]`: stop a run."""

from bot import standing
from bot.domain.message import Message
from bot.domain.permission import Capability
from bot.domain.request import Cancel as Request
from bot.domain.ruling import Deny
from bot.domain.run import Run
from bot.domain.value import EnvironmentName, RunId
from bot.policy import decide
from bot.policy.facts import RequestFacts
from bot.render import refusal, stopping
from handlers import Command, Spoken, write


class Cancel(Command):
    """Leaves a wish in the row and rings; the run itself stops where it can stop well."""

    usage = "[RUN]"
    summary = "Stop a run. In mid-apply Terraform gets one interrupt and ends in good order."

    async def answer(self, spoken: Spoken) -> Message | None:
        """Ask the run to stop."""
        number = self._parse(spoken)
        if isinstance(number, Message):
            return number
        number = number if number is not None else spoken.run
        run = await self._meant(number)
        if run is None and number is None:
            return refusal.misused(spoken.said, "Which run? Not exactly one is open.", write("cancel", self))
        ruling = decide.at_the_door(Request(run=number), await self._facts(run, spoken))
        if isinstance(ruling, Deny) or run is None:
            return refusal.refusal(spoken.said, ruling.reasons if isinstance(ruling, Deny) else ())
        told = await self.desk.journal.request_stop(run.id, spoken.by, self.desk.clock.now())
        self.desk.engine.ring(run.id)
        left = await self.desk.journal.run(run.id)
        if left is not None and not left.open:
            # It never walked, so that nobody else would move those who waited behind it.
            await self.desk.turns.moved(left.environment)
        return stopping.message(left or run, first=told)

    def _parse(self, spoken: Spoken) -> RunId | Message | None:
        if not spoken.words:
            return None
        written = spoken.words[0].lstrip("#")
        if len(spoken.words) > 1 or not (written.isascii() and written.isdigit() and len(written) < 18):
            sentence = "Name one run by its number, like 42."
            return refusal.misused(spoken.said, sentence, write("cancel", self))
        return RunId(int(written))

    async def _meant(self, number: RunId | None) -> Run | None:
        if number is not None:
            return await self.desk.journal.run(number)
        still_open = await self.desk.journal.open_runs()
        return still_open[0] if len(still_open) == 1 else None

    async def _facts(self, run: Run | None, spoken: Spoken) -> RequestFacts:
        desk, estate = self.desk, self.desk.estate
        known = run is not None and run.environment in estate.environments
        asked = estate.may(Capability.CANCEL, run.environment) if known and run else ()
        return RequestFacts(
            who=await standing.of(spoken.by, asked, desk.directory),
            channel=spoken.channel,
            channels=desk.channels(run.environment if known and run else None),
            teams=frozenset(estate.slack.teams),
            environments=frozenset(map(EnvironmentName, estate.environments)),
            requesters=asked,
            run=run,
        )
