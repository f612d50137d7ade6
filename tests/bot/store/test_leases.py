"""The rows of old colours that are kept, and of what was done last, on SQLite and on Postgres."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.lease import LeaseEnd
from bot.domain.report import Verdict
from bot.domain.run import Outcome
from bot.domain.value import PlanDigest, RunId
from bot.store import Store
from bot.store.chain import broken
from tests.fakes.leases import HOUR, PROD, begun, check, lease, over
from tests.fakes.town import NOON, person


async def told(store: Store, run: RunId) -> list[str]:
    return [entry.event for entry in await store.record(run) if entry.event.startswith("lease.")]


async def test_a_lease_from_its_begin_to_its_end(store: Store) -> None:
    """It is kept once, looked at, kept longer, and ends once; each change is on what the one before left."""
    run = await over(store, "admin", "store")
    kept = lease(run=run)
    for again in (kept, kept.model_copy(update={"until": NOON})):
        await store.lease(again, NOON)
    assert (await store.leased(run), await store.leases()) == (kept, (kept,))
    seen = await store.looked(run, (check(Verdict.PASS),), NOON + HOUR)
    assert seen is not None
    assert (seen.sound, seen.looked_at, seen.turns) == (True, NOON + HOUR, 0)
    longer = await store.extend(run, NOON + 30 * HOUR, person("ben"), "words:1", NOON + HOUR)
    assert longer is not None
    assert (longer.until, longer.checks) == (NOON + 30 * HOUR, seen.checks)
    retired = {"ended_at": NOON + 2 * HOUR, "end": LeaseEnd.RETIRED, "ended_by": person("ben")}
    ended = await store.end_lease(kept.model_copy(update=retired))
    assert ended == longer.model_copy(update=retired)
    assert await store.end_lease(kept.model_copy(update={"ended_at": NOON, "end": LeaseEnd.OVER})) is None
    assert await store.extend(run, NOON + 99 * HOUR, person("ben"), "words:2", NOON) is None
    assert await store.looked(run, (), NOON) is None
    assert await store.leases() == (ended,)
    await store.settle_lease(run)
    assert (await store.leases(), await store.leased(run)) == ((), ended)
    assert await told(store, run) == ["lease.began", "lease.extended", "lease.ended"]
    assert broken(await store.record()) is None


async def test_the_same_words_keep_it_longer_once(store: Store) -> None:
    """Dealt with again after a crash, they find it done."""
    run = await over(store, "store")
    await store.lease(lease(run=run), NOON)
    for hours in (30, 36):
        found = await store.extend(run, NOON + hours * HOUR, person("ben"), "words:1", NOON)
        assert found is not None
        assert found.until == NOON + 30 * HOUR
    assert await told(store, run) == ["lease.began", "lease.extended"]


PASS, FAIL, UNKNOWN = (check(verdict) for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN))


@pytest.mark.parametrize(
    ("looks", "turns", "why"),
    [
        pytest.param([(PASS,), (PASS,)], 0, "", id="well"),
        pytest.param([()], 0, "", id="nothing to ask"),
        pytest.param([(PASS, FAIL)], 1, "store blue: http: 503, wanted 200", id="bad at the first look"),
        pytest.param(
            [(PASS,), (FAIL,), (FAIL,)], 1, "store blue: http: 503, wanted 200", id="turns bad, once"
        ),
        pytest.param([(FAIL,), (PASS,), (PASS,)], 2, "", id="turns good, once"),
        pytest.param([(UNKNOWN,)], 1, "store blue: http: 503, wanted 200", id="nobody can say"),
        pytest.param([(UNKNOWN,), (FAIL,)], 2, "store blue: http: 503, wanted 200", id="turns worse"),
        pytest.param(
            [(FAIL,), (UNKNOWN,), (FAIL,)], 1, "store blue: http: 503, wanted 200", id="to and fro is no news"
        ),
    ],
)
async def test_its_checks_turn(store: Store, looks: list[Any], turns: int, why: str) -> None:
    """Each turn counts once, and is recorded."""
    run = await over(store, "store")
    await store.lease(lease(run=run), NOON)
    for seen in looks:
        await store.looked(run, seen, NOON)
    kept = await store.leased(run)
    assert kept is not None
    assert (kept.turns, kept.why) == (turns, why)
    assert (await told(store, run)).count("lease.turned") == turns


async def test_less_of_it_is_kept(store: Store) -> None:
    """What moved on is no concern of its checks any more."""
    run = await over(store, "admin", "store")
    await store.lease(lease(run=run), NOON)
    await store.looked(run, (FAIL,), NOON)
    await store.narrow(run, ("admin",), NOON)
    kept = await store.leased(run)
    assert kept is not None
    assert (kept.services, kept.checks, kept.looked_at) == (("admin",), (), None)


async def test_many_at_the_same_time(store: Store) -> None:
    """A look that comes back late changes nothing but what it saw."""
    run = await over(store, "store")
    await store.lease(lease(run=run), NOON)
    await asyncio.gather(
        *(store.looked(run, (PASS,), NOON + timedelta(minutes=n)) for n in range(5)),
        store.extend(run, NOON + 30 * HOUR, person("ben"), "words:1", NOON),
    )
    kept = await store.leased(run)
    assert kept is not None
    assert kept.until == NOON + 30 * HOUR


async def test_what_switched_since(store: Store) -> None:
    """Switches that made all their moves; of those that ended otherwise only a way back that stays."""
    first = await over(store, "store")
    await over(store, "store", outcome=Outcome.RETURNED, returned=True)
    await over(store, "store", outcome=Outcome.REFUSED, made=0)
    await over(store, "store", "admin", made=1, outcome=Outcome.FAILED, back=first)
    bad_bake = await over(store, "store", "admin", outcome=Outcome.FAILED, back=first)
    await over(store, "store", outcome=Outcome.CANCELLED, back=first, returned=True)
    good = await over(store, "store", back=first)
    found = await store.switched(PROD, NOON)
    assert [(one.run.id, one.services) for one in found] == [
        (first, ("store",)),
        (bad_bake, ("store", "admin")),
        (good, ("store",)),
    ]
    assert await store.switched(PROD, NOON + HOUR) == []


async def test_what_changed_last(store: Store) -> None:
    """The run that a way back without a number means."""
    assert await store.changed(PROD) is None
    run = await over(store, "store")
    await over(store, "store", outcome=Outcome.RETURNED, returned=True)
    await over(store, "store", outcome=Outcome.CANCELLED, made=0)
    refused = await begun(store, deploy=True)
    await store.end(refused.id, Outcome.REFUSED, "", None, NOON + 2 * HOUR)
    found = await store.changed(PROD)
    assert found is not None
    assert found.id == run


async def test_what_was_applied_last(store: Store) -> None:
    """Of several runs the one that ended last, however it ended; neither one that claimed nothing nor a switch."""
    assert await store.last_applied(PROD) is None
    for number, outcome in enumerate((Outcome.DONE, Outcome.UNKNOWN)):
        run = await begun(store, deploy=True)
        assert await store.claim(run.id, PlanDigest(f"{number:064}"), NOON)
        await store.end(run.id, outcome, "", None, NOON + number * HOUR)
    refused = await begun(store, deploy=True)
    await store.end(refused.id, Outcome.REFUSED, "", None, NOON + 2 * HOUR)
    await over(store, "store")
    found = await store.last_applied(PROD)
    assert found is not None
    assert found.id == run.id
