"""What follows a deploy that turned out bad: rows, a real saga, and steps that say what they are told to."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import JournalBroken
from bot.domain.estate import Estate
from bot.domain.person import INTERLOCK
from bot.domain.plan import ChangeClass, Counts, Plan
from bot.domain.report import BakeReport, CheckReport, Finding, Sample, Verdict
from bot.domain.ruling import Ask
from bot.domain.run import DEPLOY, DEPLOY_BACK, Outcome, Run, StepName
from bot.domain.value import Commit, EnvironmentName, PlanDigest
from bot.journal import Binding, Journal, NewRun
from bot.ports import CommitInfo
from bot.store import Store
from runners import aftermath
from runners.kit import Kit
from runners.saga import Saga
from runners.steps import Go, Halt
from tests.fakes.clock import FakeClock
from tests.fakes.town import DEPLOYS, Line, person

STAGING = EnvironmentName("staging")
GOOD, BAD = "a" * 40, "b" * 40
FAILED = Halt(outcome=Outcome.FAILED, text="503")
Record = dict[str, Any]


@pytest.fixture
def kit(kit: Kit, estate_with: Callable[..., Estate]) -> Kit:
    """In staging a bad bake starts the way back."""
    return replace(kit, estate=estate_with(on_bad_bake="start"))


async def walked(kit: Kit, commit: str, *, applied: bool = True, **more: Any) -> Run:
    """A run of *commit* that has come to its bake."""
    journal, now = kit.journal, kit.clock.now()
    usual: Record = {
        "environment": STAGING,
        "by": person("ana"),
        "channel": DEPLOYS,
        "ref": "main",
        "recipe": DEPLOY,
        "asked": f"words:{commit[0]}:{more}",
    }
    run = await journal.begin(NewRun(**usual | more), now)
    brought = CommitInfo(commit=Commit(commit), subject="", committers=())
    await journal.resolved(run.id, brought, now)
    digest = PlanDigest(f"{run.id:064d}")
    await journal.planned(
        Binding(
            run=run.id,
            plan=Plan(digest=digest, terraform_version="1.11.4", changes=(), counts=Counts(create=1)),
            file="plan",
            diff="",
            commit=brought.commit,
            estate=kit.estate.digest,
            change_class=ChangeClass.STANDARD,
            ask=Ask(votes=0, of=(), reasons=()),
        ),
        now,
    )
    if applied:
        assert await journal.claim(run.id, digest, now)
    await journal.stage(run.id, StepName.BAKE, now)
    return await kit.known(run.id)


async def good(kit: Kit, commit: str = GOOD) -> Run:
    run = await walked(kit, commit)
    return await kit.journal.end(run.id, Outcome.DONE, "", None, kit.clock.now())


async def baked(kit: Kit, run: Run, verdict: Verdict = Verdict.FAIL, *, final: bool = True) -> None:
    """The bake of *run* has a verdict."""
    now = kit.clock.now()
    await kit.journal.bake(run.id, BakeReport(began_at=now, until=now + timedelta(minutes=5)))
    finding = Finding(verdict=verdict, final=final, reason="503")
    await kit.journal.sampled(run.id, 0, Sample(index=0, at=now, evidence=()), finding)


async def of(kit: Kit, run: Run, halt: Halt = FAILED, step: StepName = StepName.BAKE) -> aftermath.Aftermath:
    return await aftermath.of(kit, run.id, halt.model_copy(update={"at": kit.clock.now()}), step)


async def test_a_failed_bake_is_taken_back(kit: Kit) -> None:
    """By nobody, to the commit that was good, and to be looked at afterwards."""
    await good(kit)
    run = await walked(kit, BAD)
    await baked(kit, run)
    then, why = await of(kit, run)
    assert then is not None
    assert (then.reverts, then.ref, then.by, then.recipe) == (run.id, GOOD, INTERLOCK, DEPLOY_BACK)
    assert (then.review, then.asked, then.channel, why) == (True, f"rollback:{run.id}", DEPLOYS, "")


async def test_a_failed_check_is_taken_back(kit: Kit) -> None:
    """What the verification says is evidence, too."""
    await good(kit)
    run = await walked(kit, BAD)
    said = CheckReport(
        index=0, kind="http", title="http", verdict=Verdict.FAIL, detail="503", attempts=5, seconds=9
    )
    await kit.journal.checked(run.id, said, kit.clock.now())
    assert (await of(kit, run, step=StepName.VERIFY)).then is not None


@pytest.mark.parametrize(
    ("verdict", "final"),
    [
        pytest.param(Verdict.UNKNOWN, True, id="nobody can tell"),
        pytest.param(Verdict.PASS, True, id="it was good"),
        pytest.param(Verdict.FAIL, False, id="it is bad so far"),
    ],
)
async def test_only_evidence_counts(kit: Kit, verdict: Verdict, *, final: bool) -> None:
    """A step that breaks says nothing of what was applied; why nothing is done is said."""
    await good(kit)
    run = await walked(kit, BAD)
    await baked(kit, run, verdict, final=final)
    then, why = await of(kit, run)
    assert then is None
    assert why == "It does not go back by itself: Nobody could tell whether it is bad."


async def test_no_way_back_of_a_way_back(kit: Kit) -> None:
    """One that fails, too, is left to people."""
    await good(kit)
    first = await walked(kit, BAD)
    await kit.journal.end(first.id, Outcome.FAILED, "", StepName.BAKE, kit.clock.now())
    run = await walked(kit, GOOD, reverts=first.id, recipe=DEPLOY_BACK)
    await baked(kit, run)
    then, why = await of(kit, run)
    assert then is None
    assert why.endswith("nobody goes back from that. To go forward again: /deploy staging REF")


async def test_where_nothing_was_good(kit: Kit) -> None:
    """The very first deploy has nowhere to go back to, and that is said."""
    run = await walked(kit, BAD)
    await baked(kit, run)
    then, why = await of(kit, run)
    assert then is None
    assert "there is no commit to go back to" in why


async def test_an_estate_that_only_proposes(kit: Kit, estate_with: Callable[..., Estate]) -> None:
    """Nothing is begun, and nothing need be said of it."""
    kit = replace(kit, estate=estate_with())
    await good(kit)
    run = await walked(kit, BAD)
    await baked(kit, run)
    assert await of(kit, run) == aftermath.Aftermath()


async def test_an_environment_that_is_gone(kit: Kit) -> None:
    """The estate says nothing of it any more, so nothing is begun."""
    await good(kit)
    run = await walked(kit, BAD)
    await baked(kit, run)
    kit = replace(kit, estate=kit.estate.model_copy(update={"environments": {}}))
    assert await of(kit, run) == aftermath.Aftermath()


async def test_a_fault_of_ours_costs_no_end(kit: Kit) -> None:
    """The run ends, its environment is free, and it is said that nobody knows; a database that is away is waited for."""
    await good(kit)
    run = await walked(kit, BAD)
    await baked(kit, run)
    lost: Any = Lost(kit.journal, KeyError("bug"))
    then, why = await of(replace(kit, journal=lost), run)
    assert (then, why) == (None, "Whether it goes back by itself could not be found out.")
    away: Any = Lost(kit.journal, JournalBroken("away"))
    with pytest.raises(JournalBroken):
        await of(replace(kit, journal=away), run)


class Lost:
    """A journal that stumbles over what was good before."""

    def __init__(self, journal: Journal, error: Exception) -> None:
        self._journal, self._error = journal, error

    async def good_before(self, _: Run) -> Run | None:
        raise self._error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)


class Told:
    """A step that says what it is told to."""

    undoes = False

    def __init__(self, says: Go | Halt) -> None:
        self._says = says

    async def do(self, _: Run) -> Go | Halt:
        return self._says


class Memory:
    """What an engine remembers of a walk; it forgets what it was told to."""

    def __init__(self) -> None:
        self.kept: dict[str, Record] = {}

    async def once(self, name: str, work: Callable[[], Awaitable[Record]]) -> Record:
        if name not in self.kept:
            self.kept[name] = await work()
        return self.kept[name]


def saga(kit: Kit, says: Halt) -> Saga:
    steps: Any = {name: Told(says if name is StepName.BAKE else Go()) for name in DEPLOY}
    return Saga(kit, steps, Line())


async def open_runs(kit: Kit) -> list[Run]:
    return list(await kit.journal.open_runs())


async def test_a_walk_ends_in_the_way_back(kit: Kit) -> None:
    """Whoever comes next to the environment is the run that goes back, and its end says nothing of a refusal."""
    await good(kit)
    run = await walked(kit, BAD)
    await baked(kit, run)
    await saga(kit, FAILED).walk(run.id, Memory().once)
    ended = await kit.known(run.id)
    assert (ended.outcome, ended.text) == (Outcome.FAILED, "503")
    holder = await kit.journal.holder(STAGING)
    assert holder is not None
    assert holder.back == run.id


@pytest.mark.parametrize("lost", [("end",), ("bake", "end"), ("recipe", "plan", "approve", "bake", "end")])
async def test_a_restart_between_the_end_and_the_start(kit: Kit, lost: tuple[str, ...]) -> None:
    """Whatever of the walk a crash cost, one way back is begun."""
    await good(kit)
    run = await walked(kit, BAD)
    await baked(kit, run)
    memory = Memory()
    await saga(kit, FAILED).walk(run.id, memory.once)
    memory.kept = {name: said for name, said in memory.kept.items() if name not in lost}
    await saga(kit, FAILED).walk(run.id, memory.once)
    assert [each.back for each in await open_runs(kit)] == [run.id]


async def test_what_people_have_seen_long_ago(kit: Kit, clock: FakeClock) -> None:
    """A bot that comes back hours after the failure begins nothing behind their backs, and says so."""
    await good(kit)
    run = await walked(kit, BAD)
    await baked(kit, run)
    memory = Memory()
    await saga(kit, FAILED).walk(run.id, memory.once)
    seen = memory.kept["bake"]
    assert seen["at"] is not None
    other = await walked_anew(kit)
    await clock.advance(20 * 60)
    memory.kept = {"recipe": {"steps": list(DEPLOY), "begin": DEPLOY.index(StepName.BAKE)}, "bake": seen}
    await saga(kit, FAILED).walk(other.id, memory.once)
    ended = await kit.known(other.id)
    assert ended.text.startswith("503 It does not go back by itself: It was seen more than 20 minutes ago")
    assert not await open_runs(kit)


async def walked_anew(kit: Kit) -> Run:
    """Another bad run, once what went back is through."""
    (back,) = await open_runs(kit)
    await kit.journal.end(back.id, Outcome.DONE, "", None, kit.clock.now())
    run = await walked(kit, "c" * 40)
    await baked(kit, run)
    return run


async def test_what_an_earlier_version_remembers(kit: Kit) -> None:
    """It kept no moments, so nobody knows how old the failure is."""
    await good(kit)
    run = await walked(kit, BAD)
    await baked(kit, run)
    memory = Memory()
    memory.kept = {
        "recipe": {"steps": ["bake"], "begin": 0},
        "bake": {"kind": "halt", "outcome": "failed", "text": "503"},
    }
    await saga(kit, FAILED).walk(run.id, memory.once)
    assert not await open_runs(kit)


async def test_people_who_wait_come_after_it(kit: Kit, journal: Store) -> None:
    """The environment is settled first."""
    await good(kit)
    run = await walked(kit, BAD)
    await baked(kit, run)
    waits = await journal.begin(
        NewRun(
            environment=STAGING, by=person("ben"), channel=DEPLOYS, ref="v2", recipe=DEPLOY, asked="words:v2"
        ),
        kit.clock.now(),
    )
    await saga(kit, FAILED).walk(run.id, Memory().once)
    assert [each.id for each in await journal.queue(STAGING)] == [waits.id]
