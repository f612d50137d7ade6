"""Which deploys were good, which were taken back, and what takes them back, on SQLite and on Postgres."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.colour import Colour
from bot.domain.errors import QueueFull
from bot.domain.person import INTERLOCK, Person
from bot.domain.plan import ChangeClass, Counts, Plan
from bot.domain.ruling import Ask
from bot.domain.run import DEPLOY, DEPLOY_BACK, Outcome, Run, StepName, Switching
from bot.domain.value import ChannelId, Commit, EnvironmentName, PlanDigest, RunId, TeamId, UserId
from bot.journal import Binding, NewRun
from bot.ports import CommitInfo
from bot.store import Store
from bot.store.chain import broken

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANA = Person(team=TeamId("T0HOME"), user=UserId("U0ANA"))
STAGING = EnvironmentName("staging")
GREEN = Switching(colour=Colour.GREEN)


def new(environment: str = "staging", **more: Any) -> NewRun:
    usual: dict[str, Any] = {
        "environment": environment,
        "by": ANA,
        "channel": ChannelId("C0DEPLOYS"),
        "ref": "main",
        "recipe": DEPLOY,
        "asked": uuid.uuid4().hex,
    }
    return NewRun(**usual | more)


def back(run: RunId, **more: Any) -> NewRun:
    usual: dict[str, Any] = {"reverts": run, "recipe": DEPLOY_BACK, "ref": "a" * 40, "review": True}
    return new(**usual | more)


async def known(store: Store, run: RunId) -> Run:
    found = await store.run(run)
    assert found is not None
    return found


class Past:
    """Runs that come one after the other, an hour apart."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now, self.pause = NOON, HOUR

    async def walked(self, what: NewRun, commit: str, *, applied: bool = True) -> Run:
        """A run of *commit* that has come to its end, but has not ended."""
        store = self.store
        run = await store.begin(what, self.now)
        brought = CommitInfo(commit=Commit(commit * 40), subject="", committers=())
        await store.resolved(run.id, brought, self.now)
        digest = PlanDigest(uuid.uuid4().hex * 2)
        binding = Binding(
            run=run.id,
            plan=Plan(digest=digest, terraform_version="1.11.4", changes=(), counts=Counts(create=1)),
            file="plan",
            diff="",
            commit=brought.commit,
            estate="",
            change_class=ChangeClass.STANDARD,
            ask=Ask(votes=0, of=(), reasons=()),
        )
        await store.planned(binding, self.now)
        if applied:
            assert await store.claim(run.id, digest, self.now)
        return await known(store, run.id)

    async def ended(
        self, commit: str, outcome: Outcome = Outcome.DONE, what: NewRun | None = None, **how: Any
    ) -> Run:
        """The same, ended."""
        run = await self.walked(what or new(), commit, **how)
        self.now += self.pause
        return await self.store.end(run.id, outcome, "", None, self.now)


@pytest.fixture
def past(store: Store) -> Past:
    return Past(store)


def named(run: Run | None) -> RunId | None:
    return run.id if run else None


async def test_what_was_good_before(store: Store, past: Past) -> None:
    """The last deploy before it that ended well, whatever came between; nothing of another environment."""
    first = await past.ended("a")
    assert await store.good_before(first) is None
    await past.ended("b", Outcome.FAILED)
    await past.ended("c", what=new("prod"))
    await past.ended("d", what=new(switch=GREEN))
    last = await past.ended("e", Outcome.FAILED)
    assert named(await store.good_before(last)) == first.id
    assert named(await store.good_before(first)) is None


async def test_before_the_end_everything_that_ended_was_before(store: Store, past: Past) -> None:
    """A run that is about to end is asked about, too."""
    good = await past.ended("a")
    still_open = await past.walked(new(), "b")
    assert named(await store.good_before(still_open)) == good.id
    assert await store.good_since(still_open) is None


async def test_what_was_good_since(store: Store, past: Past) -> None:
    """The last one after it; one that failed does not count."""
    bad = await past.ended("a", Outcome.FAILED)
    assert await store.good_since(bad) is None
    await past.ended("b", Outcome.FAILED)
    assert await store.good_since(bad) is None
    good = await past.ended("c")
    assert named(await store.good_since(bad)) == good.id
    assert await store.good_since(good) is None


async def test_ends_of_the_same_moment(store: Store, past: Past) -> None:
    """Numbers tell which came first then."""
    past.pause = timedelta()
    first, second, third = same = [await past.ended(commit) for commit in "abc"]
    assert [named(await store.good_before(run)) for run in same] == [None, first.id, second.id]
    assert [named(await store.good_since(run)) for run in same] == [third.id, third.id, None]


async def test_what_was_taken_back_is_not_gone_back_to(store: Store, past: Past) -> None:
    """It ended well, and people found later that it was bad; a way back that applied nothing changes nothing."""
    first, second = await past.ended("a"), await past.ended("b")
    await past.ended("a", Outcome.REJECTED, back(second.id), applied=False)
    bad = await past.ended("c", Outcome.FAILED)
    assert named(await store.good_before(bad)) == second.id
    await past.ended("a", Outcome.FAILED, back(second.id))
    bad = await past.ended("d", Outcome.FAILED)
    assert named(await store.good_before(bad)) == first.id


async def test_a_run_says_what_takes_it_back(store: Store, past: Past) -> None:
    """The newest; and to whoever brings the same commit again it is told, for a day."""
    await past.ended("a")
    bad = await past.ended("b", Outcome.FAILED)
    assert (await store.report(bad.id, past.now)).way_back is None
    await past.ended("a", Outcome.FAILED, back(bad.id))
    second = await past.ended("a", what=back(bad.id))
    assert named((await store.report(bad.id, past.now)).way_back) == second.id
    assert (await known(store, second.id)).back == bad.id
    again, other = await past.ended("b"), await past.ended("c")
    assert named((await store.report(again.id, past.now)).taken_back) == second.id
    assert (await store.report(other.id, past.now)).taken_back is None
    assert (await store.report(second.id, past.now)).taken_back is None
    assert (await store.report(bad.id, past.now)).taken_back is None
    assert (await store.report(again.id, past.now + 24 * HOUR)).taken_back is None


async def test_an_end_hands_over_to_the_way_back(store: Store, past: Past) -> None:
    """In one transaction, before those who wait; with its review, and once, however often it is said."""
    bad = await past.walked(new(), "b")
    waits = await store.begin(new(), NOON)
    then = back(bad.id, by=INTERLOCK, asked=f"rollback:{bad.id}")
    for _ in range(2):
        await store.end(bad.id, Outcome.FAILED, "503", StepName.BAKE, NOON, then)
    holder = await store.holder(STAGING)
    assert holder is not None
    assert (holder.back, holder.by, holder.queued, holder.recipe) == (bad.id, INTERLOCK, False, DEPLOY_BACK)
    assert [run.id for run in await store.queue(STAGING)] == [waits.id]
    assert [run.id for run in await store.open_runs()] == [waits.id, holder.id]
    began, opened = await store.record(holder.id)
    assert (began.event, began.actor, began.data["reverts"]) == ("run.began", "interlock", bad.id)
    assert (opened.event, opened.actor) == ("review.opened", "interlock")
    assert [review.run for review in await store.reviews()] == [holder.id]
    assert broken(await store.record()) is None
    await store.end(holder.id, Outcome.DONE, "", None, NOON)
    assert named(await store.holder(STAGING)) == waits.id


async def test_many_ends_at_once_go_back_once(store: Store, past: Past) -> None:
    """Two processes that think they walk the same run begin one way back."""
    bad = await past.walked(new(), "b")
    then = back(bad.id, by=INTERLOCK, asked=f"rollback:{bad.id}")
    await asyncio.gather(
        *(store.end(bad.id, Outcome.FAILED, "", StepName.BAKE, NOON, then) for _ in range(8))
    )
    assert len(await store.open_runs()) == 1


async def test_a_way_back_by_plan_never_waits(store: Store, past: Past) -> None:
    """What would be good to go back to may be something else by its turn."""
    bad = await past.ended("b", Outcome.FAILED)
    await store.begin(new(), NOON)
    with pytest.raises(QueueFull):
        await store.begin(back(bad.id), NOON)
    assert not await store.queue(STAGING)
    assert not await store.reviews()
