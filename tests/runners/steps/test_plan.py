"""Planning, after a wait in the queue."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.errors import RefUnknown
from bot.domain.run import DEPLOY, DEPLOY_BACK, Outcome, Run
from bot.domain.value import Commit, RunId
from bot.journal import NewRun
from bot.ports import CommitInfo
from runners.kit import Kit
from runners.steps import Halt
from runners.steps.plan import Plan
from tests.fakes.clock import FakeClock
from tests.fakes.town import Bells, Book, person


class Unknown:
    """A `Source` that has no refs; whoever gets as far as to ask it has been let through."""

    async def resolve(self, ref: str, *, since: Commit | None) -> CommitInfo:
        raise RefUnknown


class Waits(Bells):
    """An engine that counts how often somebody waits, and does something each time."""

    def __init__(self, each: Callable[[], Awaitable[None]]) -> None:
        super().__init__()
        self.each, self.waits = each, 0

    async def rung(self, run: RunId, seconds: float) -> None:
        self.waits += 1
        await self.each()


@pytest.fixture
async def turn(kit: Kit, run: Run, clock: FakeClock) -> Run:
    """A run of Ben's that waited for *run* and has its turn now."""
    new = NewRun(
        environment=run.environment,
        by=person("ben"),
        channel=run.channel,
        ref="v2",
        recipe=DEPLOY,
        asked="command:2",
    )
    waited = await kit.journal.begin(new, clock.now())
    await kit.journal.end(run.id, Outcome.DONE, "", None, clock.now())
    return await kit.known(waited.id)


async def nothing() -> None:
    """Happen."""


def step(kit: Kit, each: Callable[[], Awaitable[None]] = nothing) -> tuple[Plan, Waits, Book]:
    unknown: Any = Unknown()
    engine, book = Waits(each), Book()
    return Plan(replace(kit, source=unknown, engine=engine, directory=book)), engine, book


async def test_whoever_still_may_goes_on(kit: Kit, turn: Run) -> None:
    """The plan is made as for everybody else."""
    plan, engine, _ = step(kit)
    with pytest.raises(RefUnknown):
        await plan.do(turn)
    assert engine.waits == 0


async def test_whoever_may_no_more_is_refused(kit: Kit, turn: Run) -> None:
    """With the reason; nothing is looked up in the repository."""
    plan, _, book = step(kit)
    book.platform.clear()
    said = await plan.do(turn)
    assert said == Halt(outcome=Outcome.REFUSED, text="Only members of platform may deploy to staging.")


async def test_a_short_outage_is_waited_out(kit: Kit, turn: Run) -> None:
    """Slack being away for a moment throws nobody out."""

    async def answer() -> None:
        book.answers = engine.waits == 3

    plan, engine, book = step(kit, answer)
    book.answers = False
    with pytest.raises(RefUnknown):
        await plan.do(turn)
    assert engine.waits == 3


async def test_a_long_outage_refuses(kit: Kit, turn: Run) -> None:
    """A look-up that fails is never a yes, and the environment is not kept for ever."""
    plan, engine, book = step(kit)
    book.answers = False
    said = await plan.do(turn)
    assert isinstance(said, Halt)
    assert (said.outcome, engine.waits) == (Outcome.REFUSED, 8)
    assert "could not say who" in said.text


async def test_an_outage_can_be_cut_short(kit: Kit, turn: Run, clock: FakeClock) -> None:
    """Whoever stops the run need not wait for Slack."""

    async def stop() -> None:
        await kit.journal.request_stop(turn.id, person("ben"), clock.now())

    plan, engine, book = step(kit, stop)
    book.answers = False
    assert await plan.do(turn) == Halt(outcome=Outcome.CANCELLED, text="Nothing was applied.")
    assert engine.waits == 1


async def test_who_never_waited_is_not_asked_again(kit: Kit, turn: Run) -> None:
    """The door has just been asked."""
    plan, engine, book = step(kit)
    book.answers = False
    with pytest.raises(RefUnknown):
        await plan.do(turn.model_copy(update={"taken_up_at": None}))
    assert engine.waits == 0


async def taken_back(kit: Kit, run: Run, clock: FakeClock, ref: str) -> Run:
    """A run that takes *run* back, before which another one was good."""
    brought = CommitInfo(commit=Commit("a" * 40), subject="good", committers=("carl@example.com",))
    await kit.journal.resolved(run.id, brought, clock.now())
    await kit.journal.end(run.id, Outcome.DONE, "", None, clock.now())
    new = NewRun(
        environment=run.environment,
        by=person("ana"),
        channel=run.channel,
        ref="main",
        recipe=DEPLOY,
        asked="command:2",
    )
    bad = await kit.journal.begin(new, clock.now())
    await kit.journal.end(bad.id, Outcome.FAILED, "", None, clock.now())
    back = new.model_copy(update={"ref": ref, "recipe": DEPLOY_BACK, "reverts": bad.id, "asked": "command:3"})
    return await kit.journal.begin(back, clock.now())


async def test_what_was_good_is_found_in_the_rows(kit: Kit, run: Run, clock: FakeClock) -> None:
    """No branch may lead there any more; and it may come back without having proved itself elsewhere."""
    back = await taken_back(kit, run, clock, "a" * 40)
    plan, _, _ = step(kit)
    with pytest.raises(AttributeError, match="checkout"):
        # All that is left to ask the repository for is the tree of that commit.
        await plan.do(back)
    known = await kit.known(back.id)
    assert (known.commit, known.subject, known.committers) == ("a" * 40, "good", ("carl@example.com",))
    told: Any = kit.tell
    assert "reverting" in told.told


async def test_what_was_good_is_another_commit_by_now(kit: Kit, run: Run, clock: FakeClock) -> None:
    """Then the repository is asked, as for everybody else."""
    back = await taken_back(kit, run, clock, "f" * 40)
    plan, _, _ = step(kit)
    with pytest.raises(RefUnknown):
        await plan.do(back)
