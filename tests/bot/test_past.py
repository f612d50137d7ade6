"""What lies behind an environment, as its rows say."""

from bot import past
from bot.domain.lease import LeaseEnd
from bot.domain.request import Rollback
from bot.domain.run import Outcome
from bot.domain.value import RunId
from bot.store import Store
from tests.fakes.leases import PROD, begun, lease, moved, over
from tests.fakes.town import NOON


async def test_what_lies_behind_a_switch(sqlite_url: str) -> None:
    """The run that is meant, what it left behind, who moved that since, and who is there now."""
    store = await Store.open(sqlite_url)
    first = await over(store, "admin", "store")
    await store.lease(lease(run=first), NOON)
    second = await over(store, "store")
    holder = await begun(store, deploy=True)
    found = await past.of(Rollback(environment=PROD, run=first), store)
    assert found.run is not None
    assert found.holder is not None
    assert (found.run.id, found.holder.id) == (first, holder.id)
    assert found.lease == lease(run=first)
    assert [(one.run.id, one.services) for one in found.newer] == [
        (first, ("admin", "store")),
        (second, ("store",)),
    ]
    last = await past.of(Rollback(environment=PROD), store)
    assert last.run is not None
    assert (last.run.id, last.lease, last.newer) == (second, None, ())
    assert (await past.standing(lease(run=first), store)).services == ("admin",)
    third = await over(store, "admin", back=first)
    assert (await past.standing(lease(run=first), store)).end is LeaseEnd.BACK
    missing = await past.of(Rollback(environment=PROD, run=RunId(third + 9)), store)
    assert (missing.run, missing.lease) == (None, None)
    await store.close()


async def test_a_run_that_puts_back_what_it_moved(sqlite_url: str) -> None:
    """It is told from one that goes on."""
    store = await Store.open(sqlite_url)
    run = await begun(store)
    await moved(store, run, "store", returned=True)
    assert (await past.of(Rollback(environment=PROD, run=run.id), store)).returning
    await store.end(run.id, Outcome.RETURNED, "", None, NOON)
    await moved(store, await begun(store), "store")
    assert not (await past.of(Rollback(environment=PROD, run=run.id), store)).returning
    await store.close()
