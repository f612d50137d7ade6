"""What is gathered for the law: windows of the rule, and the freezes of estate, Slack and calendars."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot import timetable
from bot.domain.errors import JournalBroken
from bot.domain.estate import ClassRule, Environment, Estate, RuleName
from bot.domain.ruling import ReasonCode
from bot.domain.value import EnvironmentName
from bot.domain.window import Freeze, FreezeEntry, Window
from tests.fakes.town import ESTATE, NOON, Wall

PROD, STAGING = EnvironmentName("prod"), EnvironmentName("staging")
HOUR = timedelta(hours=1)


class Rows:
    """A journal that holds freezes, or cannot be read."""

    def __init__(self, *freezes: Freeze, broken: bool = False) -> None:
        self._freezes = freezes
        self._broken = broken

    async def freezes(self, since: datetime) -> Sequence[Freeze]:
        if self._broken:
            raise JournalBroken
        return self._freezes


def freeze(name: str, source: Any, begins: timedelta = -HOUR, ends: timedelta = HOUR) -> Freeze:
    return Freeze(name=name, from_=NOON + begins, to=NOON + ends, source=source)


@pytest.fixture
def estate() -> Estate:
    """Give an estate with a window for standard changes, and a freeze that begins tomorrow."""
    classes = {**ESTATE.classes, RuleName.STANDARD: ClassRule(votes=0, windows=("sundays",))}
    entry = FreezeEntry.model_validate(
        {"name": "own", "from": "2026-11-22T03:00Z", "to": "2026-11-22T04:00Z", "environments": ["prod"]}
    )
    update = {
        "windows": {"sundays": Window(opens="0 2 * * sun", lasts=4 * HOUR, timezone="UTC")},
        "classes": classes,
        "freezes": (entry, FreezeEntry(name="calendar", calendar="x.ics")),
        "environments": {
            **ESTATE.environments,
            "staging": Environment(
                branch="x", classes={RuleName.STANDARD: ClassRule(votes=0, windows="always")}
            ),
        },
    }
    return ESTATE.model_copy(update=update)


async def test_the_windows_are_those_of_the_rule(estate: Estate) -> None:
    """The environment's own words go before the estate's; a class without windows is always open."""
    rows, wall = Rows(), Wall()
    standard = await timetable.of(PROD, RuleName.STANDARD, NOON, estate=estate, journal=rows, calendars=wall)
    assert (standard.open, standard.next_open) == (False, NOON + 14 * HOUR)
    high = await timetable.of(PROD, RuleName.HIGH_RISK, NOON, estate=estate, journal=rows, calendars=wall)
    assert (high.open, high.window, high.closes) == (True, "always", NOON + 15 * HOUR)
    own = await timetable.of(STAGING, RuleName.STANDARD, NOON, estate=estate, journal=rows, calendars=wall)
    assert (own.open, own.closes) == (True, None)


async def test_what_the_estate_has_no_rule_for_is_closed(estate: Estate) -> None:
    """An emergency needs a rule of its own."""
    found = await timetable.of(
        PROD, RuleName.EMERGENCY, NOON, estate=estate, journal=Rows(), calendars=Wall()
    )
    assert [reason.code for reason in found.reasons] == [ReasonCode.NO_EMERGENCY]


async def test_freezes_come_from_three_places(estate: Estate) -> None:
    """In the order in which they begin, without those that are over."""
    rows = Rows(freeze("said", "slack"), freeze("over", "slack", -2 * HOUR, timedelta()))
    wall = Wall(freeze("hung", "calendar", -2 * HOUR))
    found, unknown = await timetable.known(NOON, estate=estate, journal=rows, calendars=wall)
    assert ([each.name for each in found], unknown) == (["hung", "said", "own"], ())
    table = await timetable.of(PROD, RuleName.HIGH_RISK, NOON, estate=estate, journal=rows, calendars=wall)
    assert table.freezes == ("hung", "said")
    assert table.next_open == NOON + HOUR


async def test_a_calendar_that_cannot_be_read_closes(estate: Estate) -> None:
    """And is named; the freezes that are known are told as well."""
    wall = Wall()
    wall.broken = "The calendar “x” cannot be read: no answer."
    rows = Rows(freeze("said", "slack"))
    tables = await timetable.each(
        PROD, (RuleName.HIGH_RISK, RuleName.STANDARD), NOON, estate=estate, journal=rows, calendars=wall
    )
    assert list(tables) == [RuleName.HIGH_RISK, RuleName.STANDARD]
    codes = [reason.code for reason in tables[RuleName.HIGH_RISK].reasons]
    assert codes == [ReasonCode.LOOKUP_FAILED, ReasonCode.FROZEN]
    assert "“x”" in tables[RuleName.HIGH_RISK].reasons[0].text


async def test_a_database_that_is_away_is_no_answer(estate: Estate) -> None:
    """Whoever asks waits, or refuses."""
    with pytest.raises(JournalBroken):
        await timetable.of(
            PROD, RuleName.HIGH_RISK, NOON, estate=estate, journal=Rows(broken=True), calendars=Wall()
        )
