"""A fresh plan in the place of one whose state has moved on, and what becomes of the votes."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import JournalBroken
from bot.domain.plan import Counts, Plan
from bot.domain.report import Ledger
from bot.domain.request import Wish
from bot.domain.ruling import Deny, ReasonCode
from bot.domain.run import Outcome, Run, StepName
from bot.domain.value import Commit, GroupName, PlanDigest
from bot.domain.vote import Choice, Vote
from bot.domain.window import Freeze
from bot.journal import Journal
from bot.ports import Applied, CommitInfo, Planned, StateVersion, Workplace
from bot.store import Store
from runners.kit import Kit
from runners.replan import replan
from runners.steps import Back, Go, Halt
from runners.steps.apply import Apply
from tests.fakes.clock import FakeClock
from tests.fakes.town import Book, Wall, person
from tests.runners.steps.conftest import DIGEST

FRESH = PlanDigest("e" * 64)


class Moving:
    """An `Iac` whose state moves between plan and apply, and whose fresh plan is as a test wants it."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.fresh = plan
        self.file = folder / "fresh.plan"
        self.serial = 1
        self.applied: list[PlanDigest] = []
        #: What the file holds that the row names.
        self.old = Plan(digest=DIGEST, terraform_version="1.11.4", changes=(), counts=Counts(create=1))

    async def plan(self, at: Workplace, *, keep: Path) -> Planned:
        self.file.write_bytes(b"fresh")
        return Planned(plan=self.fresh, file=self.file, diff="", secrets=frozenset())

    async def read(self, at: Workplace, file: Path) -> Planned:
        return Planned(plan=self.old, file=file, diff="", secrets=frozenset())

    async def state(self, at: Workplace) -> StateVersion:
        return StateVersion(lineage="", serial=self.serial)

    async def apply(self, at: Workplace, planned: Planned, **_: Any) -> Applied:
        self.applied.append(planned.plan.digest)
        return Applied(exit_code=0, ledger=Ledger(pieces=(), complete=True))


def plan(**differs: Any) -> Plan:
    """The fresh plan: the same change from a later state, unless it differs."""
    usual = Plan(
        digest=FRESH, terraform_version="1.11.4", changes=(), counts=Counts(create=1), serial=1, effect="same"
    )
    return usual.model_copy(update=differs)


@pytest.fixture
async def approved(journal: Store, clock: FakeClock, run: Run, tmp_path: Path) -> Run:
    """The run with a plan of serial 0 and a vote of ben, right before its apply."""
    await journal.resolved(
        run.id, CommitInfo(commit=Commit("c" * 40), subject="x", committers=()), clock.now()
    )
    bound = await journal.binding(run.id)
    assert bound is not None
    await clock.advance(1)
    old = tmp_path / "old.plan"
    old.write_bytes(b"old")
    kept = bound.plan.model_copy(update={"effect": "same"})
    await journal.planned(bound.model_copy(update={"plan": kept, "file": str(old)}), clock.now())
    vote = Vote(
        run=run.id,
        digest=DIGEST,
        voter=person("ben"),
        choice=Choice.APPROVE,
        via="button",
        groups=frozenset({GroupName("platform")}),
        at=clock.now(),
    )
    await journal.vote(vote)
    await journal.stage(run.id, StepName.APPLY, clock.now())
    found = await journal.run(run.id)
    assert found is not None
    return found


@pytest.fixture
def moving(kit: Kit, tmp_path: Path) -> Callable[..., tuple[Kit, Moving]]:
    """A kit whose state has moved."""

    def make(**differs: Any) -> tuple[Kit, Moving]:
        iac = Moving(tmp_path, plan(**differs))
        # It plans and nothing else, which is all that is asked of it here.
        return dataclasses.replace(kit, iac=iac), iac  # type: ignore[arg-type]

    return make


async def test_the_same_change_keeps_its_votes(
    moving: Callable[..., tuple[Kit, Moving]], approved: Run, tmp_path: Path
) -> None:
    """It is applied without anybody voting again, and it is the fresh plan that is."""
    kit, iac = moving()
    assert await Apply(kit).do(approved) == Back(to=StepName.APPLY)
    assert not (tmp_path / "old.plan").exists()
    assert await Apply(kit).do(await kit.known(approved.id)) == Go()
    assert iac.applied == [FRESH]


async def test_another_change_voids_them(moving: Callable[..., tuple[Kit, Moving]], approved: Run) -> None:
    """People are asked again, and nothing is applied meanwhile."""
    kit, iac = moving(effect="another")
    assert await Apply(kit).do(approved) == Back(to=StepName.APPROVE)
    assert iac.applied == []
    votes = await kit.journal.votes(approved.id)
    assert [vote.digest for vote in votes] == [DIGEST]
    assert (await kit.known(approved.id)).digest == FRESH


async def test_nothing_is_left_to_do(moving: Callable[..., tuple[Kit, Moving]], approved: Run) -> None:
    """Somebody else did it already."""
    kit, iac = moving(effect="none", counts=Counts())
    assert await Apply(kit).do(approved) == Halt(outcome=Outcome.NOTHING, text="")
    assert iac.applied == []


async def test_a_state_that_never_rests(moving: Callable[..., tuple[Kit, Moving]], approved: Run) -> None:
    """After some fresh plans it is said that something else works there, instead of planning for ever."""
    kit, iac = moving()
    said: object = None
    for number in range(10):
        iac.serial = number + 2
        iac.fresh = plan(digest=PlanDigest(f"{number:064x}"), serial=number + 1)
        said = await Apply(kit).do(await kit.known(approved.id))
        if isinstance(said, Halt):
            break
    assert isinstance(said, Halt)
    assert said.outcome is Outcome.REFUSED
    assert "moved on 5 times" in said.text
    assert iac.applied == []


async def test_a_plan_that_the_law_has_no_place_for(
    moving: Callable[..., tuple[Kit, Moving]], approved: Run
) -> None:
    """The fresh plan's bytes are taken away, because they are secrets of nobody's run."""
    kit, iac = moving(complete=False)
    rules = {name: rule for name, rule in kit.estate.classes.items() if name != "high-risk"}
    kit = dataclasses.replace(kit, estate=kit.estate.model_copy(update={"classes": rules}))
    bound = await kit.bound(approved)
    said = await replan(kit, approved, bound)
    assert isinstance(said, Deny)
    assert [reason.code for reason in said.reasons] == [ReasonCode.NO_RULE]
    assert not iac.file.exists()


@pytest.mark.parametrize("left", [0, 1], ids=["still of the group", "left the group"])
async def test_a_voter_who_left_after_a_fresh_plan(
    moving: Callable[..., tuple[Kit, Moving]], approved: Run, left: int
) -> None:
    """Asked again, the rows would say that the votes suffice: the run ends, and does not go round for ever."""
    kit, iac = moving()
    book = Book()
    kit = dataclasses.replace(kit, directory=book)
    assert await Apply(kit).do(approved) == Back(to=StepName.APPLY)
    if left:
        book.platform.discard(person("ben"))
    said = await Apply(kit).do(await kit.known(approved.id))
    assert (said == Go()) is not bool(left)
    assert not left or (isinstance(said, Halt) and said.outcome is Outcome.REFUSED)
    assert iac.applied == ([] if left else [FRESH])


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param({"votes": 1}, id="a vote is needed"),
        pytest.param({"votes": 0, "loss": (GroupName("dba"),)}, id="only a confirmation is needed"),
    ],
)
async def test_a_crash_before_people_are_asked_again(
    moving: Callable[..., tuple[Kit, Moving]], approved: Run, ask: dict[str, Any]
) -> None:
    """The fresh plan is kept and its votes are void; the step that is asked anew sends back for them."""
    kit, iac = moving()
    old = await kit.bound(approved)
    needs = old.ask.model_copy(update=ask)
    fresh = old.model_copy(update={"plan": plan(effect="another"), "attempt": 1, "ask": needs})
    await kit.journal.replanned(fresh, kit.clock.now(), carried=False)
    kit.learn(approved.id, Planned(plan=fresh.plan, file=Path(fresh.file), diff="", secrets=frozenset()))
    assert await Apply(kit).do(await kit.known(approved.id)) == Back(to=StepName.APPROVE)
    assert iac.applied == []


@pytest.mark.parametrize("wish", [Wish(when_open=True)], ids=["when it opens"])
@pytest.mark.parametrize("broken", ["", "no calendar"], ids=["a freeze", "a calendar that is away"])
async def test_a_state_that_moved_while_it_is_shut(
    moving: Callable[..., tuple[Kit, Moving]], clock: FakeClock, approved: Run, broken: str
) -> None:
    """Whoever may wait waits; the fresh plan is made when it is of use."""
    kit, iac = moving()
    now = kit.clock.now()
    frost = Freeze(name="f", from_=now, to=now + timedelta(hours=1), source="calendar")
    bound = await kit.bound(approved)
    await clock.advance(1)
    await kit.journal.planned(bound.model_copy(update={"window": "always, when it opens"}), kit.clock.now())
    wall = Wall(frost)
    wall.broken = broken
    kit = dataclasses.replace(kit, calendars=wall)
    assert await Apply(kit).do(approved) == Back(to=StepName.WINDOW)
    assert iac.applied == []
    assert (await kit.known(approved.id)).digest == DIGEST


class Forgetful:
    """A journal whose answer is lost, once: nobody knows that the fresh plan was kept."""

    def __init__(self, store: Journal) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def replanned(self, *what: Any, **how: Any) -> None:
        await self._store.replanned(*what, **how)
        raise JournalBroken


async def test_a_database_that_is_lost_over_a_fresh_plan(
    moving: Callable[..., tuple[Kit, Moving]], approved: Run
) -> None:
    """Asked again, the step works with the plan that the row names, and not with the one it had at hand."""
    kit, iac = moving()
    await kit.planned(approved)
    forgetful: Any = Forgetful(kit.journal)
    with pytest.raises(JournalBroken):
        await Apply(dataclasses.replace(kit, journal=forgetful)).do(approved)
    iac.old = iac.fresh
    assert await Apply(kit).do(await kit.known(approved.id)) == Go()
    assert iac.applied == [FRESH]
