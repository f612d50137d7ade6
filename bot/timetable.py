"""Draft until the branch comes."""

from datetime import datetime

from bot.domain.estate import Estate, RuleName
from bot.domain.plan import ChangeClass
from bot.domain.value import EnvironmentName
from bot.domain.window import Timetable
from bot.journal import Journal
from bot.policy import windows
from bot.policy.windows import WindowFacts
from bot.ports import Calendars


async def of(
    environment: EnvironmentName,
    rule: RuleName | ChangeClass,
    at: datetime,
    *,
    estate: Estate,
    journal: Journal,
    calendars: Calendars,
) -> Timetable:
    """Draft."""
    del journal, calendars
    found = estate.rule(environment, rule)
    names = found.windows if found else None
    by_name = {name: estate.windows[name] for name in names} if isinstance(names, tuple) else names
    return windows.timetable(
        WindowFacts(environment=environment, rule=RuleName(rule), at=at, windows=by_name)
    )
