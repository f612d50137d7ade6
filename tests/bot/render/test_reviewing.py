from bot.domain.review import Review
from bot.domain.value import EnvironmentName, RunId
from bot.render import overview, reviewing
from tests.fakes.limits import shown
from tests.fakes.reports import ANA, NOON

REVIEW = Review(
    run=RunId(7),
    environment=EnvironmentName("prod"),
    by=ANA,
    ticket="INC-42",
    reason="the queue is full",
    at=NOON,
)


def test_what_is_open() -> None:
    """Each with its run, ticket and reason, and how to close it."""
    told = shown(reviewing.waiting((REVIEW,)))
    assert "run 7 in *prod*  ·  `INC-42`  ·  by <@U0ANA>" in told
    assert "the queue is full" in told
    assert "/interlock review RUN NOTE" in told
    assert shown(reviewing.waiting(())) == "⚪ No emergency waits for a review."
    assert "and 10 more" in shown(reviewing.waiting((REVIEW,) * 30))


def test_closed() -> None:
    """The first to close it is told so, and the second that it was closed."""
    assert "is closed" in shown(reviewing.closed(REVIEW, first=True))
    assert "closed already" in shown(reviewing.closed(REVIEW, first=False))


def test_in_the_overview() -> None:
    """`/interlock status` says what nobody has looked at."""
    told = shown(overview.message((), (), (REVIEW,)))
    assert told == "🔎 *1 emergency* still waits for a review: run 7 (INC-42)  ·  `/interlock review`"
    assert "*2 emergencies* still wait" in shown(overview.message((), (), (REVIEW, REVIEW)))
