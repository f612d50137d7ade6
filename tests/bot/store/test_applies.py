"""The claim, against those who stop and reject, on SQLite and on Postgres."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.domain.run import Outcome, Run
from bot.domain.vote import Choice
from bot.ports import Process
from bot.store import Store
from bot.store.chain import broken
from tests.bot.store.test_store import ANA, BEN, DIGEST, NOON, binding, new, vote


async def _stop(store: Store, run: Run) -> None:
    await store.request_stop(run.id, ANA, NOON)


async def _reject(store: Store, run: Run) -> None:
    await store.vote(vote(run, choice=Choice.REJECT))


async def _end(store: Store, run: Run) -> None:
    await store.end(run.id, Outcome.CANCELLED, "", None, NOON)


async def _change_of_mind(store: Store, run: Run) -> None:
    await _reject(store, run)
    await store.withdraw(run.id, DIGEST, BEN, "button", Choice.REJECT, NOON)


async def _approve(store: Store, run: Run) -> None:
    await store.vote(vote(run))


@pytest.mark.parametrize(
    ("change", "given"),
    [
        pytest.param(_stop, False, id="stopped"),
        pytest.param(_reject, False, id="rejected"),
        pytest.param(_end, False, id="ended"),
        pytest.param(_change_of_mind, True, id="a no that was taken back"),
        pytest.param(_approve, True, id="approved"),
    ],
)
async def test_what_came_before_the_claim(
    store: Store, change: Callable[[Store, Run], Awaitable[None]], given: bool
) -> None:
    """Nobody gets the right to execute what somebody has said no to, and the right is not used up by that."""
    run = await store.begin(new(), NOON)
    await store.planned(binding(run), NOON)
    await change(store, run)
    assert await store.claim(run.id, DIGEST, NOON) is given
    assert (await store.claimed(DIGEST) is not None) is given


async def test_a_right_is_given_back(store: Store) -> None:
    """By whoever took it at that very moment, as long as nothing was begun with it; the record says so."""
    run = await store.begin(new(), NOON)
    await store.planned(binding(run), NOON)
    await store.unclaim(run.id, DIGEST, NOON)
    assert await store.claim(run.id, DIGEST, NOON)
    await store.unclaim(run.id, DIGEST, NOON + timedelta(microseconds=1))
    assert await store.claimed(DIGEST) is not None
    await store.unclaim(run.id, DIGEST, NOON)
    assert await store.claimed(DIGEST) is None
    assert await store.claim(run.id, DIGEST, NOON)
    await store.began(DIGEST, Process(pid=1, started=1, boot="b"), NOON)
    await store.unclaim(run.id, DIGEST, NOON)
    assert await store.claimed(DIGEST) is not None
    events = [entry.event for entry in await store.record(run.id)]
    assert events[-4:] == ["apply.claimed", "apply.unclaimed", "apply.claimed", "apply.began"]
    assert broken(await store.record()) is None
