"""From the start of the process to the moment at which the bot hears."""

from benchmarks import app, grounds
from benchmarks.measure import Measure, aim, measure
from benchmarks.place import DATABASES, Place
from bot.playground.server import Playground

_TIMES = 5
_GOAL = 2.0


async def measures(place: Place) -> list[Measure]:
    """Start on empty databases, and again on those that are filled now, each beside the bare app."""
    folder = place.fresh()
    estate = grounds.make(folder, ["dev"], size=1, votes=0)
    bare: list[float] = []
    seen: dict[str, list[float]] = {}
    async with Playground() as playground:
        # The first start compiles what Python has not compiled yet.
        settings = app.settings(estate, folder / "warm", "")
        for words in (app.BOT, app.BARE):
            async with app.running(words, playground, settings):
                pass
        for number in range(_TIMES):
            async with app.running(app.BARE, playground) as plain:
                bare.append(plain.start_up)
            for kind in DATABASES:
                settings = app.settings(estate, folder / f"{kind}-{number}", place.database(kind))
                for how in ("empty database", "restart"):
                    async with app.running(app.BOT, playground, settings) as bot:
                        seen.setdefault(f"start-up to ready, {kind}, {how}", []).append(bot.start_up)
    return [
        aim(measure(what, "s", each, beside="bare Bolt app", base=bare), _GOAL) for what, each in seen.items()
    ]
