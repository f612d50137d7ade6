"""`interlock when`: may it run then, why not, and when next. It needs no bot, no Slack and no network but calendars'."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot import clock, estate, kinds, settings, timetable
from bot.domain.errors import Refused
from bot.domain.estate import Estate, RuleName
from bot.domain.nearest import hint
from bot.domain.value import EnvironmentName
from bot.domain.window import Freeze, Timetable
from bot.policy import words
from bot.store import glimpse
from runners.calendars import EstateCalendars

#: Nobody's estate is about other times, and the zones of the far future are not known.
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class _Kept:
    """Freezes from Slack, as a look into the database showed them."""

    def __init__(self, freezes: Sequence[Freeze]) -> None:
        self._freezes = freezes

    async def freezes(self, since: datetime) -> Sequence[Freeze]:
        """Those that end after *since*."""
        return [freeze for freeze in self._freezes if freeze.to > since]


def run(asked: argparse.Namespace) -> int:
    """Answer; the exit status is 0 whether it is open or not, for both are answers."""
    at = _moment(asked.at) if asked.at is not None else clock.SystemClock().now().replace(microsecond=0)
    if isinstance(at, str):
        sys.stderr.write(f"interlock when: --at: {at}\n")
        return 2
    configured = settings.load()
    found = estate.load(asked.estate or configured.estate, kinds.KINDS)
    environment = _environment(asked.environment, found)
    rules = _rules(asked, found, environment)
    tables = asyncio.run(_look(found, environment, rules, at, configured.database))
    if asked.json:
        sys.stdout.write(json.dumps(_told(environment, rules[0], tables[rules[0]])) + "\n")
    else:
        sys.stdout.write(f"{environment} at {words.written(at)}\n")
        sys.stdout.writelines(f"{rule:<13}{_line(tables[rule])}\n" for rule in rules)
    return 0


def _moment(word: str) -> datetime | str:
    read = words.moment(word)
    if isinstance(read, datetime) and not _FIRST <= read < _LAST:
        return f"“{words.plain(word)}” is too far away: name a moment of this century."
    return read


def _environment(word: str, found: Estate) -> EnvironmentName:
    if word not in found.environments:
        msg = f"There is no environment “{words.plain(word)}”; {hint(word, found.environments)}"
        raise Refused(msg)
    return EnvironmentName(word)


def _rules(asked: argparse.Namespace, found: Estate, environment: EnvironmentName) -> tuple[RuleName, ...]:
    """The class that is named; else `standard` for JSON, and every class there is a rule for."""
    if asked.rule is None:
        ruled = tuple(rule for rule in RuleName if found.rule(environment, rule) is not None)
        return (RuleName.STANDARD,) if asked.json else ruled
    if asked.rule not in list(RuleName):
        msg = f"There is no class “{words.plain(asked.rule)}”; {hint(asked.rule, RuleName)}"
        raise Refused(msg)
    return (RuleName(asked.rule),)


async def _look(
    found: Estate, environment: EnvironmentName, rules: Sequence[RuleName], at: datetime, database: str
) -> Mapping[RuleName, Timetable]:
    kept = _Kept(glimpse.freezes(database, at))
    calendars = EstateCalendars(found, clock.SystemClock(), around=at)
    return await timetable.each(environment, rules, at, estate=found, journal=kept, calendars=calendars)


def _told(environment: EnvironmentName, rule: RuleName, table: Timetable) -> dict[str, object]:
    """The public format; changing a field is a breaking change."""
    return {
        "environment": environment,
        "class": rule.value,
        "at": table.at.isoformat(),
        "open": table.open,
        "reasons": [{"code": reason.code.value, "text": reason.text} for reason in table.reasons],
        "next_open": table.next_open.isoformat() if table.next_open else None,
        "closes": table.closes.isoformat() if table.closes else None,
    }


def _line(table: Timetable) -> str:
    if table.open:
        until = f"until {words.written(table.closes)}" if table.closes else "with no end"
        past = f"; goes past the freezes {', '.join(table.freezes)}" if table.freezes else ""
        return f"open {until} ({table.window}){past}"
    until = f" until {words.written(table.next_open)}" if table.next_open else ""
    return f"closed{until}: {' '.join(reason.text for reason in table.reasons)}"
