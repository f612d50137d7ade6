"""`/interlock cancel [RUN]`: stop a run."""

from bot.domain.message import Message
from bot.domain.permission import Capability
from bot.domain.ruling import Deny
from bot.domain.run import Run
from bot.domain.value import RunId
from bot.policy import decide, grammar
from bot.policy.facts import RequestFacts
from bot.render import refusal, stopping
from handlers import Command, Spoken, write


class Cancel(Command):
    """Leaves a wish in the row and rings; the run itself stops where it can stop well."""

    usage = "[RUN]"
    summary = "Stop a run. In mid-apply Terraform gets one interrupt and ends in good order."

    async def answer(self, spoken: Spoken) -> Message | None:
        """Ask the run to stop."""
        request = grammar.cancel(spoken.words)
        if isinstance(request, str):
            return refusal.misused(spoken.said, request, write("cancel", self))
        number = spoken.run if request.run is None else request.run
        run = await self._meant(number)
        if run is None and number is None:
            return refusal.misused(spoken.said, "Which run? Not exactly one is open.", write("cancel", self))
        ruling = decide.at_the_door(request, await self._facts(run, spoken))
        if isinstance(ruling, Deny) or run is None:
            return refusal.refusal(spoken.said, ruling.reasons if isinstance(ruling, Deny) else ())
        told = await self.desk.journal.request_stop(run.id, spoken.by, self.desk.clock.now())
        self.desk.engine.ring(run.id)
        left = await self.desk.journal.run(run.id)
        if left is not None and not left.open:
            # It never walked, so that nobody else would move those who waited behind it.
            await self.desk.turns.moved(left.environment)
        return stopping.message(left or run, first=told)

    async def _meant(self, number: RunId | None) -> Run | None:
        if number is not None:
            return await self.desk.journal.run(number)
        still_open = await self.desk.journal.open_runs()
        return still_open[0] if len(still_open) == 1 else None

    async def _facts(self, run: Run | None, spoken: Spoken) -> RequestFacts:
        if run is None:
            return await self.desk.asking(spoken)
        cancellers = self.desk.estate.may(Capability.CANCEL, run.environment)
        facts = await self.desk.asking(spoken, run.environment, cancellers)
        return facts.model_copy(update={"run": run})
