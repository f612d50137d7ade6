"""A fresh plan in the place of the run's plan, on SQLite and on Postgres."""

from datetime import timedelta

import pytest

from bot.domain.risk import History
from bot.domain.run import Outcome, StepName
from bot.domain.value import EnvironmentName, PlanDigest
from bot.store import Store
from tests.bot.store.test_store import ANA, BEN, DIGEST, NOON, binding, new, vote

FRESH = PlanDigest("e" * 64)


async def test_votes_are_carried(store: Store) -> None:
    """What stood on the old plan stands on the new one, with the same people at the same time."""
    run = await store.begin(new(), NOON)
    await store.planned(binding(run), NOON)
    await store.vote(vote(run))
    await store.vote(vote(run, via="+1"))
    await store.withdraw(run.id, DIGEST, BEN, "+1", vote(run).choice, NOON)
    await store.replanned(binding(run, FRESH), NOON, carried=True)
    found = [each for each in await store.votes(run.id) if each.digest == FRESH]
    assert [(each.voter, each.via, each.at) for each in found] == [(BEN, "button", NOON)]
    bound = await store.binding(run.id)
    known = await store.run(run.id)
    assert bound is not None
    assert known is not None
    assert (bound.plan.digest, known.digest) == (FRESH, FRESH)


@pytest.mark.parametrize("named", [DIGEST, PlanDigest(DIGEST[:16])], ids=["whole", "as a card names it"])
async def test_a_vote_is_taken_back_where_it_was_cast(store: Store, named: PlanDigest) -> None:
    """The emoji is on the old card: whoever takes it away there takes away what was carried over, and no more."""
    run = await store.begin(new(), NOON)
    await store.planned(binding(run), NOON)
    cast = vote(run, via="+1")
    for each in (cast, vote(run, via="button"), vote(run, via="+1", by=ANA)):
        await store.vote(each)
    await store.replanned(binding(run, FRESH), NOON, carried=True)
    assert await store.withdraw(run.id, named, BEN, "+1", cast.choice, NOON + timedelta(minutes=1))
    found = {(each.voter, each.via) for each in await store.votes(run.id) if each.digest == FRESH}
    assert found == {(BEN, "button"), (ANA, "+1")}
    assert (await store.record(run.id))[-1].event == "vote.withdrawn"


async def test_a_vote_on_the_new_card_stays(store: Store) -> None:
    """What was said of the new plan itself has nothing to do with the old card."""
    run = await store.begin(new(), NOON)
    await store.planned(binding(run), NOON)
    cast = vote(run, via="+1")
    await store.vote(cast)
    await store.replanned(binding(run, FRESH), NOON, carried=False)
    later = NOON + timedelta(minutes=1)
    await store.vote(cast.model_copy(update={"digest": FRESH, "at": later}))
    assert await store.withdraw(run.id, PlanDigest(DIGEST[:16]), BEN, "+1", cast.choice, later)
    assert [each.digest for each in await store.votes(run.id)] == [FRESH]


async def test_votes_are_void(store: Store) -> None:
    """Nothing of the old plan stands for one that does something else, and the record says so."""
    run = await store.begin(new(), NOON)
    await store.planned(binding(run), NOON)
    await store.vote(vote(run))
    await store.replanned(binding(run, FRESH), NOON, carried=False)
    assert not [each for each in await store.votes(run.id) if each.digest == FRESH]
    told = (await store.record(run.id))[-1]
    assert (told.event, told.data["carried"], told.data["votes"]) == ("run.replanned", False, 1)


async def test_whoever_is_asked_again_gets_the_whole_time(store: Store) -> None:
    """Back from a later step, the time for votes begins anew; asked twice in one step, it does not."""
    run = await store.begin(new(), NOON)
    await store.stage(run.id, StepName.APPROVE, NOON)
    await store.await_votes(run.id, NOON + timedelta(hours=1), NOON)
    await store.stage(run.id, StepName.APPROVE, NOON)
    again = await store.await_votes(run.id, NOON + timedelta(hours=2), NOON)
    assert again.expires_at == NOON + timedelta(hours=1)
    await store.stage(run.id, StepName.APPLY, NOON)
    await store.stage(run.id, StepName.APPROVE, NOON)
    anew = await store.await_votes(run.id, NOON + timedelta(hours=2), NOON)
    assert anew.expires_at == NOON + timedelta(hours=2)


async def test_what_it_waits_for_is_kept(store: Store) -> None:
    """A run that waits for its time says when that is."""
    run = await store.begin(new(), NOON)
    await store.awaits(run.id, NOON + timedelta(days=1), NOON)
    known = await store.run(run.id)
    assert known is not None
    assert known.begins_at == NOON + timedelta(days=1)


async def test_how_long_the_last_one_took(store: Store) -> None:
    """Counted from the claim of its apply; nobody knows before a run has ended well."""
    staging = EnvironmentName("staging")
    assert await store.lasted(staging) is None
    run = await store.begin(new(), NOON)
    await store.planned(binding(run), NOON)
    assert await store.claim(run.id, DIGEST, NOON + timedelta(minutes=10))
    await store.end(run.id, Outcome.DONE, "", None, NOON + timedelta(minutes=52))
    assert await store.lasted(staging) == timedelta(minutes=42)


async def test_what_is_there(store: Store) -> None:
    """The newest word stands, for its environment alone; before the first nothing is known."""
    staging = EnvironmentName("staging")
    assert await store.history(staging) == History()
    run = await store.begin(new(), NOON)
    for history in (History(existed={"a": "x"}, lineage="l"), History(existed={}, lineage="m")):
        await store.snapshot(run, history, NOON)
        assert await store.history(staging) == history
    assert await store.history(EnvironmentName("prod")) == History()
