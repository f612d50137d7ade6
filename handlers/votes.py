"""✅ or ❌ on a plan card, its buttons, or a name written by hand: one person's word on exactly one plan."""

import json
from collections.abc import Mapping
from typing import Any

from bot import standing
from bot.domain.emoji import canonical
from bot.domain.errors import SlackRefused, SlackThrottled, SlackUnreachable
from bot.domain.heard import SEEN, emoji_on
from bot.domain.message import Message
from bot.domain.ruling import Deny, Reason
from bot.domain.run import Run, StepName
from bot.domain.value import MessageTs, PlanDigest, RunId
from bot.domain.vote import BY_BUTTON, BY_HAND, RESERVED, Choice, Vote
from bot.journal import Binding
from bot.policy import decide
from bot.policy.facts import Standing, VoteFacts
from bot.render import confirm, noted, refusal
from handlers import Gesture, Pointed

#: Digits of a digest that tell one plan from any other; a card's key holds so many.
_TELLING = 16
_BUTTONS: dict[str, Choice] = {choice.value: choice for choice in Choice}
#: Longest word that is looked at; no environment has a longer name.
_LONGEST = 200


class Votes(Gesture):
    """A vote that counts shows on the card; one that does not gets a private line with the reasons."""

    events = ("reaction_added", "reaction_removed")
    actions = tuple(_BUTTONS)
    views = (confirm.NAME,)

    @classmethod
    def faults(cls, payload: Mapping[str, Any]) -> Mapping[str, str]:
        """Another word than the environment's name, which the form itself carried."""
        environment = str(_carried(payload).get("environment") or "")
        return {} if _written(payload) == environment else {confirm.FIELD: confirm.wrong(environment)}

    def read(self, payload: Mapping[str, Any]) -> dict[str, Any] | None:
        """A click on one of our buttons, one of the estate's emoji on a message, or our form, filled in."""
        if "view" in payload and "actions" not in payload:
            carried = _carried(payload)
            return {
                "what": BY_HAND,
                "ts": str(carried.get("ts") or ""),
                "channel": str(carried.get("channel") or ""),
                "thread_ts": carried.get("thread_ts"),
                "value": str(carried.get("plan") or ""),
                "written": _written(payload),
            }
        if "actions" in payload:
            button, container = payload["actions"][0], payload["container"]
            return {
                "what": button["action_id"],
                "ts": container["message_ts"],
                "thread_ts": container.get("thread_ts"),
                "value": str(button.get("value") or ""),
                "trigger": str(payload.get("trigger_id") or ""),
            }
        event = payload["event"]
        emoji = canonical(event["reaction"])
        # Anybody can give a workspace an emoji of any name, also one that means a button here.
        known = emoji not in RESERVED and self._choice(emoji) is not None
        if event["item"].get("type") != "message" or not known:
            return None
        return {"what": emoji, "ts": event["item"]["ts"], "removed": event["type"] == "reaction_removed"}

    def _choice(self, what: str) -> Choice | None:
        if what == BY_HAND:
            return Choice.APPROVE
        slack = self.desk.estate.slack
        if what in map(canonical, slack.approve_emoji):
            return Choice.APPROVE
        return Choice.REJECT if what in map(canonical, slack.reject_emoji) else _BUTTONS.get(what)

    async def answer(self, pointed: Pointed) -> Message | None:
        """Judge it, keep it, and ring for the run; or first have the name written that must come with it."""
        card = await self._card(pointed)
        choice = self._choice(pointed.what)
        if card is None or choice is None:
            return None
        run, digest, bound = card
        if pointed.removed:
            return await self._take_back(pointed, choice, run, digest)
        if pointed.what == Choice.APPROVE.value and bound.ask.by_hand:
            return await self._ask(pointed, run, digest, bound)
        return await self._vote(pointed, choice, run, digest, bound)

    async def _take_back(
        self, pointed: Pointed, choice: Choice, run: Run, digest: PlanDigest
    ) -> Message | None:
        """Take a vote away while that means something: afterwards the rows go on to say on whose word it was done."""
        if run.open and not await self._begun(digest):
            await self.desk.journal.withdraw(run.id, digest, pointed.by, pointed.what, choice, pointed.at)
            self._ring(run)
            return None
        theirs = (pointed.by, pointed.what)
        stood = any((vote.voter, vote.via) == theirs for vote in await self.desk.journal.votes(run.id))
        # Of a run that is over nobody believes that they stop it.
        return noted.too_late(run) if run.open and stood else None

    async def _ask(self, pointed: Pointed, run: Run, digest: PlanDigest, bound: Binding) -> Message | None:
        """Show the form, at once: Slack lets that happen for 3 seconds, so nobody is looked up before."""
        nobody = Standing(person=pointed.by, profile=None)
        ruling = decide.on_click(self._facts(pointed, nobody, Choice.APPROVE, run, digest, bound))
        if isinstance(ruling, Deny):
            return refusal.refusal(_named(run), ruling.reasons)
        carried = {
            "environment": run.environment,
            "plan": f"{run.id}:{digest}",
            "channel": pointed.channel,
            "ts": pointed.ts,
            "thread_ts": pointed.thread_ts,
        }
        form = confirm.dialog(run, bound.plan.counts, bound.losses, json.dumps(carried))
        try:
            await self.desk.dialogs.show(pointed.trigger, form)
        except (SlackRefused, SlackThrottled, SlackUnreachable):
            return noted.not_asked(run)
        return None

    async def _vote(
        self, pointed: Pointed, choice: Choice, run: Run, digest: PlanDigest, bound: Binding
    ) -> Message | None:
        asked = dict.fromkeys((*bound.ask.of, *bound.ask.loss))
        who = await standing.of(pointed.by, asked, self.desk.directory)
        facts = self._facts(pointed, who, choice, run, digest, bound)
        ruling = decide.on_vote(await self._so_far(facts))
        if isinstance(ruling, Deny):
            return None if await self._repeated(pointed) else refusal.refusal(_named(run), ruling.reasons)
        vote = Vote(
            run=run.id,
            digest=digest,
            voter=pointed.by,
            choice=choice,
            via=_via(pointed),
            groups=who.groups,
            at=pointed.at,
        )
        fresh = await self.desk.journal.vote(vote)
        self._ring(run)
        if choice is Choice.REJECT and (late := await self._late(facts)):
            return refusal.refusal(_named(run), late)
        # An emoji can be set only once; told twice, it was seen on the card before Slack could tell of it.
        return None if fresh or not _by_hand(pointed) else noted.message(run)

    async def _repeated(self, pointed: Pointed) -> bool:
        """Whether the very emoji was seen on the card, and answered, before Slack could tell of it."""
        if _by_hand(pointed):
            return False
        seen = f"{SEEN}:{emoji_on(pointed.channel, pointed.ts)}:{pointed.by.user}:{pointed.what}:"
        heard = await self.desk.journal.emoji(pointed.channel, MessageTs(pointed.ts))
        return any(
            one.key.startswith(seen) and one.key != pointed.key and one.at >= pointed.at for one in heard
        )

    async def _late(self, facts: VoteFacts) -> tuple[Reason, ...]:
        """Why a no came too late by a moment: whoever said it must not believe that it stopped anything."""
        known = await self.desk.journal.run(facts.run.id) or facts.run
        found = await self._so_far(facts.model_copy(update={"run": known}))
        moves = known.stage is StepName.SHIFT and not found.untouched
        if not found.begun and not moves and known.digest == facts.card:
            return ()
        ruling = decide.on_vote(found)
        return ruling.reasons if isinstance(ruling, Deny) else ()

    async def _so_far(self, facts: VoteFacts) -> VoteFacts:
        """See how far the act has come that the vote is about."""
        run, journal = facts.run, self.desk.journal
        begun = await self._begun(facts.card)
        untouched = run.stage is StepName.SHIFT and not await journal.shifts(run.id)
        return facts.model_copy(update={"begun": begun, "untouched": untouched})

    async def _begun(self, digest: PlanDigest) -> bool:
        return await self.desk.journal.claimed(digest) is not None

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

    def _facts(
        self, pointed: Pointed, who: Standing, choice: Choice, run: Run, digest: PlanDigest, bound: Binding
    ) -> VoteFacts:
        estate = self.desk.estate
        environment = estate.environments.get(run.environment)
        return VoteFacts(
            now=self.desk.clock.now(),
            who=who,
            choice=choice,
            teams=frozenset(estate.slack.teams),
            run=run,
            ask=bound.ask,
            card=digest,
            exclude_committers=environment is None or environment.approvals.exclude_committers,
            typed=pointed.written,
        )


def _named(run: Run) -> str:
    return f"Your vote on run {run.id}"


def _by_hand(pointed: Pointed) -> bool:
    return pointed.what in {*_BUTTONS, BY_HAND}


def _via(pointed: Pointed) -> str:
    return BY_BUTTON if pointed.what in _BUTTONS else pointed.what


def _carried(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the form carried since it was shown."""
    try:
        carried = json.loads(payload["view"].get("private_metadata") or "{}")
    except ValueError:
        return {}
    return carried if isinstance(carried, dict) else {}


def _written(payload: Mapping[str, Any]) -> str:
    """Give what was written into the form's field, without the spaces around it."""
    fields = payload["view"].get("state", {}).get("values", {})
    written = fields.get(confirm.FIELD, {}).get(confirm.WORD, {}).get("value")
    return str(written or "").strip()[:_LONGEST]
