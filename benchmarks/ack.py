"""How soon a slash command is acknowledged, 50 of them a second, against a Bolt app that does only that."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks import app, grounds
from benchmarks.measure import Measure, aim, measure, percentile
from benchmarks.place import DATABASES, Place
from bot.playground.server import Playground

_RATE, _SECONDS, _ROUNDS = 50, 6, 3
_PEOPLE = ("U0ANA", "U0BEN", "U0CLEO", "U0DANA")
#: Harmless commands: one that is explained, one that is refused by the law.
_COMMANDS: Mapping[str, tuple[str, str]] = {
    "/interlock help": ("/interlock", "help"),
    "/deploy to an unknown environment": ("/deploy", "nowhere"),
}
#: Seconds in which every command must also have its answer.
_PATIENCE = 30.0


@dataclass(frozen=True)
class _Volley:
    #: Milliseconds from the moment each was due to its acknowledgement.
    waits: tuple[float, ...]
    dropped: int
    unanswered: int


async def measures(place: Place) -> list[Measure]:
    """Shoot at the bare app and at the bot on each database, by turns, several times."""
    folder = place.fresh()
    estate = grounds.make(folder, ["dev"], size=1, votes=0)
    bare: dict[str, list[_Volley]] = {}
    ours: dict[tuple[str, str], list[_Volley]] = {}
    for number in range(_ROUNDS):
        async with Playground() as playground, app.running(app.BARE, playground):
            for what, command in _COMMANDS.items():
                bare.setdefault(what, []).append(await _shoot(playground, command, answers=False))
        for kind in DATABASES:
            settings = app.settings(estate, folder / f"{kind}-{number}", place.database(kind))
            async with Playground() as playground, app.running(app.BOT, playground, settings):
                for what, command in _COMMANDS.items():
                    ours.setdefault((what, kind), []).append(await _shoot(playground, command, answers=True))
    return [_judged(what, kind, volleys, bare[what]) for (what, kind), volleys in ours.items()]


def _judged(what: str, kind: str, ours: list[_Volley], bare: list[_Volley]) -> Measure:
    found = measure(
        f"p99 of the acknowledgement of {what}, {kind}",
        "ms",
        [percentile(each.waits, 0.99) for each in ours],
        beside="bare Bolt app",
        base=[percentile(each.waits, 0.99) for each in bare],
    )
    middle = " and ".join(
        f"{percentile([wait for each in volleys for wait in each.waits], 0.5):.1f} ms"
        for volleys in (ours, bare)
    )
    dropped, unanswered = sum(each.dropped for each in ours), sum(each.unanswered for each in ours)
    fired = sum(len(each.waits) for each in ours)
    note = f"{fired} commands at {_RATE} a second, {dropped} dropped, {unanswered} without an answer; medians {middle}"
    if dropped or unanswered:
        # None may be lost, whatever the times are.
        return aim(found, 0.0, at="ratio", note=note)
    return aim(found, 2.0, at="ratio", note=note)


async def _shoot(playground: Playground, command: tuple[str, str], *, answers: bool) -> _Volley:
    loop = asyncio.get_running_loop()
    name, text = command
    number = playground.workspace.number

    async def one(shot: int, due: float) -> tuple[float, bool]:
        await asyncio.sleep(due - loop.time())
        outcome = await playground.command(_PEOPLE[shot % len(_PEOPLE)], "C0DEPLOYS", name, text)
        return (loop.time() - due) * 1000, outcome.error is None

    # A connection and a path through the code that were never used are another question.
    for shot in range(10):
        await one(shot, loop.time())
    start = loop.time() + 0.2
    shots = [one(shot, start + shot / _RATE) for shot in range(_RATE * _SECONDS)]
    seen = await asyncio.gather(*shots)
    wanted = len(shots) + 10 if answers else 0
    missing = await _missing(playground, number, wanted)
    return _Volley(
        waits=tuple(wait for wait, _ in seen), dropped=sum(not good for _, good in seen), unanswered=missing
    )


async def _missing(playground: Playground, number: int, wanted: int) -> int:
    """How many answers have not come when patience is over."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _PATIENCE
    while True:
        changes = playground.workspace.since(number)
        missing = wanted - sum(1 for each in changes if each.message and each.message.only_for)
        if missing <= 0 or loop.time() > end:
            return max(0, missing)
        await asyncio.sleep(0.2)
