"""Starts runs, finds their plan cards, and votes on them."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.stand_in import StandIn
from bot.clock import SystemClock
from bot.playground.server import Playground

_CHANNEL = "C0DEPLOYS"
_CARD = re.compile(r"Plan for (\S+), run (\d+):")


@dataclass(frozen=True)
class Card:
    """The plan card of a run that waits for votes."""

    environment: str
    run: int
    ts: str


async def open_all(
    playground: Playground, environments: Sequence[str], *, at_once: int, seconds: float
) -> dict[str, Card]:
    """Ask for a run in each of *environments*, with at most so many *at_once* on the way to their cards.

    Raises `TimeoutError` where no card comes for so many *seconds*.
    """
    room = asyncio.Semaphore(at_once)
    cards: dict[str, Card] = {}

    async def collect() -> None:
        async for change in playground.workspace.follow(playground.workspace.number):
            said = change.message and _CARD.match(change.message.text)
            if change.message and said and said[1] not in cards:
                cards[said[1]] = Card(said[1], int(said[2]), change.message.ts)
                room.release()
            if len(cards) == len(environments):
                return

    collecting = asyncio.create_task(collect())
    for environment in environments:
        await asyncio.wait_for(room.acquire(), seconds)
        outcome = await playground.command("U0ANA", _CHANNEL, "/deploy", environment)
        if outcome.error:
            msg = f"/deploy {environment}: {outcome.error}"
            raise RuntimeError(msg)
    await asyncio.wait_for(collecting, seconds)
    return cards


async def vote(playground: Playground, card: Card, tool: StandIn, *, seconds: float = 30.0) -> float:
    """Milliseconds from Ben's emoji to the first thing that *tool* does for an apply."""
    before, clock = len(tool.began()), SystemClock()
    sent = clock.now().timestamp()
    await playground.react("U0BEN", _CHANNEL, card.ts, "white_check_mark")
    end = time.monotonic() + seconds
    while len(began := tool.began()) == before:
        if time.monotonic() > end:
            msg = f"no apply began within {seconds:g} s of a vote"
            raise RuntimeError(msg)
        await asyncio.sleep(0.02)
    return (began[-1] - sent) * 1000
