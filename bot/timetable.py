"""Draft until the branch comes."""

from datetime import datetime

from bot.domain.estate import Estate, RuleName
from bot.domain.plan import ChangeClass
from bot.domain.value import EnvironmentName
from bot.domain.window import Timetable
from bot.journal import Journal
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
    del environment, rule, estate, journal, calendars
    return Timetable(at=at, open=True, window="always")
