"""✅ or ❌ on a plan card, or its buttons: one person's word on exactly one plan."""

from collections.abc import Mapping
from typing import Any

from bot import standing
from bot.domain.emoji import canonical
from bot.domain.message import Message
from bot.domain.ruling import Deny
from bot.domain.run import Run
from bot.domain.value import MessageTs, PlanDigest, RunId
from bot.domain.vote import Choice, Vote
from bot.journal import Binding
from bot.policy import decide
from bot.policy.facts import VoteFacts
from bot.render import noted, refusal
from handlers import Gesture, Pointed

#: Digits of a digest that tell one plan from any other; a card's key holds so many.
_TELLING = 16
_BUTTONS = {"approve": Choice.APPROVE, "reject": Choice.REJECT}


class Votes(Gesture):
    """A vote that counts shows on the card; one that does not gets a private line with the reasons."""

    events = ("reaction_added", "reaction_removed")
    actions = tuple(_BUTTONS)

    def read(self, payload: Mapping[str, Any]) -> dict[str, Any] | None:
        """A click on one of our buttons, or one of the estate's emoji on a message."""
        if "actions" in payload:
            button = payload["actions"][0]
            return {
                "what": button["action_id"],
                "ts": payload["container"]["message_ts"],
                "value": str(button.get("value") or ""),
            }
        event = payload["event"]
        emoji = canonical(event["reaction"])
        if event["item"].get("type") != "message" or self._choice(emoji) is None:
            return None
        return {"what": emoji, "ts": event["item"]["ts"], "removed": event["type"] == "reaction_removed"}

    def _choice(self, what: str) -> Choice | None:
        slack = self.desk.estate.slack
        if what in map(canonical, slack.approve_emoji):
            return Choice.APPROVE
        return Choice.REJECT if what in map(canonical, slack.reject_emoji) else _BUTTONS.get(what)

    async def answer(self, pointed: Pointed) -> Message | None:
        """Judge it, keep it, and ring for the run."""
        card = await self._card(pointed)
        choice = self._choice(pointed.what)
        if card is None or choice is None:
            return None
        run, digest, bound = card
        if pointed.removed:
            via = pointed.what
            await self.desk.journal.withdraw(run.id, digest, pointed.by, via, choice, pointed.at)
            self._ring(run)
            return None
        ruling = decide.on_vote(await self._facts(pointed, choice, run, digest, bound))
        if isinstance(ruling, Deny):
            return refusal.refusal(f"Your vote on run {run.id}", ruling.reasons)
        vote = Vote(
            run=run.id, digest=digest, voter=pointed.by, choice=choice, via=_via(pointed), at=pointed.at
        )
        fresh = await self.desk.journal.vote(vote)
        self._ring(run)
        return None if fresh else noted.message(run)

    def _ring(self, run: Run) -> None:
        """Ring for votes that stood before, too: they may have been kept just before the database went away."""
        if run.open:
            self.desk.engine.ring(run.id)

    async def _card(self, pointed: Pointed) -> tuple[Run, PlanDigest, Binding] | None:
        """The plan card that was pointed at; other messages are no ballots."""
        # A card whose posting was cut off by a crash may stand there twice, and its button is as good.
        number, _, plan = pointed.value.partition(":")
        if not number:
            key = await self.desk.journal.said(pointed.channel, MessageTs(pointed.ts))
            parts = (key or "").split(":")
            if len(parts) != 4 or parts[0] != "run" or parts[2] != "plan":
                return None
            number, plan = parts[1], parts[3]
        run = await self.desk.journal.run(RunId(int(number)))
        bound = await self.desk.journal.binding(RunId(int(number)))
        if run is None or bound is None:
            return None
        current = len(plan) >= _TELLING and bound.plan.digest.startswith(plan)
        return run, bound.plan.digest if current else PlanDigest(plan), bound

    async def _facts(
        self, pointed: Pointed, choice: Choice, run: Run, digest: PlanDigest, bound: Binding
    ) -> VoteFacts:
        estate = self.desk.estate
        environment = estate.environments.get(run.environment)
        return VoteFacts(
            now=self.desk.clock.now(),
            who=await standing.of(pointed.by, bound.ask.of, self.desk.directory),
            choice=choice,
            teams=frozenset(estate.slack.teams),
            run=run,
            ask=bound.ask,
            card=digest,
            exclude_committers=environment is None or environment.approvals.exclude_committers,
        )


def _via(pointed: Pointed) -> str:
    return "button" if pointed.what in _BUTTONS else pointed.what
