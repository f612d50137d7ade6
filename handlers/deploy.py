"""`/deploy ENV [REF] [--dry-run]`: bring an environment to a commit."""

from bot import standing
from bot.domain.message import Message
from bot.domain.request import Deploy as Request
from bot.domain.ruling import Deny
from bot.domain.run import DEPLOY, DRY_RUN, Run
from bot.domain.value import EnvironmentName
from bot.journal import NewRun
from bot.policy import decide
from bot.policy.facts import RequestFacts
from bot.render import refusal
from handlers import Command, Spoken, write

_OPTIONS = ("--dry-run",)


class Deploy(Command):
    """Starts a run, or says why not."""

    usage = "ENV [REF] [--dry-run]"
    summary = "Plan, ask for votes, apply, verify and bake. REF is a branch, tag or commit; without it, the environment's branch."
    slash = True

    async def answer(self, spoken: Spoken) -> Message | None:
        """Start the run; the channel shows the rest."""
        request = self._parse(spoken)
        if isinstance(request, Message):
            return request
        facts = await self._facts(request, spoken)
        ruling = decide.at_the_door(request, facts)
        if isinstance(ruling, Deny):
            return refusal.refusal(spoken.said, ruling.reasons, facts.holder)
        run = await self._begin(request, spoken)
        if run.asked != spoken.key:
            # Somebody else took the environment between the look and the start; now the law can see it.
            return await self.answer(spoken)
        await self.desk.engine.start(run.id)
        return None

    def _parse(self, spoken: Spoken) -> Request | Message:
        usage = write("deploy", self)
        options = [word for word in spoken.words if word.startswith("-")]
        rest = [word for word in spoken.words if not word.startswith("-")]
        unknown = [word for word in options if word not in _OPTIONS]
        if unknown:
            near = refusal.nearest(unknown[0], _OPTIONS) or _OPTIONS[0]
            sentence = (
                f"There is no option {unknown[0][:60]}, and no ref begins with a dash; did you mean {near}?"
            )
            return refusal.misused(spoken.said, sentence, usage)
        if not rest:
            return refusal.misused(spoken.said, "Which environment?", usage)
        if len(rest) > 2:
            return refusal.misused(
                spoken.said, f"There is one environment and at most one ref, not {len(rest)} words.", usage
            )
        return Request(
            environment=EnvironmentName(rest[0]),
            ref=rest[1] if len(rest) == 2 else None,
            dry_run="--dry-run" in options,
        )

    async def _facts(self, request: Request, spoken: Spoken) -> RequestFacts:
        desk, estate = self.desk, self.desk.estate
        known = request.environment in estate.environments
        asked = estate.requesters(request.environment) if known else ()
        holder = await desk.journal.holder(request.environment) if known else None
        return RequestFacts(
            who=await standing.of(spoken.by, asked, desk.directory),
            channel=spoken.channel,
            channels=desk.channels(request.environment if known else None),
            teams=frozenset(estate.slack.teams),
            environments=frozenset(map(EnvironmentName, estate.environments)),
            requesters=asked,
            # Words that are dealt with again after a crash must not stumble over the run they began.
            holder=holder if holder is None or holder.asked != spoken.key else None,
        )

    async def _begin(self, request: Request, spoken: Spoken) -> Run:
        environment = self.desk.estate.environments[request.environment]
        return await self.desk.journal.begin(
            NewRun(
                environment=request.environment,
                by=spoken.by,
                channel=self.desk.estate.channel(request.environment),
                ref=request.ref or environment.branch,
                recipe=DRY_RUN if request.dry_run else DEPLOY,
                asked=spoken.key,
            ),
            self.desk.clock.now(),
        )
