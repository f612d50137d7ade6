"""How runs begin, wait, take each other's place and end, on SQLite and on Postgres."""

import asyncio
import random
import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.colour import Colour
from bot.domain.errors import QueueFull
from bot.domain.person import Person
from bot.domain.plan import ChangeClass, Counts, Plan
from bot.domain.request import Emergency, Wish
from bot.domain.ruling import Ask
from bot.domain.run import DEPLOY, Outcome, Run, StepName, Switching
from bot.domain.value import ChannelId, Commit, EnvironmentName, PlanDigest, RunId, TeamId, UserId
from bot.journal import Binding, Entry, NewRun
from bot.policy import queue
from bot.ports import CommitInfo
from bot.store import Store
from bot.store.chain import broken

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANA = Person(team=TeamId("T0HOME"), user=UserId("U0ANA"))
BEN = Person(team=TeamId("T0HOME"), user=UserId("U0BEN"))
STAGING = EnvironmentName("staging")
URGENT = Wish(emergency=Emergency(ticket="INC-1", reason="fire"))


def new(environment: str = "staging", asked: str = "", by: Person = ANA, **more: Any) -> NewRun:
    return NewRun(
        environment=EnvironmentName(environment),
        by=by,
        channel=ChannelId("C0DEPLOYS"),
        ref="main",
        recipe=DEPLOY,
        asked=asked or uuid.uuid4().hex,
        **more,
    )


async def known(store: Store, run: RunId) -> Run:
    found = await store.run(run)
    assert found is not None
    return found


async def end(store: Store, run: RunId, at: datetime = NOON) -> Run:
    return await store.end(run, Outcome.DONE, "good", None, at)


async def waiting(store: Store, stage: StepName = StepName.APPROVE) -> Run:
    """A run that holds staging and has come to *stage*."""
    run = await store.begin(new(), NOON)
    await store.stage(run.id, stage, NOON)
    return await known(store, run.id)


async def events(store: Store, run: RunId) -> list[tuple[str, str]]:
    return [(entry.event, entry.actor) for entry in await store.record(run)]


async def test_the_first_takes_the_environment_and_the_others_queue(store: Store) -> None:
    """In order of their numbers; another environment has a queue of its own."""
    first, second, third = [await store.begin(new(), NOON) for _ in range(3)]
    other = await store.begin(new("dev"), NOON)
    assert [run.queued for run in (first, second, third, other)] == [False, True, True, False]
    assert await store.holder(STAGING) == first
    assert list(await store.queue(STAGING)) == [second, third]
    report = await store.report(third.id, NOON)
    assert (report.place, report.holder) == (2, first)
    assert (await store.report(first.id, NOON)).place is None
    assert (await store.record(second.id))[0].data["queued"] is True


async def test_who_goes_back_is_told_the_first_place(store: Store) -> None:
    """Everybody sees the place at which their turn really comes."""
    await store.begin(new(), NOON)
    calm = await store.begin(new(), NOON)
    way_back = Switching(colour=Colour.BLUE, back=RunId(1))
    back = await store.begin(new(switch=way_back), NOON)
    assert [run.id for run in await store.queue(STAGING)] == [back.id, calm.id]
    places = [(await store.report(run.id, NOON)).place for run in (calm, back)]
    assert places == [2, 1]


async def test_an_end_hands_the_environment_on(store: Store) -> None:
    """The oldest gets it in the same transaction, and the record says so; the end is counted once."""
    first, second, third = [await store.begin(new(), NOON) for _ in range(3)]
    for _ in range(2):
        await end(store, first.id, NOON + HOUR)
    holder = await store.holder(STAGING)
    assert holder is not None
    assert (holder.id, holder.queued, holder.taken_up_at) == (second.id, False, NOON + HOUR)
    assert list(await store.queue(STAGING)) == [third]
    entry = (await store.record(second.id))[-1]
    assert (entry.event, entry.actor, entry.data) == ("run.taken_up", "interlock", {"after": first.id})
    assert first.taken_up_at is None


async def test_a_full_queue_takes_nobody(store: Store) -> None:
    """However many come at once: one holds, twenty wait, and of the others nothing is kept."""
    said = await asyncio.gather(*(store.begin(new(), NOON) for _ in range(30)), return_exceptions=True)
    assert sum(isinstance(each, QueueFull) for each in said) == 30 - 1 - queue.MOST
    assert len(await store.open_runs()) == 1 + queue.MOST
    assert len(await store.record()) == 1 + queue.MOST
    assert broken(await store.record()) is None


async def test_the_same_words_begin_one_run(store: Store) -> None:
    """Dealt with again, also many times at once, they find their run, wherever it is by then."""
    first = await store.begin(new(), NOON)
    said = await asyncio.gather(*(store.begin(new(asked="w"), NOON) for _ in range(10)))
    (second,) = {run.id for run in said}
    assert await store.begun("w") == await known(store, second)
    assert await store.begun("never") is None
    assert await store.supersede(new(asked="w"), first.id, NOON) == await known(store, second)
    assert (await known(store, first.id)).open


async def test_a_run_leaves_the_queue(store: Store) -> None:
    """It ends at once, its walk has to be told of it, and those behind it move up."""
    _, second, third = [await store.begin(new(), NOON) for _ in range(3)]
    assert await store.request_stop(second.id, BEN, NOON)
    assert not await store.request_stop(second.id, ANA, NOON)
    ended = await known(store, second.id)
    assert (ended.outcome, ended.queued, ended.stop_by) == (Outcome.CANCELLED, False, BEN)
    assert list(await store.queue(STAGING)) == [third]
    assert [run.id for run in await store.untold()] == [second.id]
    wanted = [("run.began", "T0HOME/U0ANA"), ("run.stop", "T0HOME/U0BEN"), ("run.ended", "T0HOME/U0BEN")]
    assert await events(store, second.id) == wanted
    again = await end(store, second.id)
    assert again == ended
    assert not await store.untold()


async def test_a_run_that_walks_is_only_asked_to_stop(store: Store) -> None:
    """It ends itself, where it can end well."""
    run = await waiting(store)
    assert await store.request_stop(run.id, BEN, NOON)
    assert (await known(store, run.id)).open
    assert not await store.untold()


@pytest.mark.parametrize("stage", sorted(queue.SUPERSEDABLE))
async def test_a_run_takes_anothers_place(store: Store, stage: StepName) -> None:
    """Before the queue, in one transaction; the old one knows by which, and has still to tell of it."""
    old = await waiting(store, stage)
    queued = await store.begin(new(), NOON)
    run = await store.supersede(new(by=BEN), old.id, NOON + HOUR)
    assert run is not None
    assert (run.queued, run.by) == (False, BEN)
    assert await store.holder(STAGING) == run
    assert list(await store.queue(STAGING)) == [queued]
    ended = await known(store, old.id)
    assert (ended.outcome, ended.superseded_by, ended.stage) == (Outcome.SUPERSEDED, run.id, None)
    assert ended.text == f"Run {run.id} took its place."
    assert [each.id for each in await store.untold()] == [old.id]
    assert (await events(store, old.id))[-1] == ("run.ended", "T0HOME/U0BEN")
    assert (await store.record(run.id))[0].data["instead_of"] == old.id
    # What its walk says when it notices changes neither the outcome nor who holds the environment.
    assert await store.end(old.id, Outcome.REJECTED, "x", StepName.APPROVE, NOON) == ended
    await store.stage(old.id, StepName.APPLY, NOON)
    assert await store.holder(STAGING) == run
    assert not await store.untold()


@pytest.mark.parametrize("stage", sorted(set(StepName) - queue.SUPERSEDABLE))
async def test_a_run_that_works_keeps_its_place(store: Store, stage: StepName) -> None:
    """Nothing at all is kept of what wanted to take it."""
    old = await waiting(store, stage)
    before = await store.record()
    assert await store.supersede(new(), old.id, NOON) is None
    assert await store.record() == before
    assert await store.open_runs() == [old]


async def test_what_cannot_be_superseded(store: Store) -> None:
    """A run that just began, one that waits in the queue, one that has ended, one elsewhere, one that claimed its plan."""
    began = await store.begin(new(), NOON)
    queued = await store.begin(new(), NOON)
    await store.stage(queued.id, StepName.APPROVE, NOON)
    assert await store.supersede(new(), began.id, NOON) is None
    assert await store.supersede(new(), queued.id, NOON) is None
    await store.stage(began.id, StepName.APPROVE, NOON)
    assert await store.supersede(new("dev"), began.id, NOON) is None
    assert await store.claim(began.id, PlanDigest("d" * 64), NOON)
    assert await store.supersede(new(), began.id, NOON) is None
    await end(store, began.id)
    assert await store.supersede(new(), began.id, NOON) is None


async def test_superseding_and_the_votes_at_the_same_moment(store: Store) -> None:
    """Either the run goes on to its apply and keeps its place, or it is over and never gets there."""
    for turn in range(30):
        old = await waiting(store)
        steps = [store.stage(old.id, StepName.APPLY, NOON), store.supersede(new(), old.id, NOON)]
        if turn % 2:
            steps.reverse()
        said = await asyncio.gather(*steps)
        run = next((each for each in said if each is not None), None)
        after, holder = await known(store, old.id), await store.holder(STAGING)
        assert holder is not None
        if run is None:
            assert (after.stage, after.open, holder.id) == (StepName.APPLY, True, old.id)
        else:
            assert (after.stage, after.outcome, holder.id) == (None, Outcome.SUPERSEDED, run.id)
        await end(store, holder.id)
    assert broken(await store.record()) is None


async def test_two_supersede_one(store: Store) -> None:
    """One of them gets the place, the other one nothing."""
    old = await waiting(store)
    said = await asyncio.gather(*(store.supersede(new(), old.id, NOON) for _ in range(8)))
    (run,) = [each for each in said if each is not None]
    assert await store.open_runs() == [run]


async def test_a_lock_in_the_queue(store: Store) -> None:
    """Whoever it keeps out waits without losing their place; its holder and emergencies go past; then all is as before."""
    first = await store.begin(new(), NOON)
    second = await store.begin(new(by=BEN), NOON)
    third = await store.begin(new(), NOON)
    urgent = await store.begin(new(by=BEN, wish=URGENT), NOON)
    await store.take_lock(STAGING, ANA, "mine", NOON + HOUR, NOON)
    for turn in (first, third, urgent):
        holder = await store.holder(STAGING)
        assert holder is not None
        assert holder.id == turn.id
        await end(store, turn.id)
    assert await store.holder(STAGING) is None
    assert list(await store.queue(STAGING)) == [second]
    assert await store.take_up(STAGING, NOON) is None
    report = await store.report(second.id, NOON)
    assert (report.place, report.holder) == (1, None)
    assert report.lock is not None
    assert await store.take_up(STAGING, NOON + HOUR) == second.id
    assert await store.take_up(STAGING, NOON + HOUR) is None
    assert (await events(store, second.id))[-1] == ("run.taken_up", "interlock")
    assert (await known(store, second.id)).taken_up_at == NOON + HOUR


async def test_a_newcomer_does_not_overtake_those_whom_a_lock_has_let_go(store: Store) -> None:
    """The lock has run out and nobody has noticed yet: whoever waited is let in first."""
    first = await store.begin(new(), NOON)
    second = await store.begin(new(by=BEN), NOON)
    await store.take_lock(STAGING, ANA, "mine", NOON + HOUR, NOON)
    await end(store, first.id)
    third = await store.begin(new(), NOON + HOUR)
    assert third.queued
    holder = await store.holder(STAGING)
    assert holder is not None
    assert holder.id == second.id
    assert [event for event, _ in await events(store, second.id)] == ["run.began", "run.taken_up"]


async def test_what_is_deployed_is_what_ended_last(store: Store) -> None:
    """A lock may let a later run go first; the numbers say nothing then."""
    commits = [Commit(letter * 40) for letter in "abc"]
    runs = [await store.begin(new(by=by), NOON) for by in (ANA, BEN, ANA)]
    for run, commit in zip(runs, commits, strict=True):
        await store.resolved(run.id, CommitInfo(commit=commit, subject="s", committers=()), NOON)
    await store.take_lock(STAGING, ANA, "mine", NOON + HOUR, NOON)
    for minutes, run in enumerate((runs[0], runs[2])):
        await end(store, run.id, NOON + timedelta(minutes=minutes))
    await store.take_up(STAGING, NOON + HOUR)
    await end(store, runs[1].id, NOON + HOUR)
    assert await store.deployed(STAGING) == commits[1]
    latest = await store.latest(STAGING)
    assert latest is not None
    assert latest.id == runs[1].id


async def test_many_come_and_go_at_once(store: Store) -> None:
    """Never two hold, nobody is lost, and each gets its turn in the order of its number."""
    chance = random.Random(7)  # noqa: S311 -- the order of a test is no secret
    held: list[RunId] = []
    begun: list[RunId] = []

    async def come(count: int) -> None:
        while count:
            await asyncio.sleep(chance.random() / 100)
            with suppress(QueueFull):
                begun.append((await store.begin(new(), NOON)).id)
                count -= 1

    async def go() -> None:
        while len(held) < 60:
            await asyncio.sleep(chance.random() / 100)
            holder = await store.holder(STAGING)
            if holder is None or holder.id in held:
                continue
            held.append(holder.id)
            # Several end it, as a walk and its next life after a crash may.
            await asyncio.gather(*(end(store, holder.id) for _ in range(3)))

    async def watch() -> None:
        while len(held) < 60:
            still_open = [run for run in await store.open_runs() if not run.queued]
            assert len(still_open) <= 1
            await asyncio.sleep(0)

    async with asyncio.timeout(60):
        await asyncio.gather(*(come(6) for _ in range(10)), go(), go(), watch())
    assert held == sorted(begun)
    assert len(held) == 60
    assert not await store.open_runs()
    assert await store.holder(STAGING) is None
    entries = await store.record()
    assert broken(entries) is None
    for event in ("run.began", "run.ended"):
        assert sorted(entry.run or 0 for entry in entries if entry.event == event) == held
    assert _held(entries) == held


def _held(entries: Sequence[Entry]) -> list[RunId]:
    """Who held the environment, read from the record alone, which never has two at once."""
    found: list[RunId] = []
    now: RunId | None = None
    for entry in entries:
        if entry.event == "run.taken_up" or entry.data.get("queued") is False:
            assert (now, entry.run is None) == (None, False)
            now = entry.run
        elif entry.event == "run.ended":
            assert now is not None
            assert now == entry.run
            found.append(now)
            now = None
    return found


async def test_everything_that_changes_a_run_at_once(store: Store) -> None:
    """Whoever waits for somebody who waits for them would wait for ever; nobody does."""
    for turn in range(10):
        run = await waiting(store)
        plan = Plan(
            digest=PlanDigest(f"{turn:064}"), terraform_version="1", changes=(), counts=Counts(create=1)
        )
        bound = Binding(
            run=run.id,
            plan=plan,
            file="x",
            diff="",
            commit=Commit("c" * 40),
            estate="e",
            change_class=ChangeClass.STANDARD,
            ask=Ask(votes=1, of=(), reasons=()),
        )
        async with asyncio.timeout(20):
            await asyncio.gather(
                store.planned(bound, NOON),
                store.stage(run.id, StepName.WINDOW, NOON),
                store.request_stop(run.id, BEN, NOON),
                store.await_votes(run.id, NOON, NOON),
                store.supersede(new(), run.id, NOON),
                store.begin(new(), NOON),
                store.take_lock(STAGING, BEN, "x", NOON + HOUR, NOON),
                store.release_lock(STAGING, BEN, NOON),
                end(store, run.id),
            )
            for open_run in await store.open_runs():
                await end(store, open_run.id)
    assert broken(await store.record()) is None
