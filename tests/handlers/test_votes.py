"""Votes by emoji and button: what counts, what does not, and what is answered."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.message import Message, Saying, Urgency
from bot.domain.plan import ChangeClass, Counts, Plan
from bot.domain.ruling import Ask
from bot.domain.run import Run, StepName
from bot.domain.value import Commit, EnvironmentName, GroupName, MessageTs, PlanDigest
from bot.journal import Binding
from bot.ports import CommitInfo
from bot.store import Store
from handlers import Pointed
from handlers.deploy import Deploy
from handlers.votes import Votes
from tests.fakes.town import DEPLOYS, NOON, Town, person

DIGEST = PlanDigest("d" * 64)
COMMIT = Commit("c" * 40)
CARD, OLD_CARD, OTHER = MessageTs("2.2"), MessageTs("1.1"), MessageTs("3.3")


@pytest.fixture
async def asking(town: Town) -> Run:
    """Ana's run waits for one vote of platform on a plan of Cleo's commit; its card stands in the channel."""
    await Deploy(town.desk, {}).answer(town.spoken("/deploy staging"))
    run = await town.journal.holder(EnvironmentName("staging"))
    assert run is not None
    store = town.journal
    assert isinstance(store, Store)
    info = CommitInfo(commit=COMMIT, subject="s", committers=("cleo@example.com",))
    await store.resolved(run.id, info, NOON)
    plan = Plan(digest=DIGEST, terraform_version="1.11.4", changes=(), counts=Counts(create=1))
    ask = Ask(votes=1, of=(GroupName("platform"),), reasons=())
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


def pointed(by: str, what: str = "white_check_mark", ts: str = CARD, *, removed: bool = False) -> Pointed:
    return Pointed(
        by=person(by), channel=DEPLOYS, at=NOON, key=f"{by}{what}{ts}", ts=ts, what=what, removed=removed
    )


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
