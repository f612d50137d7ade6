"""`/interlock review [RUN NOTE…]`: look at what went past the rules, afterwards."""

from bot.domain.estate import RuleName
from bot.domain.message import Message
from bot.domain.permission import Capability
from bot.domain.review import Review as Opened
from bot.domain.ruling import Deny
from bot.domain.run import Run
from bot.domain.value import EnvironmentName, GroupName
from bot.policy import decide, grammar
from bot.policy.facts import RequestFacts
from bot.render import refusal, reviewing
from handlers import Command, Spoken, write


class Review(Command):
    """An emergency's review stays open until somebody who did not ask for it says what they found."""

    usage = "[RUN NOTE]"
    summary = "List emergencies that nobody has looked at, or close the review of one with what you found."

    async def answer(self, spoken: Spoken) -> Message | None:
        """List what is open, or close one."""
        request = grammar.review(spoken.words)
        if isinstance(request, str):
            return refusal.misused(spoken.said, request, write("review", self))
        run = await self.desk.journal.run(request.run) if request.run is not None else None
        review = await self.desk.journal.review(request.run) if request.run is not None else None
        ruling = decide.at_the_door(request, await self._facts(run, review, spoken))
        if isinstance(ruling, Deny):
            return refusal.refusal(spoken.said, ruling.reasons)
        if request.run is None or review is None:
            return reviewing.waiting(tuple(await self.desk.journal.reviews()))
        first = await self.desk.journal.close_review(
            review.run, spoken.by, request.note, self.desk.clock.now()
        )
        return reviewing.closed(review, first=first)

    async def _facts(self, run: Run | None, review: Opened | None, spoken: Spoken) -> RequestFacts:
        facts = await self.desk.asking(spoken, groups=self._reviewers(run.environment) if run else ())
        return facts.model_copy(update={"run": run, "review": review is not None and review.open})

    def _reviewers(self, environment: EnvironmentName) -> tuple[GroupName, ...]:
        """Name the groups that may ask for an emergency there, or vote on one."""
        estate = self.desk.estate
        if environment not in estate.environments:
            # It was taken out of the estate, and what was done there can still be looked at.
            return tuple(map(GroupName, estate.groups))
        rule = estate.rule(environment, RuleName.EMERGENCY)
        of = (*estate.may(Capability.OVERRIDE, environment), *(rule.of if rule else ()))
        return tuple(dict.fromkeys(of))
