"""Votes by emoji and button: what counts, what does not, and what is answered."""

import dataclasses
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import SlackRefused, SlackThrottled, SlackUnreachable
from bot.domain.heard import SEEN, Heard, HeardKind, emoji_on
from bot.domain.message import Dialog, Message, Saying, Urgency
from bot.domain.plan import ChangeClass, Counts, Plan
from bot.domain.ruling import Ask
from bot.domain.run import Outcome, Run, StepName
from bot.domain.value import Commit, EnvironmentName, GroupName, MessageTs, PlanDigest
from bot.domain.vote import Vote
from bot.journal import Binding, Journal
from bot.ports import CommitInfo
from bot.render import confirm
from bot.store import Store
from handlers import Pointed
from handlers.deploy import Deploy
from handlers.votes import Votes
from tests.fakes.town import DEPLOYS, NOON, Town, person

DIGEST = PlanDigest("d" * 64)
COMMIT = Commit("c" * 40)
CARD, OLD_CARD, OTHER = MessageTs("2.2"), MessageTs("1.1"), MessageTs("3.3")


PLAIN = Ask(votes=1, of=(GroupName("platform"),), reasons=())
TYPED = PLAIN.model_copy(update={"typed": True})
LOSS = PLAIN.model_copy(update={"loss": (GroupName("dba"),)})


async def begun(town: Town, ask: Ask) -> Run:
    """Ana's run waits for what *ask* says, on a plan of Cleo's commit; its card stands in the channel."""
    await Deploy(town.desk, {}).answer(town.spoken("/deploy staging"))
    run = await town.journal.holder(EnvironmentName("staging"))
    assert run is not None
    store = town.journal
    assert isinstance(store, Store)
    info = CommitInfo(commit=COMMIT, subject="s", committers=("cleo@example.com",))
    await store.resolved(run.id, info, NOON)
    plan = Plan(digest=DIGEST, terraform_version="1.11.4", changes=(), counts=Counts(create=1))
    await store.planned(
        Binding(
            run=run.id,
            plan=plan,
            file="x",
            diff="",
            commit=COMMIT,
            estate="",
            change_class=ChangeClass.STANDARD,
            ask=ask,
        ),
        NOON,
    )
    await store.stage(run.id, StepName.APPROVE, NOON)
    await store.await_votes(run.id, NOON + timedelta(hours=1), NOON)
    for key, ts in (
        (f"run:{run.id}:plan:{DIGEST[:16]}", CARD),
        (f"run:{run.id}:plan:{'e' * 16}", OLD_CARD),
        (f"run:{run.id}", OTHER),
    ):
        said = Saying(key=key, channel=DEPLOYS, message=Message(text="t"), urgency=Urgency.DECISION)
        await store.say(said, NOON)
        await store.sent(key, 1, ts)
    known = await store.run(run.id)
    assert known is not None
    return known


@pytest.fixture
async def asking(town: Town) -> Run:
    """Give a run that waits for one vote, in any form."""
    return await begun(town, PLAIN)


def pointed(
    by: str,
    what: str = "white_check_mark",
    ts: str = CARD,
    *,
    removed: bool = False,
    written: str | None = None,
    value: str = "",
) -> Pointed:
    return Pointed(
        by=person(by),
        channel=DEPLOYS,
        at=NOON,
        key=f"{by}{what}{ts}",
        ts=ts,
        what=what,
        removed=removed,
        trigger="1.2.3" if what in {"approve", "reject"} else "",
        written=written,
        value=value,
    )


def sent_off(dialog: Dialog, written: str | None) -> dict[str, Any]:
    """What Slack sends when the form is filled in."""
    values = {confirm.FIELD: {confirm.WORD: {"type": "plain_text_input", "value": written}}}
    view = {"callback_id": dialog.name, "private_metadata": dialog.carried, "state": {"values": values}}
    return {"type": "view_submission", "user": {"id": "U0BEN"}, "view": view}


@pytest.mark.parametrize("what", ["white_check_mark", "+1", "approve"])
async def test_a_vote_counts(town: Town, asking: Run, what: str) -> None:
    """It is a row, the run is rung for, and the card shows enough."""
    assert await Votes(town.desk).answer(pointed("ben", what)) is None
    (vote,) = await town.journal.votes(asking.id)
    assert (vote.voter, vote.choice) == (person("ben"), "approve")
    assert town.bells.rings == [asking.id]


@pytest.mark.parametrize("what", ["x", "-1", "reject"])
async def test_a_rejection_counts(town: Town, asking: Run, what: str) -> None:
    """Whoever may vote may say no."""
    assert await Votes(town.desk).answer(pointed("ben", what)) is None
    (vote,) = await town.journal.votes(asking.id)
    assert vote.choice == "reject"


@pytest.mark.parametrize(
    ("by", "what", "ts", "expected"),
    [
        pytest.param("ana", "approve", CARD, "somebody else must approve", id="own request"),
        pytest.param("cleo", "approve", CARD, "commit of this account's own", id="own commit"),
        pytest.param("dana", "approve", CARD, "Only members of platform", id="outside the group"),
        pytest.param("gus", "+1", CARD, "guest", id="a guest"),
        pytest.param("sam", "+1", CARD, "workspace", id="a stranger"),
        pytest.param("robot", "+1", CARD, "only people may act", id="a bot"),
        pytest.param("ben", "approve", OLD_CARD, "newest card", id="a superseded card"),
    ],
)
async def test_a_vote_that_does_not_count(
    town: Town, asking: Run, by: str, what: str, ts: str, expected: str
) -> None:
    """A private answer gives the reason, and there is no row."""
    answer = await Votes(town.desk).answer(pointed(by, what, ts))
    assert answer is not None
    assert expected in f"{answer.text} {answer.blocks}"
    assert not await town.journal.votes(asking.id)
    assert not town.bells.rings


@pytest.mark.parametrize("stage", [StepName.WINDOW, StepName.APPLY])
async def test_a_no_counts_until_the_apply_begins(town: Town, asking: Run, stage: StepName) -> None:
    """A run that waits for its window, or looks at the state once more, is stopped by whoever may vote."""
    store = town.journal
    await store.stage(asking.id, stage, NOON)
    answer = await Votes(town.desk).answer(pointed("cleo", "approve"))
    assert answer is not None
    assert await Votes(town.desk).answer(pointed("ben", "x")) is None
    (vote,) = await store.votes(asking.id)
    assert (vote.voter, vote.choice) == (person("ben"), "reject")
    assert town.bells.rings == [asking.id]


async def test_a_no_after_the_apply_began(town: Town, asking: Run) -> None:
    """Nobody is left to believe that it stopped anything."""
    await town.journal.stage(asking.id, StepName.APPLY, NOON)
    assert await town.journal.claim(asking.id, DIGEST, NOON)
    answer = await Votes(town.desk).answer(pointed("ben", "x"))
    assert answer is not None
    assert "not waiting for votes" in f"{answer.text} {answer.blocks}"
    assert not await town.journal.votes(asking.id)


class Quicker:
    """A journal in which something happens right before a vote is kept."""

    def __init__(self, journal: Journal, first: Callable[[], Awaitable[object]]) -> None:
        self._journal, self._first = journal, first

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    async def vote(self, vote: Vote) -> bool:
        await self._first()
        return await self._journal.vote(vote)


@pytest.mark.parametrize(
    ("fresh", "expected"),
    [
        pytest.param(False, "not waiting for votes", id="an apply"),
        pytest.param(True, "newest card", id="a plan"),
    ],
)
async def test_a_no_that_was_late_by_a_moment(town: Town, asking: Run, fresh: bool, expected: str) -> None:
    """Whatever was kept first counts, and whoever said no hears of it."""
    store = town.journal
    await store.stage(asking.id, StepName.APPLY, NOON)
    bound = await store.binding(asking.id)
    assert bound is not None
    other = bound.plan.model_copy(update={"digest": PlanDigest("f" * 64)})

    async def first() -> None:
        if fresh:
            await store.replanned(bound.model_copy(update={"plan": other}), NOON, carried=False)
        else:
            await store.claim(asking.id, DIGEST, NOON)

    journal: Any = Quicker(store, first)
    answer = await Votes(dataclasses.replace(town.desk, journal=journal)).answer(pointed("ben", "x"))
    assert answer is not None
    assert expected in f"{answer.text} {answer.blocks}"


async def test_other_messages_are_no_ballots(town: Town, asking: Run) -> None:
    """An emoji on the status message, or on anybody's, means nothing."""
    assert await Votes(town.desk).answer(pointed("ben", ts=OTHER)) is None
    assert await Votes(town.desk).answer(pointed("ben", ts="9.9")) is None
    assert not await town.journal.votes(asking.id)


async def test_twice_is_once(town: Town, asking: Run) -> None:
    """The second click is answered, and counts for nothing."""
    votes = Votes(town.desk)
    await votes.answer(pointed("ben", "approve"))
    answer = await votes.answer(pointed("ben", "approve"))
    assert answer is not None
    assert "stands already" in answer.text
    assert len(await town.journal.votes(asking.id)) == 1


async def test_an_emoji_that_was_seen_before_it_was_told(town: Town, asking: Run) -> None:
    """It was counted, or answered, when it was seen; Slack, which tells of it only now, is late."""
    votes = Votes(town.desk)
    for name in ("ben", "dana"):
        key = f"{SEEN}:{emoji_on(DEPLOYS, CARD)}:{person(name).user}:white_check_mark:0"
        event = {"item": {"channel": DEPLOYS, "ts": CARD}}
        await town.journal.hear(Heard(key=key, kind=HeardKind.EVENT, payload={"event": event}, at=NOON))
        seen = pointed(name).model_copy(update={"key": key})
        assert ((await votes.answer(seen)) is None) is (name == "ben")
        assert await votes.answer(pointed(name)) is None
    assert len(await town.journal.votes(asking.id)) == 1
    anew = pointed("dana").model_copy(update={"at": NOON + timedelta(seconds=1)})
    for other in (anew, pointed("dana", "+1"), pointed("dana", "approve"), pointed("gus")):
        assert await votes.answer(other) is not None


async def test_taking_the_emoji_away_takes_the_vote_away(town: Town, asking: Run) -> None:
    """Only the vote that was given with it; a vote by button stays."""
    votes = Votes(town.desk)
    await votes.answer(pointed("ben", "+1"))
    await votes.answer(pointed("ben", "approve"))
    assert await votes.answer(pointed("ben", "+1", removed=True)) is None
    (left,) = await town.journal.votes(asking.id)
    assert left.via == "button"


async def test_when_nobody_can_be_looked_up_nobody_counts(town: Town, asking: Run) -> None:
    """The guard refuses, and says that it was the look-up."""
    town.book.answers = False
    answer = await Votes(town.desk).answer(pointed("ben"))
    assert answer is not None
    assert "Slack could not say who is in platform" in answer.text
    assert not await town.journal.votes(asking.id)


@pytest.mark.parametrize(
    ("reaction", "expected"),
    [
        pytest.param("+1::skin-tone-4", "+1", id="a skin tone"),
        pytest.param("thumbsup", "+1", id="an alias"),
        pytest.param("heavy_check_mark", None, id="another picture"),
        pytest.param("tada", None, id="applause"),
    ],
)
def test_which_emoji_are_votes(town: Town, reaction: str, expected: str | None) -> None:
    """Those that the estate names, in any skin."""
    event: dict[str, Any] = {
        "type": "reaction_added",
        "reaction": reaction,
        "item": {"type": "message", "ts": "1"},
    }
    fields = Votes(town.desk).read({"event": event})
    assert (fields or {}).get("what") == expected


@pytest.mark.parametrize("emoji", ["typed", "button", "approve", "reject"])
def test_no_emoji_is_a_button(town: Town, emoji: str) -> None:
    """A workspace may have an emoji of any name; one that is named like a button is none."""
    for kind in ("reaction_added", "reaction_removed"):
        event = {"type": kind, "reaction": emoji, "item": {"type": "message", "ts": "1"}}
        assert Votes(town.desk).read({"event": event}) is None


@pytest.mark.parametrize("ask", [TYPED, LOSS], ids=["typed", "a loss"])
async def test_a_name_is_asked_for(town: Town, ask: Ask) -> None:
    """The button shows a form with the click's own trigger, and is no vote yet; the form filled in is one."""
    run = await begun(town, ask)
    votes = Votes(town.desk)
    assert await votes.answer(pointed("ben", "approve")) is None
    assert not await town.journal.votes(run.id)
    ((trigger, dialog),) = town.desktop.shown
    assert trigger == "1.2.3"
    payload = sent_off(dialog, " staging ")
    assert Votes.faults(payload) == {}
    fields = votes.read(payload)
    assert fields is not None
    told = {"by": person("ben"), "at": NOON, "key": "view:1", "response_url": None, **fields}
    assert await votes.answer(Pointed(**told)) is None
    (vote,) = await town.journal.votes(run.id)
    assert (vote.via, vote.groups, vote.digest) == ("typed", frozenset({GroupName("platform")}), DIGEST)
    assert town.bells.rings == [run.id]
    # Pressed twice, kept once.
    answer = await votes.answer(Pointed(**told))
    assert answer is not None
    assert "stands already" in answer.text


@pytest.mark.parametrize("written", [None, "", "prod", "Staging", "stagin", "staging staging", "x" * 5000])
async def test_another_word_is_given_back(town: Town, written: str | None) -> None:
    """From the payload alone: the field says what would be right."""
    await begun(town, TYPED)
    await Votes(town.desk).answer(pointed("ben", "approve"))
    ((_, dialog),) = town.desktop.shown
    assert Votes.faults(sent_off(dialog, written)) == {confirm.FIELD: "Write exactly: staging"}


@pytest.mark.parametrize(
    ("what", "written", "expected"),
    [
        pytest.param("white_check_mark", None, "Press *Approve*", id="an emoji"),
        pytest.param("typed", "prod", "something else was written", id="a forged form with another word"),
        pytest.param("typed", None, "written by hand", id="a forged form without a word"),
    ],
)
async def test_what_does_not_confirm(town: Town, what: str, written: str | None, expected: str) -> None:
    """A private answer says what to do, and there is no row."""
    run = await begun(town, TYPED)
    answer = await Votes(town.desk).answer(pointed("ben", what, written=written))
    assert answer is not None
    assert expected in f"{answer.text} {answer.blocks}"
    assert not await town.journal.votes(run.id)


@pytest.mark.parametrize(
    ("by", "ts", "expected"),
    [
        pytest.param("ana", CARD, "somebody else must approve", id="own request"),
        pytest.param("ben", OLD_CARD, "newest card", id="a superseded card"),
    ],
)
async def test_no_form_for_a_vote_that_cannot_count(town: Town, by: str, ts: str, expected: str) -> None:
    """Nobody writes anything for nothing."""
    await begun(town, TYPED)
    answer = await Votes(town.desk).answer(pointed(by, "approve", ts))
    assert answer is not None
    assert expected in f"{answer.text} {answer.blocks}"
    assert not town.desktop.shown


@pytest.mark.parametrize(
    ("by", "ask", "expected"),
    [
        pytest.param("dana", TYPED, "Only members of platform", id="outside the group"),
        pytest.param("dana", LOSS, "", id="one who confirms, and does not vote"),
        pytest.param("cleo", LOSS, "commit of this account's own", id="own commit"),
        pytest.param("gus", LOSS, "guest", id="a guest"),
    ],
)
async def test_a_form_is_judged_like_every_vote(town: Town, by: str, ask: Ask, expected: str) -> None:
    """The law is asked when the form comes back; a confirmation keeps the group it is for."""
    run = await begun(town, ask)
    answer = await Votes(town.desk).answer(pointed(by, "typed", written="staging"))
    votes = await town.journal.votes(run.id)
    assert [vote.groups for vote in votes] == ([] if expected else [{"dba"}])
    assert (answer is None) == (expected == "")
    assert answer is None or expected in f"{answer.text} {answer.blocks}"


async def test_a_form_for_a_plan_that_is_gone(town: Town) -> None:
    """Between the click and the last letter there may be a new plan."""
    run = await begun(town, TYPED)
    answer = await Votes(town.desk).answer(
        pointed("ben", "typed", written="staging", value=f"{run.id}:{'e' * 64}")
    )
    assert answer is not None
    assert "newest card" in f"{answer.text} {answer.blocks}"
    assert not await town.journal.votes(run.id)


@pytest.mark.parametrize(
    "trouble",
    [SlackRefused("views.open", "expired_trigger_id"), SlackUnreachable(), SlackThrottled(3)],
    ids=["too late", "away", "too much"],
)
async def test_a_form_that_slack_does_not_show(town: Town, trouble: Exception) -> None:
    """It is said, with what to do; nothing was lost."""
    run = await begun(town, TYPED)
    town.desktop.refusal = trouble
    answer = await Votes(town.desk).answer(pointed("ben", "approve"))
    assert answer is not None
    assert "Press Approve again" in answer.text
    assert not await town.journal.votes(run.id)


@pytest.mark.parametrize(
    ("by", "ended", "told"),
    [
        pytest.param("ben", False, True, id="while it is applied"),
        pytest.param("ben", True, False, id="after the end"),
        pytest.param("dana", False, False, id="by somebody who had none"),
    ],
)
async def test_a_vote_is_taken_away_too_late(
    town: Town, asking: Run, by: str, ended: bool, told: bool
) -> None:
    """It stays in the rows, for it was done on its word; whoever may believe that they stopped it hears better."""
    votes = Votes(town.desk)
    await votes.answer(pointed("ben"))
    assert await town.journal.claim(asking.id, DIGEST, NOON)
    if ended:
        await town.journal.end(asking.id, Outcome.DONE, "", None, NOON)
    answer = await votes.answer(pointed(by, removed=True))
    assert [vote.voter for vote in await town.journal.votes(asking.id)] == [person("ben")]
    assert ("/interlock cancel 1 stops it" in answer.text if answer else False) is told


async def test_a_no_needs_no_name(town: Town) -> None:
    """One click rejects, also over one's own vote by hand; taking an emoji away leaves that one alone."""
    run = await begun(town, TYPED)
    votes = Votes(town.desk)
    await votes.answer(pointed("ben", "typed", written="staging"))
    await votes.answer(pointed("ben", removed=True))
    assert [vote.via for vote in await town.journal.votes(run.id)] == ["typed"]
    await votes.answer(pointed("ben", "reject"))
    assert {vote.choice.value for vote in await town.journal.votes(run.id)} == {"approve", "reject"}


@pytest.mark.parametrize("carried", ["", "null", "no json", "[1]", "{}"])
def test_a_form_that_carries_nothing(town: Town, carried: str) -> None:
    """What came back broken is no word, and breaks nothing."""
    payload: dict[str, Any] = {"view": {"private_metadata": carried, "state": {"values": {}}}}
    assert (Votes(town.desk).read(payload) or {})["value"] == ""
    assert Votes.faults(
        {
            **payload,
            "view": {**payload["view"], "state": {"values": {confirm.FIELD: {confirm.WORD: {"value": "x"}}}}},
        }
    )
