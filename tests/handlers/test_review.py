"""`/interlock review`: what is open, and who may close it."""

import pytest

from bot.domain.request import Emergency, Wish
from bot.domain.run import DEPLOY, Outcome
from bot.domain.value import EnvironmentName, RunId
from bot.journal import NewRun
from handlers.review import Review
from handlers.status import Status
from tests.fakes.town import DEPLOYS, NOON, Town, person


@pytest.fixture
async def emergency(town: Town) -> RunId:
    """Ana asked for an emergency in prod, and it is over."""
    return await over(town, await begun(town, "prod"))


async def over(town: Town, run: RunId) -> RunId:
    await town.journal.end(run, Outcome.DONE, "", None, NOON)
    return run


async def begun(town: Town, environment: str) -> RunId:
    run = await town.journal.begin(
        NewRun(
            environment=EnvironmentName(environment),
            by=person("ana"),
            channel=DEPLOYS,
            ref="main",
            recipe=DEPLOY,
            wish=Wish(emergency=Emergency(ticket="INC-42", reason="the queue is full")),
            review=True,
            asked=f"asked:{environment}",
        ),
        NOON,
    )
    return run.id


async def said(town: Town, words: str, by: str = "ben") -> str:
    answer = await Review(town.desk, {}).answer(town.spoken(words, by))
    assert answer is not None
    return f"{answer.text} {answer.blocks}"


async def test_it_is_listed_until_somebody_looks(town: Town, emergency: RunId) -> None:
    """In the list and in the status; closed once, with what was found, in the record."""
    assert "INC-42" in await said(town, "/interlock review")
    status = await Status(town.desk, {}).answer(town.spoken("/interlock status"))
    assert status is not None
    assert "waits for a review: run 1 (INC-42)" in f"{status.blocks}"
    assert "is closed" in await said(town, f"/interlock review #{emergency} the retry loop, see INC-42")
    review = await town.journal.review(emergency)
    assert review is not None
    assert (review.open, review.closed_by, review.note) == (
        False,
        person("ben"),
        "the retry loop, see INC-42",
    )
    assert "No emergency waits" in await said(town, "/interlock review")
    assert "has no open review" in await said(town, f"/interlock review {emergency} again", "cleo")
    assert (await town.journal.record(emergency))[-1].data == {"note": "the retry loop, see INC-42"}


@pytest.mark.parametrize(
    ("words", "by", "expected"),
    [
        pytest.param("/interlock review 1 fine", "ana", "somebody else must review it", id="who asked for it"),
        pytest.param("/interlock review 1 fine", "dana", "Only members of platform may close", id="outside the groups"),
        pytest.param("/interlock review 1 fine", "gus", "guest", id="a guest"),
        pytest.param("/interlock review", "sam", "workspace", id="a stranger"),
        pytest.param("/interlock review 1", "ben", "Say what you found", id="no note"),
        pytest.param("/interlock review one fine", "ben", "Name one run by its number", id="no number"),
        pytest.param("/interlock review 99 fine", "ben", "Run 99 has no open review", id="no such run"),
    ],
)  # fmt: skip
async def test_it_stays_open(town: Town, emergency: RunId, words: str, by: str, expected: str) -> None:
    """A private answer, and nothing is closed."""
    assert expected in await said(town, words, by)
    assert [review.run for review in await town.journal.reviews()] == [emergency]


async def test_before_it_is_over(town: Town) -> None:
    """Nobody can close beforehand what nobody has seen yet."""
    run = await begun(town, "prod")
    assert "has not ended yet" in await said(town, f"/interlock review {run} fine")
    assert [review.run for review in await town.journal.reviews()] == [run]


async def test_an_environment_that_is_gone(town: Town) -> None:
    """What was done there can still be looked at."""
    run = await over(town, await begun(town, "old"))
    assert "is closed" in await said(town, f"/interlock review {run} it is gone")
