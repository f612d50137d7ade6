"""Emoji that come and go while nobody hears them: they count as if they had been heard, the next time somebody looks."""

from datetime import timedelta
from pathlib import Path

from bot.clock import SystemClock
from bot.domain.run import Outcome, Run, StepName
from bot.domain.value import RunId
from bot.playground.things import Message
from tests.crashes.world import ANA, BEN, DEPLOYS, PATIENCE, World, until, world

CLEO, DANA = "U0CLEO", "U0DANA"
YES, NO = "white_check_mark", "x"
_TWO = "    classes: {standard: {votes: 2}, significant: {votes: 2}}\n"


class Card:
    """The card of one run, and what people put on it without a word from Slack, which told of it and gave up."""

    def __init__(self, place: World, ts: str) -> None:
        self.place, self.ts = place, ts
        self.run = RunId(place.number)

    def _now(self) -> Message:
        found = self.place.playground.workspace.message(DEPLOYS, self.ts)
        assert found is not None
        return found

    def put(self, user: str, emoji: str) -> None:
        self.place.playground.workspace.react(self._now(), user, emoji)

    async def approved(self, *people: str) -> None:
        """Come back as soon as it is approved by these people and nobody else."""
        store = await self.place.store()

        async def met() -> bool:
            return {vote.voter.user for vote in await store.votes(self.run)} == set(people)

        await until(met, 0.05)

    async def ended(self) -> Run:
        """The run, as soon as it is over."""
        store = await self.place.store()

        async def met() -> bool:
            found = await store.run(self.run)
            return found is not None and not found.open

        await until(met, 0.05)
        found = await store.run(self.run)
        assert found is not None
        return found


async def asked(place: World, environment: str, ref: str = "main") -> Card:
    """Ana asks for a run; come back when its card is there."""
    await place.deploy(environment, ref)
    return Card(place, (await place.playground.until(place.card, PATIENCE)).ts)


async def test_nobody_heard_it(tmp_path: Path) -> None:
    """Two yes let a run go, and one no ends it; so it is after a kill, and where only the connection was away."""
    async with world(tmp_path, "", dict.fromkeys(("go", "stop", "later"), ""), also=_TWO) as place:
        go, stop, later = [await asked(place, name) for name in ("go", "stop", "later")]
        for user in (ANA, BEN):
            await place.playground.react(user, DEPLOYS, later.ts, YES)
        await later.approved(BEN)
        # A bot that dies between saying something and noting it says it again, whatever is on the cards.
        await place.told()
        await place.kill()
        for user in (BEN, CLEO):
            go.put(user, YES)
        # Slack still tells of this one, again and again; the bot may see it first.
        await place.playground.react(DANA, DEPLOYS, go.ts, YES)
        stop.put(CLEO, NO)
        await place.start()
        assert ((await go.ended()).outcome, (await stop.ended()).outcome) == (Outcome.DONE, Outcome.REJECTED)
        await later.approved(BEN)
        later.put(CLEO, YES)
        await place.playground.socket.refresh()
        assert (await later.ended()).outcome is Outcome.DONE
        # Whoever was refused reads it once, however often the card is looked at.
        told = {user: len(_told(place, user)) for user in (ANA, BEN, CLEO, DANA)}
        assert told == {ANA: 1, BEN: 0, CLEO: 0, DANA: 1}
        assert await place.wrong() == []


async def test_a_no_right_before_the_act(tmp_path: Path) -> None:
    """Nobody was deaf, and Slack never told of it; the act looks by itself."""
    async with world(tmp_path, "", {"prod": ""}) as place:
        soon = SystemClock().now() + timedelta(seconds=4)
        card = await asked(place, "prod", f"main --at {soon.isoformat()}")
        await place.vote()

        async def waits() -> bool:
            return (await place.run()).stage is StepName.WINDOW

        await until(waits)
        card.put(CLEO, NO)
        assert (await card.ended()).outcome is Outcome.REFUSED
        assert place.witness() == []


def _told(place: World, user: str) -> list[str]:
    """What only *user* was told."""
    words = place.playground.workspace.messages(DEPLOYS)
    return [message.text for message in words if message.only_for == user]
