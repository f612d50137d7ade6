"""`/rollback` where a deploy is taken back: by a plan for the commit that was good before it."""

from datetime import timedelta

import pytest

from bot.domain.colour import Colour
from bot.domain.message import Message
from bot.domain.plan import ChangeClass, Counts, Plan
from bot.domain.request import Emergency, Wish
from bot.domain.ruling import Ask
from bot.domain.run import DEPLOY, DEPLOY_BACK, Outcome, Run, StepName, Switching
from bot.domain.value import Commit, EnvironmentName, PlanDigest, RunId
from bot.domain.window import Freeze
from bot.journal import Binding, NewRun
from bot.ports import CommitInfo
from handlers.rollback import Rollback
from tests.fakes.town import DEPLOYS, INCIDENTS, NOON, Town, person

STAGING = EnvironmentName("staging")
HOUR = timedelta(hours=1)


async def held(
    town: Town, stage: StepName, *, environment: EnvironmentName = STAGING, back: int | None = None
) -> Run:
    """Ben's run that holds staging in *stage*."""
    count = len(await town.journal.record())
    new = NewRun(
        environment=environment,
        by=person("ben"),
        channel=DEPLOYS,
        ref="main",
        recipe=DEPLOY,
        asked=f"words:{count}",
        reverts=RunId(back) if back else None,
    )
    run = await town.journal.begin(new, NOON)
    await town.journal.stage(run.id, stage, NOON)
    return run


async def ended(
    town: Town, commit: str, outcome: Outcome = Outcome.DONE, *, applied: bool = True, back: int | None = None
) -> Run:
    """A run of staging that brought *commit*."""
    run = await held(town, StepName.BAKE, back=back)
    brought = CommitInfo(commit=Commit(commit * 40), subject="", committers=())
    digest = PlanDigest(f"{run.id:064d}")
    await town.journal.resolved(run.id, brought, NOON)
    await town.journal.planned(
        Binding(
            run=run.id,
            plan=Plan(digest=digest, terraform_version="1.11.4", changes=(), counts=Counts(create=1)),
            file="plan",
            diff="",
            commit=brought.commit,
            estate="",
            change_class=ChangeClass.STANDARD,
            ask=Ask(votes=0, of=(), reasons=()),
        ),
        NOON,
    )
    if applied:
        assert await town.journal.claim(run.id, digest, NOON)
    return await town.journal.end(run.id, outcome, "", None, NOON + run.id * timedelta(minutes=1))


@pytest.fixture
async def bad(town: Town) -> Run:
    """Run 1 was good, and run 2 is not."""
    await ended(town, "a")
    return await ended(town, "b", Outcome.FAILED)


def shown(message: Message | None) -> str:
    assert message is not None
    return f"{message.text} {message.blocks}"


async def rollback(town: Town, said: str, by: str = "ana", channel: str = DEPLOYS) -> Message | None:
    return await Rollback(town.desk, {}).answer(town.spoken(said, by, channel))


@pytest.mark.parametrize(
    ("said", "channel"),
    [
        pytest.param("/rollback staging", DEPLOYS, id="the last one"),
        pytest.param("/rollback staging 2", DEPLOYS, id="by its number"),
        pytest.param("/interlock rollback staging 2", INCIDENTS, id="by the button of an alert"),
        pytest.param("/rollback staging", "C0RANDOM", id="to go back, no place is wrong"),
    ],
)
async def test_a_run_begins(town: Town, bad: Run, said: str, channel: str) -> None:
    """Of the commit that was good, without a window, and with a review."""
    assert await rollback(town, said, channel=channel) is None
    run = await town.journal.holder(STAGING)
    assert run is not None
    assert (run.back, run.ref, run.recipe, run.by) == (bad.id, "a" * 40, DEPLOY_BACK, person("ana"))
    assert town.bells.started == [run.id]
    (review,) = await town.journal.reviews()
    assert (review.run, review.by) == (run.id, person("ana"))


@pytest.mark.usefixtures("bad")
async def test_the_same_words_begin_one(town: Town) -> None:
    """Dealt with again after a crash, and pressed twice, one run goes back."""
    spoken = town.spoken("/rollback staging", key="command:same")
    for _ in range(2):
        assert await Rollback(town.desk, {}).answer(spoken) is None
    answer = shown(await rollback(town, "/rollback staging 2"))
    assert "staging is held by run 3" in answer
    assert len(await town.journal.open_runs()) == 1


@pytest.mark.usefixtures("bad")
async def test_freezes_locks_and_windows_do_not_hold_it_up(town: Town) -> None:
    """Nothing stands between people and what is known to be good."""
    await town.journal.take_lock(STAGING, person("ben"), "mine", NOON + HOUR, NOON)
    freeze = Freeze(name="party", from_=NOON - HOUR, to=NOON + HOUR, by=person("ben"), source="slack")
    assert await town.journal.freeze(freeze, NOON)
    town.wall.broken = "the calendar is away"
    assert await rollback(town, "/rollback staging") is None


async def test_a_good_run_may_be_taken_back_too(town: Town) -> None:
    """Some things show only days later."""
    await ended(town, "a")
    await ended(town, "b")
    assert await rollback(town, "/rollback staging 2") is None
    (run,) = await town.journal.open_runs()
    assert run.ref == "a" * 40


async def test_a_run_that_only_waits_gives_way(town: Town, bad: Run) -> None:
    """Going back is more urgent than whatever waits for votes."""
    waits = await held(town, StepName.APPROVE)
    assert await rollback(town, "/rollback staging") is None
    left = await town.journal.run(waits.id)
    assert left is not None
    assert left.outcome is Outcome.SUPERSEDED
    holder = await town.journal.holder(STAGING)
    assert holder is not None
    assert holder.back == bad.id


@pytest.mark.parametrize("stage", [StepName.PLAN, StepName.APPLY, StepName.VERIFY, StepName.BAKE])
@pytest.mark.usefixtures("bad")
async def test_a_run_at_work_does_not(town: Town, stage: StepName) -> None:
    """What is good to go back to may be another commit when it has ended; whoever asks hears how to stop it."""
    await held(town, stage)
    answer = shown(await rollback(town, "/rollback staging 2"))
    assert "staging is held by run 3" in answer
    assert "/interlock cancel 3" in answer
    assert not await town.journal.queue(STAGING)


@pytest.mark.usefixtures("bad")
async def test_an_emergency_does_not_give_way(town: Town) -> None:
    """Somebody had a reason."""
    new = NewRun(
        environment=STAGING,
        by=person("ben"),
        channel=DEPLOYS,
        ref="main",
        recipe=DEPLOY,
        asked="words",
        wish=Wish(emergency=Emergency(ticket="INC-1", reason="fire")),
    )
    run = await town.journal.begin(new, NOON)
    await town.journal.stage(run.id, StepName.APPROVE, NOON)
    assert "is held by run 3" in shown(await rollback(town, "/rollback staging"))


@pytest.mark.parametrize(
    ("said", "by", "expected"),
    [
        pytest.param("/rollback", "ana", "Which environment?", id="empty"),
        pytest.param("/rollback stagin", "ana", "did you mean staging?", id="a typo"),
        pytest.param("/rollback staging two", "ana", "Name one run by its number", id="no number"),
        pytest.param("/rollback staging 77", "ana", "There is no run 77 in staging", id="no such run"),
        pytest.param("/rollback prod 2", "ana", "There is no run 2 in prod", id="another environment's"),
        pytest.param("/rollback prod", "ana", "no run that changed anything in prod", id="nothing was done"),
        pytest.param("/rollback staging", "dana", "Only members of platform", id="no member"),
        pytest.param("/rollback staging", "gus", "guest", id="a guest"),
        pytest.param("/rollback staging", "sam", "workspace", id="a stranger"),
        pytest.param("/rollback staging", "robot", "only people may act", id="a bot"),
    ],
)
@pytest.mark.usefixtures("bad")
async def test_nothing_begins(town: Town, said: str, by: str, expected: str) -> None:
    """One private answer that says what is wrong."""
    assert expected in shown(await rollback(town, said, by))
    assert not await town.journal.open_runs()
    assert not town.bells.started


async def test_nothing_was_applied(town: Town) -> None:
    """A run that was rejected has nothing to take back; and where nothing was good, that is said in the same breath."""
    await ended(town, "b", Outcome.REJECTED, applied=False)
    answer = shown(await rollback(town, "/rollback staging 1"))
    assert "Run 1 applied nothing" in answer
    assert "No deploy before run 1 ended well" in answer


@pytest.mark.usefixtures("bad")
async def test_a_newer_good_run(town: Town) -> None:
    """What it brought is gone already."""
    await ended(town, "c")
    assert "Run 3 ended well there after run 2" in shown(await rollback(town, "/rollback staging 2"))


async def test_no_rollback_of_a_rollback(town: Town, bad: Run) -> None:
    """Forward is the only way from there; and what was taken back is not taken back again."""
    await ended(town, "a", back=bad.id)
    answer = shown(await rollback(town, "/rollback staging"))
    assert "nobody goes back from that" in answer
    assert "/deploy staging REF" in answer
    assert "Run 3 took run 2 back already" in shown(await rollback(town, "/rollback staging 2"))


async def test_a_rollback_that_failed_may_be_tried_again(town: Town, bad: Run) -> None:
    """What was to be taken back is there still."""
    await ended(town, "a", Outcome.FAILED, back=bad.id)
    assert await rollback(town, "/rollback staging 2") is None
    (run,) = await town.journal.open_runs()
    assert (run.back, run.ref) == (bad.id, "a" * 40)


@pytest.mark.usefixtures("bad")
async def test_a_run_that_has_not_ended(town: Town) -> None:
    """It is stopped, not taken back."""
    await held(town, StepName.BAKE)
    answer = shown(await rollback(town, "/rollback staging 3"))
    assert "/interlock cancel 3" in answer


@pytest.mark.usefixtures("bad")
async def test_switches_in_between_are_no_commits(town: Town) -> None:
    """A switch that ended well brought none to go back to."""
    switch = NewRun(
        environment=STAGING,
        by=person("ben"),
        channel=DEPLOYS,
        ref="green",
        recipe=DEPLOY,
        asked="words",
        switch=Switching(colour=Colour.GREEN),
    )
    run = await town.journal.begin(switch, NOON)
    await town.journal.end(run.id, Outcome.DONE, "", None, NOON + HOUR)
    assert await rollback(town, "/rollback staging 2") is None
    (back,) = await town.journal.open_runs()
    assert back.ref == "a" * 40
