"""The rows of locks, on SQLite and on Postgres."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.domain.person import Person
from bot.domain.value import EnvironmentName, TeamId, UserId
from bot.store import Store
from bot.store.chain import broken

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANA = Person(team=TeamId("T0HOME"), user=UserId("U0ANA"))
BEN = Person(team=TeamId("T0HOME"), user=UserId("U0BEN"))
PROD = EnvironmentName("prod")


async def told(store: Store) -> list[tuple[str, str]]:
    return [(entry.event, entry.actor) for entry in await store.record()]


async def test_a_lock_counts_until_its_end(store: Store) -> None:
    """By the clock alone, in its environment alone."""
    lock = await store.take_lock(PROD, ANA, "moving", NOON + HOUR, NOON)
    assert (lock.by, lock.reason, lock.at, lock.until) == (ANA, "moving", NOON, NOON + HOUR)
    assert await store.lock(PROD, NOON) == lock
    assert await store.lock(PROD, NOON + HOUR) is None
    assert await store.lock(EnvironmentName("dev"), NOON) is None
    assert await told(store) == [("lock.taken", "T0HOME/U0ANA")]


async def test_the_holder_renews(store: Store) -> None:
    """It stays the same lock; the same words again change nothing, and nothing is recorded twice."""
    first = await store.take_lock(PROD, ANA, "moving", NOON + HOUR, NOON)
    for _ in range(2):
        again = await store.take_lock(PROD, ANA, "still moving", NOON + 2 * HOUR, NOON + HOUR / 2)
        assert again == first.model_copy(update={"reason": "still moving", "until": NOON + 2 * HOUR})
    assert await store.lock(PROD, NOON + HOUR) == again
    assert [event for event, _ in await told(store)] == ["lock.taken", "lock.renewed"]


async def test_somebody_takes_it_over(store: Store) -> None:
    """The former lock ends, with the reason; the new one is another."""
    first = await store.take_lock(PROD, ANA, "moving", NOON + HOUR, NOON)
    second = await store.take_lock(PROD, BEN, "fire", NOON + 2 * HOUR, NOON)
    assert await store.lock(PROD, NOON) == second
    former = first.model_copy(update={"ended_at": NOON, "ended_by": BEN, "taken_over": "fire"})
    assert list(await store.unsettled_locks()) == [former, second]
    assert await told(store) == [("lock.taken", "T0HOME/U0ANA"), ("lock.taken_over", "T0HOME/U0BEN")]
    assert (await store.record())[1].data["from"] == "T0HOME/U0ANA"


async def test_a_lock_is_given_back_once(store: Store) -> None:
    """Whoever comes second hears that there is none."""
    await store.take_lock(PROD, ANA, "moving", NOON + HOUR, NOON)
    ended = await asyncio.gather(*(store.release_lock(PROD, BEN, NOON) for _ in range(5)))
    (lock,) = [each for each in ended if each is not None]
    assert (lock.by, lock.ended_by, lock.ended_at, lock.taken_over) == (ANA, BEN, NOON, "")
    assert await store.lock(PROD, NOON) is None
    assert [event for event, _ in await told(store)] == ["lock.taken", "lock.released"]


async def test_a_lock_that_ran_out_is_no_lock(store: Store) -> None:
    """Nobody has to clear it away: it cannot be ended, and the next lock takes over from nobody."""
    first = await store.take_lock(PROD, ANA, "moving", NOON + HOUR, NOON)
    assert await store.release_lock(PROD, ANA, NOON + HOUR) is None
    second = await store.take_lock(PROD, BEN, "fire", NOON + 3 * HOUR, NOON + HOUR)
    assert list(await store.unsettled_locks()) == [first, second]
    again = await store.take_lock(PROD, ANA, "mine", NOON + 9 * HOUR, NOON + 4 * HOUR)
    assert again.id not in {first.id, second.id}
    assert [event for event, _ in await told(store)] == ["lock.taken"] * 3


async def test_what_is_told_is_settled(store: Store) -> None:
    """It is not looked at again."""
    lock = await store.take_lock(PROD, ANA, "moving", NOON + HOUR, NOON)
    await store.settle_lock(lock)
    assert not await store.unsettled_locks()


async def test_a_hundred_lock_at_once(store: Store) -> None:
    """Each takes over from the one before, and one lock counts in the end."""
    people = [Person(team=TeamId("T0HOME"), user=UserId(f"U0P{number}")) for number in range(30)]
    taken = await asyncio.gather(
        *(store.take_lock(PROD, one, f"for {one.user}", NOON + HOUR, NOON) for one in people)
    )
    counting = [lock for lock in await store.unsettled_locks() if lock.counts(NOON)]
    assert counting == [await store.lock(PROD, NOON)]
    assert len({lock.id for lock in taken}) == 30
    assert broken(await store.record()) is None


async def test_any_reason_can_be_kept(store: Store) -> None:
    """Whatever was written, NUL and halves of characters among it."""
    lock = await store.take_lock(PROD, ANA, "a\0b \ud800 <!channel>", NOON + HOUR, NOON)
    assert lock.reason == "a\N{REPLACEMENT CHARACTER}b ? <!channel>"
    assert await store.release_lock(PROD, ANA, NOON) is not None
