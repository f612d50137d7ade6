"""What the words after `/deploy` mean."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.request import Deploy, Emergency, Keep, Rollback, Wish
from bot.domain.value import EnvironmentName, RunId
from bot.policy import grammar

PROD = EnvironmentName("prod")
SUNDAY = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
FULL = Emergency(ticket="INC-42", reason="the queue is full")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("prod", Deploy(environment=PROD), id="an environment"),
        pytest.param("prod v1", Deploy(environment=PROD, ref="v1"), id="and a ref"),
        pytest.param("--dry-run prod v1", Deploy(environment=PROD, ref="v1", dry_run=True), id="an option first"),
        pytest.param("prod --when-open v1", Deploy(environment=PROD, ref="v1", wish=Wish(when_open=True)), id="an option in the middle"),
        pytest.param("prod --at 2026-11-22T03:00+01:00 v1", Deploy(environment=PROD, ref="v1", wish=Wish(at=SUNDAY)), id="a moment"),
        pytest.param("prod --at 2026-11-22T02:00Z", Deploy(environment=PROD, wish=Wish(at=SUNDAY)), id="a moment in UTC"),
        pytest.param("prod --emergency INC-42 the queue is full", Deploy(environment=PROD, wish=Wish(emergency=FULL)), id="an emergency"),
        pytest.param("prod v1 —emergency INC-42 the queue is full --supersede", Deploy(environment=PROD, ref="v1", supersede=True, wish=Wish(emergency=FULL)), id="a phone's long dash"),
    ],
)  # fmt: skip
def test_understood(said: str, meant: Deploy) -> None:
    """Options go anywhere; what follows an emergency's ticket is its reason."""
    assert grammar.deploy(tuple(said.split())) == meant


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        pytest.param("", "Which environment?", id="nothing"),
        pytest.param("--dry-run", "Which environment?", id="only an option"),
        pytest.param("prod a b", "not 3 words", id="too many words"),
        pytest.param("prod --dry-rum", "did you mean --dry-run?", id="a slip"),
        pytest.param("prod --supercede", "did you mean --supersede?", id="another slip"),
        pytest.param("prod --xyz", "did you mean --dry-run?", id="no option at all"),
        pytest.param("prod --at", "When?", id="no moment"),
        pytest.param("prod --at tomorrow", "is no moment", id="a word"),
        pytest.param("prod --at 2026-11-22T02:00", "does not say in which time zone", id="a naive moment"),
        pytest.param("prod --at 0001-01-01T00:00+23:59", "too far away", id="before all time"),
        pytest.param("prod --emergency", "needs a ticket and a reason", id="an emergency without anything"),
        pytest.param("prod --emergency INC-42", "needs a ticket and a reason", id="an emergency without a reason"),
        pytest.param("prod --emergency INC-42 --dry-run", "needs a ticket and a reason", id="an option is no reason"),
        pytest.param("prod --when-open --emergency INC-42 the queue is full", "leave out --when-open", id="an emergency that waits"),
        pytest.param("prod --emergency INC-42 the queue --dry-run", "leave out --dry-run", id="an emergency for show"),
        pytest.param("prod --at 2026-11-22T02:00Z --emergency INC-42 the queue", "leave out --at", id="an emergency later"),
        pytest.param("prod --dry-run --dry-run", "stands there twice", id="twice"),
        pytest.param("prod --at 2026-11-22T02:00Z --when-open", "write one of the two", id="two times"),
    ],
)  # fmt: skip
def test_misused(said: str, sentence: str) -> None:
    """One sentence says what is wrong."""
    answer = grammar.deploy(tuple(said.split()))
    assert isinstance(answer, str)
    assert sentence in answer


def test_half_a_character() -> None:
    """A reason can be kept, whatever was in it."""
    asked = grammar.deploy(("prod", "--emergency", "INC-42", "the\ud800queue"))
    assert not isinstance(asked, str)
    assert asked.wish.emergency == Emergency(ticket="INC-42", reason="the?queue")
    assert asked.model_dump_json()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("", Keep(), id="nothing"),
        pytest.param("42", Keep(run=RunId(42)), id="a run"),
        pytest.param("2d", Keep(length=timedelta(days=2)), id="a length"),
        pytest.param("#42 90m", Keep(run=RunId(42), length=timedelta(minutes=90)), id="both"),
    ],
)
def test_keep(said: str, meant: Keep) -> None:
    """A number is a run, and a number with its unit a length."""
    assert grammar.keep(tuple(said.split())) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("", "Which environment?", id="nothing"),
        pytest.param("prod", Rollback(environment=PROD), id="the last"),
        pytest.param("prod #42", Rollback(environment=PROD, run=RunId(42)), id="a run"),
        pytest.param("prod x", "Name one run by its number, like 42.", id="no number"),
        pytest.param("prod 1 2", "Name one run by its number, like 42.", id="two"),
    ],
)
def test_rollback(said: str, meant: Rollback | str) -> None:
    """An environment, and at most one run."""
    assert grammar.rollback(tuple(said.split())) == meant
