"""Freezes from Slack, on SQLite and on Postgres."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.person import Person
from bot.domain.value import EnvironmentName, TeamId, UserId
from bot.domain.window import Freeze
from bot.store import Store
from bot.store.chain import broken

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANA = Person(team=TeamId("T0HOME"), user=UserId("U0ANA"))
BEN = Person(team=TeamId("T0HOME"), user=UserId("U0BEN"))


def freeze(name: str, begins: timedelta = HOUR, ends: timedelta = 2 * HOUR, **more: Any) -> Freeze:
    facts = {"name": name, "from_": NOON + begins, "to": NOON + ends, "source": "slack", "by": ANA}
    return Freeze(**(facts | more))


async def test_a_freeze_comes_back_as_it_was_added(store: Store) -> None:
    """Until it ends; the first to begin is the first."""
    late, early = (
        freeze("Year “end” 🎄", 3 * HOUR, 4 * HOUR, environments=(EnvironmentName("prod"),)),
        freeze("b"),
    )
    assert await store.freeze(late, NOON)
    assert await store.freeze(early, NOON)
    assert list(await store.freezes(NOON)) == [early, late]
    assert list(await store.freezes(NOON + 2 * HOUR)) == [late]
    assert list(await store.freezes(NOON + 4 * HOUR)) == []


async def test_a_name_is_given_once(store: Store) -> None:
    """Of many who take a name at the same time one gets it; when its freeze is over, it is free again."""
    made = await asyncio.gather(*(store.freeze(freeze("x"), NOON) for _ in range(20)))
    assert made.count(True) == 1
    assert not await store.freeze(freeze("X", 5 * HOUR, 6 * HOUR), NOON)
    assert await store.freeze(freeze("x", 5 * HOUR, 6 * HOUR), NOON + 2 * HOUR)


async def test_a_freeze_is_lifted_once(store: Store) -> None:
    """It is gone, its name is free, and who did what is in the record."""
    await store.freeze(freeze("x"), NOON)
    assert await store.lift("x", BEN, NOON)
    assert not await store.lift("x", BEN, NOON)
    assert list(await store.freezes(NOON)) == []
    assert await store.freeze(freeze("x"), NOON)
    assert not await store.lift("x", BEN, NOON + 2 * HOUR)
    entries = await store.record()
    assert [(entry.event, entry.actor) for entry in entries] == [
        ("freeze.added", "T0HOME/U0ANA"),
        ("freeze.lifted", "T0HOME/U0BEN"),
        ("freeze.added", "T0HOME/U0ANA"),
    ]
    assert entries[0].data["to"] == "2026-11-21 14:00:00+00:00"
    assert broken(entries) is None


async def test_a_freeze_of_interlocks_own(store: Store) -> None:
    """One that nobody asked for is kept as nobody's."""
    assert await store.freeze(freeze("x", by=None), NOON)
    (kept,) = await store.freezes(NOON)
    assert kept.by is None
    assert [entry.actor for entry in await store.record()] == ["interlock"]
