"""When a run would begin, and whether it would end in time, looked up for a plan's card and for the law."""

from datetime import datetime, timedelta

from bot import timetable
from bot.domain.estate import Estate, RuleName
from bot.domain.plan import ChangeClass
from bot.domain.report import Forecast
from bot.domain.run import Run
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
) -> Forecast:
    """Look at the windows and freezes of *run* as if it had its votes *now*."""
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
        needed=await _needed(run, rule, estate, journal),
        reasons=found.reasons,
        freezes=then.freezes,
        waits=begins is not None and begins > now,
    )


async def _needed(run: Run, rule: RuleName, estate: Estate, journal: Journal) -> timedelta:
    """What the last good run needed, and never less than the bake alone."""
    watched = estate.bake_time(run.environment, rule)
    return max(await journal.lasted(run.environment) or watched + _USUAL, watched)
