"""`/switch ENV blue|green`: move live traffic to the other colour."""

from collections.abc import Mapping

from bot.domain.errors import QueueFull
from bot.domain.estate import RuleName
from bot.domain.message import Message
from bot.domain.request import Switch as Request
from bot.domain.ruling import Deny
from bot.domain.run import (
    SWITCH,
    SWITCH_BY_PLAN,
    SWITCH_BY_PLAN_DRY_RUN,
    SWITCH_DRY_RUN,
    Run,
    StepName,
    Switching,
)
from bot.journal import NewRun
from bot.policy import decide, grammar
from bot.policy.facts import RequestFacts
from bot.render import refusal
from handlers import Command, Spoken, refused, walk, write

#: What a switch walks, by whether a plan makes it and whether it is only looked at.
_RECIPES: Mapping[tuple[bool, bool], tuple[StepName, ...]] = {
    (False, False): SWITCH,
    (False, True): SWITCH_DRY_RUN,
    (True, False): SWITCH_BY_PLAN,
    (True, True): SWITCH_BY_PLAN_DRY_RUN,
}


class Switch(Command):
    """Starts a run, or says why not."""

    usage = "ENV blue|green [--service S]… [--steps 10,50,100] [--when-open | --at TIME] [--emergency TICKET REASON] [--dry-run]"
    summary = "Verify the idle colour, ask for votes, and move traffic to it step by step, watching each one."
    slash = True

    async def answer(self, spoken: Spoken) -> Message | None:
        """Start the run; the channel shows the rest, and a run that must wait is told where it stands."""
        request = grammar.switch(spoken.words)
        if isinstance(request, str):
            return refusal.misused(spoken.said, request, write("switch", self))
        # Words that are dealt with again after a crash must not stumble over the run they began.
        run = await self.desk.journal.begun(spoken.key)
        if run is None:
            facts = await self.desk.opening(request, spoken)
            request = _named(request, facts)
            ruling = decide.at_the_door(request, facts)
            if isinstance(ruling, Deny):
                return refused(spoken, ruling, facts)
            run = await self._begin(
                request, spoken, by_plan=set(request.services) & set(facts.by_plan) != set()
            )
        if run is None:
            # The queue filled up between the look and the start; now the law can see it.
            return await self.answer(spoken)
        return await walk(self.desk, run)

    async def _begin(self, request: Request, spoken: Spoken, *, by_plan: bool) -> Run | None:
        estate = self.desk.estate
        emergency = request.wish.emergency is not None
        rule = estate.rule(request.environment, RuleName.EMERGENCY) if emergency else None
        new = NewRun(
            environment=request.environment,
            by=spoken.by,
            channel=estate.channel(request.environment),
            ref=request.colour,
            recipe=_RECIPES[by_plan, request.dry_run],
            wish=request.wish,
            switch=Switching(colour=request.colour, services=request.services, steps=request.steps),
            review=rule is not None and rule.review == "required",
            asked=spoken.key,
        )
        try:
            return await self.desk.journal.begin(new, self.desk.clock.now())
        except QueueFull:
            return None


def _named(request: Request, facts: RequestFacts) -> Request:
    """Name the only service there is where it moves by a plan, so that the run says for ever what it moved."""
    alone = not request.services and len(facts.services) == 1 and bool(facts.by_plan)
    return request.model_copy(update={"services": facts.by_plan}) if alone else request
