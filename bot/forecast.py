"""When a run would begin, and whether it would end in time, looked up for a plan's card and for the law."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot import timetable
from bot.domain.estate import Estate, RuleName
from bot.domain.plan import ChangeClass
from bot.domain.report import Forecast
from bot.domain.run import Run
from bot.domain.traffic import Move
from bot.domain.window import Timetable
from bot.journal import Journal
from bot.policy import waiting
from bot.ports import Calendars

#: What an apply and its checks are taken to last where no earlier run tells.
_USUAL = timedelta(minutes=5)


async def of(
    run: Run,
    change_class: ChangeClass,
    now: datetime,
    *,
    estate: Estate,
    journal: Journal,
    calendars: Calendars,
    moves: Sequence[Move] | None = None,
) -> Forecast:
    """Look at the windows and freezes of *run* as if it had its votes *now*; the *moves* of a switch may not be kept yet."""
    rule = RuleName.of(change_class, run.wish)

    async def look(at: datetime) -> Timetable:
        return await timetable.of(
            run.environment, rule, at, estate=estate, journal=journal, calendars=calendars
        )

    found = await look(max(now, run.wish.at) if run.wish.at else now)
    begins = waiting.begins(run.wish, found)
    then = found if begins is None or begins == found.at else await look(begins)
    return Forecast(
        begins=begins,
        window=then.window,
        closes=then.closes,
        needed=await _needed(run, rule, estate, journal, moves),
        reasons=found.reasons,
        freezes=then.freezes,
        waits=begins is not None and begins > now,
    )


async def _needed(
    run: Run, rule: RuleName, estate: Estate, journal: Journal, moves: Sequence[Move] | None
) -> timedelta:
    """What the last good run needed, and never less than the bakes alone."""
    if run.switch is not None:
        bound = await journal.binding(run.id) if moves is None else None
        moves = bound.moves if bound else moves or ()
        bakes = [estate.watched(run.environment, move.service) for move in moves]
        watched = sum((bake.for_ for bake in bakes if bake is not None), timedelta())
        settings = estate.rule(run.environment, rule)
        watched = 2 * watched if settings is not None and settings.bake == "double" else watched
        return watched + _USUAL if run.by_plan else watched
    watched = estate.bake_time(run.environment, rule)
    return max(await journal.lasted(run.environment) or watched + _USUAL, watched)
