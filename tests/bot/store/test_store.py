"""The journal's contract, on SQLite and on Postgres."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.colour import Colour
from bot.domain.heard import Heard, HeardKind
from bot.domain.message import Attachment, Message, Saying, Urgency
from bot.domain.person import Person
from bot.domain.plan import ChangeClass, Counts, Plan, Verb
from bot.domain.report import (
    BakeReport,
    CheckReport,
    Evidence,
    Finding,
    Ledger,
    Piece,
    PieceState,
    Sample,
    Verdict,
)
from bot.domain.request import Emergency, Wish
from bot.domain.ruling import Ask
from bot.domain.run import DEPLOY, SWITCH, SWITCH_BY_PLAN, Outcome, Run, StepName, Switching
from bot.domain.value import (
    ChannelId,
    Commit,
    EnvironmentName,
    GroupName,
    MessageTs,
    PlanDigest,
    RunId,
    TeamId,
    UserId,
)
from bot.domain.vote import BY_HAND, Choice, Vote
from bot.journal import Binding, NewRun
from bot.ports import CommitInfo, Process
from bot.store import Store
from bot.store.chain import broken
from bot.store.schema import record

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ANA = Person(team=TeamId("T0HOME"), user=UserId("U0ANA"))
BEN = Person(team=TeamId("T0HOME"), user=UserId("U0BEN"))
DIGEST = PlanDigest("d" * 64)
COMMIT = Commit("c" * 40)
DEPLOYS = ChannelId("C0DEPLOYS")


def new(environment: str = "staging", asked: str = "") -> NewRun:
    return NewRun(
        environment=EnvironmentName(environment),
        by=ANA,
        channel=DEPLOYS,
        ref="main",
        recipe=DEPLOY,
        asked=asked or uuid.uuid4().hex,
    )


def binding(run: Run, digest: PlanDigest = DIGEST) -> Binding:
    plan = Plan(digest=digest, terraform_version="1.11.4", changes=(), counts=Counts(create=1), serial=3)
    ask = Ask(votes=1, of=(), reasons=())
    return Binding(
        run=run.id,
        plan=plan,
        file="x",
        diff="+ a",
        commit=COMMIT,
        estate="e",
        change_class=ChangeClass.STANDARD,
        ask=ask,
    )


def vote(run: Run, via: str = "button", choice: Choice = Choice.APPROVE, by: Person = BEN) -> Vote:
    return Vote(run=run.id, digest=DIGEST, voter=by, choice=choice, via=via, at=NOON)


def saying(
    key: str, text: str = "hello", under: str | None = None, urgency: Urgency = Urgency.PROGRESS
) -> Saying:
    return Saying(key=key, channel=DEPLOYS, message=Message(text=text), urgency=urgency, under=under)


async def test_what_is_heard_twice_is_kept_once(store: Store) -> None:
    """The same key, however often it is delivered, is one row."""
    heard = Heard(key="Ev1", kind=HeardKind.EVENT, payload={"a": 1}, at=NOON)
    assert await store.hear(heard)
    assert not await store.hear(heard)
    assert list(await store.unheeded()) == [heard]
    await store.heeded("Ev1", NOON)
    assert not await store.unheeded()
    assert not await store.hear(heard)


async def test_an_answer_strikes_off_what_it_answers(store: Store) -> None:
    """One transaction keeps the words and strikes off what they answer; nothing else is struck off."""
    for key in ("Ev1", "Ev2"):
        await store.hear(Heard(key=key, kind=HeardKind.EVENT, payload={}, at=NOON))
    await store.say(saying("answer:Ev1"), NOON, "Ev1")
    assert [each.saying.key for each in await store.unsent(10)] == ["answer:Ev1"]
    assert [each.key for each in await store.unheeded()] == ["Ev2"]


async def test_what_was_heard_of_one_message(store: Store) -> None:
    """Dealt with or not, in its order; other messages, and whatever is about none, are left out."""
    place = ChannelId("C1"), MessageTs("1.1")
    told = [(place, "Ev3"), (("C2", "1.1"), "Ev4"), (place, "Ev1"), (("C1", "1.12"), "Ev2")]
    for (channel, ts), key in told:
        payload = {"event": {"item": {"type": "message", "channel": channel, "ts": ts}}}
        await store.hear(Heard(key=key, kind=HeardKind.EVENT, payload=payload, at=NOON))
    await store.hear(Heard(key="Ev5", kind=HeardKind.EVENT, payload={}, at=NOON))
    await store.heeded("Ev3", NOON)
    assert [each.key for each in await store.emoji(*place)] == ["Ev3", "Ev1"]


async def test_an_ended_run_frees_its_environment_once(store: Store) -> None:
    """The first end stands; the environment is free for the next run."""
    first = await store.begin(new(), NOON)
    await store.resolved(first.id, CommitInfo(commit=COMMIT, subject="s", committers=("a@b",)), NOON)
    ended = await store.end(first.id, Outcome.DONE, "good", None, NOON + timedelta(minutes=3))
    again = await store.end(first.id, Outcome.FAILED, "bad", StepName.APPLY, NOON)
    assert ended == again
    assert again.outcome is Outcome.DONE
    assert await store.deployed(EnvironmentName("staging")) == COMMIT
    assert await store.proved(EnvironmentName("staging"), COMMIT)
    assert not await store.proved(EnvironmentName("dev"), COMMIT)
    second = await store.begin(new(), NOON)
    assert second.id > first.id
    assert (await store.latest(EnvironmentName("staging"))) == ended


async def test_the_same_words_start_one_run(store: Store) -> None:
    """Words that are dealt with again after a crash find the run that they began, even when it has ended."""
    first = await store.begin(new(asked="command:1"), NOON)
    assert await store.begin(new(asked="command:1"), NOON) == first
    ended = await store.end(first.id, Outcome.DONE, "", None, NOON)
    assert await store.begin(new(asked="command:1"), NOON) == ended


async def test_a_run_keeps_what_it_learns(store: Store) -> None:
    """Stage, commit, plan, deadline and stop are all in the row, each set once where once is meant."""
    run = await store.begin(new(), NOON)
    await store.stage(run.id, StepName.PLAN, NOON)
    await store.resolved(run.id, CommitInfo(commit=COMMIT, subject="s", committers=("a@b",)), NOON)
    await store.resolved(run.id, CommitInfo(commit=Commit("f" * 40), subject="t", committers=()), NOON)
    await store.planned(binding(run, PlanDigest("e" * 64)), NOON)
    await store.planned(binding(run), NOON)
    until = NOON + timedelta(hours=1)
    await store.await_votes(run.id, until, NOON)
    known = await store.await_votes(run.id, until + timedelta(hours=9), NOON)
    assert (known.commit, known.subject, known.committers) == (COMMIT, "s", ("a@b",))
    assert (known.digest, known.change_class) == (DIGEST, ChangeClass.STANDARD)
    assert (known.stage, known.expires_at) == (StepName.PLAN, until)
    assert await store.binding(run.id) == binding(run)
    assert await store.request_stop(run.id, BEN, NOON)
    assert not await store.request_stop(run.id, ANA, NOON)
    stopped = await store.run(run.id)
    assert stopped is not None
    assert stopped.stop_by == BEN


async def test_a_vote_counts_once_and_can_be_taken_back(store: Store) -> None:
    """Double clicks are one vote; each way of voting is withdrawn on its own."""
    run = await store.begin(new(), NOON)
    assert await store.vote(vote(run))
    assert not await store.vote(vote(run))
    assert await store.vote(vote(run, via="+1"))
    assert len(await store.votes(run.id)) == 2
    assert await store.withdraw(run.id, DIGEST, BEN, "+1", Choice.APPROVE, NOON)
    assert not await store.withdraw(run.id, DIGEST, BEN, "+1", Choice.APPROVE, NOON)
    assert list(await store.votes(run.id)) == [vote(run)]
    assert await store.vote(vote(run, via="+1"))


async def test_a_hundred_clicks_at_once_are_one_vote(store: Store) -> None:
    """Only one of many simultaneous clicks is told that it made the vote."""
    run = await store.begin(new(), NOON)
    made = await asyncio.gather(*(store.vote(vote(run)) for _ in range(100)))
    assert made.count(True) == 1


async def test_a_plan_is_claimed_once_for_ever(store: Store) -> None:
    """Of many who want to execute a plan one may, and nobody ever again."""
    run = await store.begin(new(), NOON)
    won = await asyncio.gather(*(store.claim(run.id, DIGEST, NOON) for _ in range(20)))
    assert won.count(True) == 1
    process = Process(pid=4711, started=99, boot="b")
    await store.began(DIGEST, process, NOON)
    piece = Piece(address="a.b", verb=Verb.CREATE, state=PieceState.DONE)
    await store.progress(DIGEST, Ledger(pieces=(piece,)))
    await store.applied(DIGEST, Ledger(pieces=(piece,), complete=True), 0, "", NOON)
    await store.progress(DIGEST, Ledger(pieces=()))
    claim = await store.claimed(DIGEST)
    assert claim is not None
    assert (claim.process, claim.exit_code, claim.ended_at) == (process, 0, NOON)
    assert not await store.claim(run.id, DIGEST, NOON)
    report = await store.report(run.id, NOON)
    assert report.apply is not None
    assert report.apply.ledger.pieces == (piece,)


async def test_evidence_comes_back_as_it_was_seen(store: Store) -> None:
    """Checks keep their newest word, samples their first; the bake's times are set once."""
    run = await store.begin(new(), NOON)
    asked = CheckReport(index=0, kind="http", title="t", verdict=None, detail="", attempts=1, seconds=0)
    await store.checked(run.id, asked, NOON)
    judged = asked.model_copy(update={"verdict": Verdict.PASS, "attempts": 2})
    await store.checked(run.id, judged, NOON)
    bake = BakeReport(began_at=NOON, until=NOON + timedelta(minutes=5), min_requests=10)
    assert await store.bake(run.id, bake) == bake
    later = bake.model_copy(update={"until": NOON + timedelta(hours=5)})
    assert await store.bake(run.id, later) == bake
    sample = Sample(index=0, at=NOON, evidence=(Evidence(metric="error_rate", requests=3, errors=0),))
    finding = Finding(verdict=Verdict.UNKNOWN, final=False, reason="too early", requests=3)
    await store.sampled(run.id, 0, sample, finding)
    await store.sampled(run.id, 0, sample, finding.model_copy(update={"reason": "again"}))
    report = await store.report(run.id, NOON)
    assert report.checks == (judged,)
    assert report.bake == bake.model_copy(update={"samples": (sample,), "finding": finding})


async def test_sayings_go_out_in_order(store: Store) -> None:
    """Nothing goes under a message that is not posted, and a thread keeps its order."""
    await store.say(saying("run:1", urgency=Urgency.DECISION), NOON)
    await store.say(saying("run:1:a", under="run:1"), NOON)
    await store.say(saying("run:1:b", under="run:1", urgency=Urgency.ALERT), NOON)
    assert [unsent.saying.key for unsent in await store.unsent(10)] == ["run:1"]
    await store.sent("run:1", 1, MessageTs("1.1"))
    assert [unsent.saying.key for unsent in await store.unsent(10)] == ["run:1:a"]
    assert (await store.unsent(10))[0].under_ts == "1.1"
    await store.sent("run:1:a", 1, MessageTs("1.2"))
    assert [unsent.saying.key for unsent in await store.unsent(10)] == ["run:1:b"]
    assert await store.said(DEPLOYS, MessageTs("1.2")) == "run:1:a"
    assert await store.whereabouts("run:1") == (DEPLOYS, "1.1")
    assert await store.whereabouts("run:1:b") is None


async def test_an_edit_is_a_new_version(store: Store) -> None:
    """New words are due again, the same words are not, and a late 'sent' of old words settles nothing."""
    await store.say(saying("k", "one"), NOON)
    await store.sent("k", 1, MessageTs("1.1"))
    await store.say(saying("k", "one"), NOON)
    assert not await store.unsent(10)
    await store.say(saying("k", "two"), NOON)
    await store.say(saying("k", "three"), NOON)
    (due,) = await store.unsent(10)
    assert (due.version, due.ts, due.saying.message.text) == (3, "1.1", "three")
    await store.sent("k", 2, None)
    assert len(await store.unsent(10)) == 1
    await store.sent("k", 3, None)
    assert not await store.unsent(10)


async def test_files_follow_their_message(store: Store) -> None:
    """A message with files is settled when the last file is there; giving up settles it too."""
    message = Message(text="t", attachments=(Attachment(name="a", title="a", content="c"),))
    await store.say(Saying(key="k", channel=DEPLOYS, message=message, urgency=Urgency.DECISION), NOON)
    await store.sent("k", 1, MessageTs("1.1"))
    assert (await store.unsent(10))[0].files_sent == 0
    await store.failed("k", 1, "oops", give_up=False)
    assert (await store.unsent(10))[0].attempts == 1
    await store.file_sent("k", 1)
    assert not await store.unsent(10)
    await store.say(saying("j"), NOON)
    await store.failed("j", 1, "gone", give_up=True)
    assert not await store.unsent(10)


async def test_the_record_is_a_chain(store: Store) -> None:
    """Every change of state is in the record, and any edit of an entry is found."""
    run = await store.begin(new(), NOON)
    await store.planned(binding(run), NOON)
    await store.vote(vote(run))
    await store.claim(run.id, DIGEST, NOON)
    await store.end(run.id, Outcome.DONE, "good", None, NOON)
    entries = await store.record()
    events = ["run.began", "run.planned", "vote.cast", "apply.claimed", "run.ended"]
    assert [entry.event for entry in entries] == events
    assert entries[2].actor == "T0HOME/U0BEN"
    assert broken(entries) is None
    async with store._database.write() as connection:
        await connection.execute(update(record).where(record.c.seq == 3).values(actor="T0HOME/U0CLEO"))
    assert broken(await store.record()) == 3


@pytest.mark.parametrize("missing", [RunId(99)], ids=["no such run"])
async def test_unknown_runs_are_none(store: Store, missing: RunId) -> None:
    """A run that never was is not an error."""
    assert await store.run(missing) is None
    assert await store.binding(missing) is None
    assert await store.holder(EnvironmentName("staging")) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("exit 1: a\0b", "exit 1: a\N{REPLACEMENT CHARACTER}b", id="NUL"),
        pytest.param("exit 1: \ud800", "exit 1: ?", id="half a character"),
    ],
)
async def test_an_end_can_always_be_written(store: Store, text: str, kept: str) -> None:
    """A program under test may say anything; a run whose end cannot be written would hold its environment for ever."""
    run = await store.begin(new(), NOON)
    ended = await store.end(run.id, Outcome.FAILED, text, StepName.VERIFY, NOON)
    assert (ended.text, ended.open) == (kept, False)
    assert await store.holder(run.environment) is None
    assert broken(await store.record()) is None


async def test_a_vote_that_was_taken_back_does_not_come_back(store: Store) -> None:
    """An emoji that is taken away while the news of it is still under way counts no more; a later one does."""
    run = await store.begin(new(), NOON)
    await store.planned(binding(run), NOON)
    late = Vote(run=run.id, digest=DIGEST, voter=BEN, choice=Choice.APPROVE, via="+1", at=NOON)
    taken = NOON + timedelta(seconds=30)
    assert not await store.withdraw(run.id, DIGEST, BEN, "+1", Choice.APPROVE, taken)
    assert not await store.vote(late)
    assert list(await store.votes(run.id)) == []
    again = late.model_copy(update={"at": NOON + timedelta(seconds=31)})
    assert await store.vote(again)
    assert not await store.withdraw(run.id, DIGEST, BEN, "+1", Choice.APPROVE, taken)
    assert list(await store.votes(run.id)) == [again]


async def test_a_vote_keeps_its_groups(store: Store) -> None:
    """They come back with it and stand in the record; said again from another group it counts for that one."""
    run = await store.begin(new(), NOON)
    first = vote(run, BY_HAND).model_copy(update={"groups": frozenset({GroupName("dba"), GroupName("a")})})
    assert await store.vote(first)
    assert not await store.vote(first.model_copy(update={"at": NOON + timedelta(seconds=1)}))
    assert list(await store.votes(run.id)) == [first]
    entry = (await store.record(run.id))[-1]
    assert (entry.event, entry.data["via"], entry.data["groups"]) == ("vote.cast", "typed", ["a", "dba"])
    moved = first.model_copy(update={"groups": frozenset({GroupName("board")})})
    assert await store.vote(moved)
    assert list(await store.votes(run.id)) == [moved]


def emergency(asked: str = "", *, review: bool = True) -> NewRun:
    wish = Wish(emergency=Emergency(ticket="INC-42", reason="full \0 queue"))
    return new(asked=asked).model_copy(update={"wish": wish, "review": review})


async def test_a_review_begins_with_its_run(store: Store) -> None:
    """Both or neither, once, whatever the reason says; a run without one has none."""
    run = await store.begin(emergency("command:1"), NOON)
    assert (await store.begin(emergency("command:1"), NOON)).id == run.id
    (review,) = await store.reviews()
    assert (review.run, review.environment, review.by, review.ticket) == (run.id, "staging", ANA, "INC-42")
    assert (review.at, review.open, review.reason.startswith("full ")) == (NOON, True, True)
    assert [entry.event for entry in await store.record(run.id)] == ["run.began", "review.opened"]
    await store.end(run.id, Outcome.DONE, "", None, NOON)
    assert [each.run for each in await store.reviews()] == [run.id]
    other = await store.begin(emergency(review=False), NOON)
    assert await store.review(other.id) is None


async def test_what_a_bake_is_compared_with(store: Store) -> None:
    """The last good deploy's bake; before there is one, that of a deploy which nobody could judge."""
    assert await store.good_bake(EnvironmentName("staging")) is None
    for place, (outcome, found) in enumerate(
        [
            (Outcome.FAILED, None),
            (Outcome.UNKNOWN, 2),
            (Outcome.DONE, 3),
            (Outcome.UNKNOWN, 3),
            (Outcome.DONE, 5),
        ],
        start=1,
    ):
        run = await store.begin(new(asked=f"command:{place}"), NOON)
        until = NOON + timedelta(seconds=place)
        await store.bake(run.id, BakeReport(began_at=NOON, until=until))
        await store.end(run.id, outcome, "", StepName.BAKE, NOON)
        kept = await store.good_bake(EnvironmentName("staging"))
        assert (kept and kept.until) == (NOON + timedelta(seconds=found) if found else None)


async def test_a_way_back_is_reviewed(store: Store) -> None:
    """What nobody voted on is looked at afterwards, under a ticket of its own."""
    run = await store.begin(new().model_copy(update={"review": True}), NOON)
    review = await store.review(run.id)
    assert review is not None
    assert (review.ticket, review.open) == ("rollback", True)


async def test_a_review_is_closed_once(store: Store) -> None:
    """Many close it at once; one note stands, with its name, and is in the record."""
    run = await store.begin(emergency(), NOON)
    closed = await asyncio.gather(*(store.close_review(run.id, BEN, f"note {n}", NOON) for n in range(10)))
    assert closed.count(True) == 1
    review = await store.review(run.id)
    assert review is not None
    assert (review.open, review.closed_by, review.closed_at) == (False, BEN, NOON)
    assert review.note == f"note {closed.index(True)}"
    assert not await store.reviews()
    entry = (await store.record(run.id))[-1]
    assert (entry.event, entry.actor, entry.data) == ("review.closed", "T0HOME/U0BEN", {"note": review.note})
    assert not await store.close_review(RunId(99), BEN, "no such", NOON)
    assert broken(await store.record()) is None


async def test_whoever_is_cancelled_leaves_no_lock(store: Store) -> None:
    """A write that nobody waits for any more ends well, and the next one need not wait for it."""
    run = await store.begin(new(), NOON)
    for turns in range(60):
        cut_off = asyncio.create_task(store.stage(run.id, StepName.PLAN, NOON))
        for _ in range(turns % 20):
            await asyncio.sleep(0.0003)
        cut_off.cancel()
        await asyncio.gather(cut_off, return_exceptions=True)
        async with asyncio.timeout(5):
            await store.stage(run.id, StepName.APPROVE, NOON)
    assert broken(await store.record()) is None


async def test_the_colour_that_a_switch_brought(store: Store) -> None:
    """The last good switch by a plan counts, of that service and environment, and no other kind of switch."""

    async def end(colour: Colour, outcome: Outcome, service: str = "site", **differs: Any) -> None:
        switch = Switching(colour=colour, services=(service,))
        begun = new(differs.pop("environment", "staging")).model_copy(
            update={"recipe": SWITCH_BY_PLAN, "switch": switch, **differs}
        )
        await store.end((await store.begin(begun, NOON)).id, outcome, "", None, NOON)

    staging = EnvironmentName("staging")
    assert await store.brought(staging, "site") is None
    await end(Colour.GREEN, Outcome.DONE)
    await end(Colour.BLUE, Outcome.FAILED)
    await end(Colour.BLUE, Outcome.PLANNED)
    await end(Colour.BLUE, Outcome.DONE, "shop")
    await end(Colour.BLUE, Outcome.DONE, environment="prod")
    await end(Colour.BLUE, Outcome.DONE, recipe=SWITCH)
    assert await store.brought(staging, "site") is Colour.GREEN
    await end(Colour.BLUE, Outcome.DONE)
    assert await store.brought(staging, "site") is Colour.BLUE
