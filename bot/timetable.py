"""Gathers what windows and freezes there are, for the law; a calendar that cannot be read is said, never guessed."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from bot.domain.errors import LookupFailed
from bot.domain.estate import Estate, RuleName
from bot.domain.value import EnvironmentName
from bot.domain.window import Freeze, Timetable, Window
from bot.policy import windows
from bot.ports import Calendars


class Freezes(Protocol):
    """The part of the journal that is asked here."""

    async def freezes(self, since: datetime) -> Sequence[Freeze]:
        """Those from Slack that were not lifted and end after *since*."""
        ...


async def of(
    environment: EnvironmentName,
    rule: RuleName,
    at: datetime,
    *,
    estate: Estate,
    journal: Freezes,
    calendars: Calendars,
) -> Timetable:
    """Say whether *rule* lets changes run in *environment* at that moment; raises `JournalBroken`."""
    return (await each(environment, (rule,), at, estate=estate, journal=journal, calendars=calendars))[rule]


async def each(
    environment: EnvironmentName,
    rules: Iterable[RuleName],
    at: datetime,
    *,
    estate: Estate,
    journal: Freezes,
    calendars: Calendars,
) -> Mapping[RuleName, Timetable]:
    """Say it for several *rules*, by rule; raises `JournalBroken`."""
    asked = tuple(rules)
    freezes, unknown = await known(at, estate=estate, journal=journal, calendars=calendars)
    facts = (
        windows.WindowFacts(
            environment=environment,
            rule=rule,
            at=at,
            windows=_windows(estate, environment, rule),
            freezes=freezes,
            unknown=unknown,
        )
        for rule in asked
    )
    # Pure, but a walk through years of openings may take a moment that others need.
    found = await asyncio.to_thread(lambda: [windows.timetable(one) for one in facts])
    return dict(zip(asked, found, strict=True))


async def known(
    since: datetime, *, estate: Estate, journal: Freezes, calendars: Calendars
) -> tuple[tuple[Freeze, ...], tuple[str, ...]]:
    """Every freeze that ends after *since*, and the look-ups that failed; raises `JournalBroken`."""
    made = (entry.freeze() for entry in estate.freezes)
    own = tuple(freeze for freeze in made if freeze is not None)
    said = tuple(await journal.freezes(since))
    found: tuple[Freeze, ...] = ()
    unknown: tuple[str, ...] = ()
    try:
        found = await calendars.freezes()
    except LookupFailed as error:
        unknown = (str(error),)
    ahead = (freeze for freeze in (*own, *said, *found) if freeze.to > since)
    return tuple(sorted(ahead, key=lambda freeze: (freeze.from_, freeze.name))), unknown


def _windows(
    estate: Estate, environment: EnvironmentName, rule: RuleName
) -> Literal["always"] | Mapping[str, Window] | None:
    needed = estate.rule(environment, rule)
    if needed is None or needed.windows == "always":
        return None if needed is None else "always"
    return {name: estate.windows[name] for name in needed.windows}
