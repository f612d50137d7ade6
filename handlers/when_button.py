"""The *When?* button: when may the run of this card, or anything in that environment, go on."""

from collections.abc import Mapping
from typing import Any

from bot import standing, timetable
from bot.domain.estate import RuleName
from bot.domain.message import Message
from bot.domain.request import Status as Request
from bot.domain.ruling import Deny
from bot.domain.run import Run
from bot.domain.value import EnvironmentName, RunId
from bot.policy import decide
from bot.policy.facts import RequestFacts
from bot.render import refusal
from bot.render import when as words
from handlers import Gesture, Pointed


class WhenButton(Gesture):
    """Answers whoever clicks it, and nobody else. Its value begins with a run's number, or is an environment's name."""

    actions = ("when",)

    def read(self, payload: Mapping[str, Any]) -> dict[str, Any] | None:
        """A click on a button that carries a number or a name."""
        if "actions" not in payload:
            return None
        button = payload["actions"][0]
        ts = payload.get("container", {}).get("message_ts")
        return {"what": button["action_id"], "ts": str(ts or ""), "value": str(button.get("value") or "")}

    async def answer(self, pointed: Pointed) -> Message | None:
        """One line for the class of the run, or for each class of the environment."""
        run = await self._run(pointed.value)
        environment = run.environment if run else EnvironmentName(pointed.value)
        ruling = decide.at_the_door(Request(environment=environment), await self._facts(pointed))
        if isinstance(ruling, Deny):
            return refusal.refusal("When?", ruling.reasons)
        desk = self.desk
        ruled = tuple(rule for rule in RuleName if desk.estate.rule(environment, rule) is not None)
        tables = await timetable.each(
            environment,
            (RuleName.of(run.change_class, run.wish),) if run and run.change_class else ruled,
            desk.clock.now(),
            estate=desk.estate,
            journal=desk.journal,
            calendars=desk.calendars,
        )
        holder = await desk.journal.holder(environment)
        lock = await desk.journal.lock(environment, desk.clock.now())
        # The run itself is no obstacle to itself.
        other = None if run and holder and holder.id == run.id else holder
        return words.message(
            words.Outlook(environment=environment, timetables=tables, holder=other, lock=lock, run=run)
        )

    async def _run(self, value: str) -> Run | None:
        # A card's buttons carry the plan behind the run.
        word = value.partition(":")[0]
        number = word.isascii() and word.isdigit() and len(word) < 18
        return await self.desk.journal.run(RunId(int(word))) if number else None

    async def _facts(self, pointed: Pointed) -> RequestFacts:
        estate = self.desk.estate
        return RequestFacts(
            who=await standing.of(pointed.by, (), self.desk.directory),
            channel=pointed.channel,
            channels=self.desk.channels(None),
            teams=frozenset(estate.slack.teams),
            environments=frozenset(map(EnvironmentName, estate.environments)),
        )
