"""What the words after a command mean."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.colour import Colour
from bot.domain.request import (
    Cancel,
    Deploy,
    Emergency,
    Hold,
    Keep,
    Resume,
    Retire,
    Review,
    Rollback,
    Skip,
    Switch,
    Wish,
)
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
        pytest.param("prod --emergency INC-42 down — really - down -- --supersede", Deploy(environment=PROD, supersede=True, wish=Wish(emergency=Emergency(ticket="INC-42", reason="down — really - down --"))), id="dashes in a reason"),
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
        pytest.param("prod --dry-run --supersede", "takes nobody's place", id="a look that ends somebody's run"),
        pytest.param("prod --at=2026-11-22T02:00Z", "did you mean --at?", id="an equals sign"),
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


GREEN = Colour.GREEN


def switch(**changes: Any) -> Switch:
    return Switch(**({"environment": PROD, "colour": GREEN} | changes))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("prod green", switch(), id="an environment and a colour"),
        pytest.param("prod BLUE", switch(colour=Colour.BLUE), id="as phones write"),
        pytest.param("--dry-run prod green", switch(dry_run=True), id="an option first"),
        pytest.param("prod --service store green --service admin", switch(services=("store", "admin")), id="two services, in their order"),
        pytest.param("prod green --steps 10,50,100", switch(steps=(10, 50, 100)), id="a ladder"),
        pytest.param("prod --steps 100 green", switch(steps=(100,)), id="one step, and a word behind it"),
        pytest.param("prod green --steps 1,100", switch(steps=(1, 100)), id="the smallest step"),
        pytest.param("prod —when-open green", switch(wish=Wish(when_open=True)), id="a phone's long dash"),
        pytest.param("prod \N{EN DASH}dry-run green", switch(dry_run=True), id="a phone's shorter dash"),
        pytest.param("prod --at 2026-11-22T02:00Z green", switch(wish=Wish(at=SUNDAY)), id="a moment"),
        pytest.param("prod green --emergency INC-42 the queue is full", switch(wish=Wish(emergency=FULL)), id="an emergency"),
    ],
)  # fmt: skip
def test_a_switch_is_understood(said: str, meant: Switch) -> None:
    """Options go anywhere, and a service is named once for each."""
    assert grammar.switch(tuple(said.split())) == meant


_STEPS = "--steps are parts of a hundred that go up and end with 100: write them like --steps 10,50,100."
_TWO = "Name an environment and the colour that is to get the traffic, like prod green."


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        pytest.param("", _TWO, id="nothing"),
        pytest.param("prod", _TWO, id="no colour"),
        pytest.param("prod green store", _TWO, id="a word too many"),
        pytest.param("green prod", "“prod” is no colour: it is blue or green.", id="in the wrong order"),
        pytest.param("prod red", "“red” is no colour: it is blue or green.", id="another colour"),
        pytest.param("prod green --service", "Which service? Write --service storefront, once for each.", id="no service"),
        pytest.param("prod green --service --dry-run", "Which service? Write --service storefront, once for each.", id="an option is no service"),
        pytest.param("prod green --service a --service a", "The service a stands there twice.", id="a service twice"),
        pytest.param("prod --service a green --service b --service b", "The service b stands there twice.", id="another one twice"),
        pytest.param("prod green --dry-run --dry-run", "--dry-run stands there twice.", id="an option twice"),
        pytest.param("prod green --supersede", "did you mean --service?", id="what only deploys have"),
        pytest.param("prod green --stpes 100", "did you mean --steps?", id="a slip"),
        pytest.param("prod green --steps", _STEPS, id="no steps"),
        pytest.param("prod green --steps 50", _STEPS, id="not to the end"),
        pytest.param("prod green --steps 50,10,100", _STEPS, id="up and down"),
        pytest.param("prod green --steps 50,50,100", _STEPS, id="a step twice"),
        pytest.param("prod green --steps 0,100", _STEPS, id="a step of nothing"),
        pytest.param("prod green --steps 10,,100", _STEPS, id="a gap"),
        pytest.param("prod green --steps 10,x,100", _STEPS, id="no number"),
        pytest.param("prod green --steps -10,100", _STEPS, id="down"),
        pytest.param("prod green --steps \N{ARABIC-INDIC DIGIT ONE}0,100", _STEPS, id="numbers that nobody reads"),
        pytest.param("prod green --steps 10,1000,100", _STEPS, id="more than all"),
        pytest.param("prod green --steps 100,200", _STEPS, id="past the end"),
        pytest.param(f"prod green --steps {'9' * 5_000},100", _STEPS, id="a number that takes a book"),
        pytest.param("prod green --at 2026-11-22T02:00Z --when-open", "write one of the two", id="two times"),
        pytest.param("prod green --when-open --emergency INC-42 the queue", "leave out --when-open", id="an emergency that waits"),
    ],
)  # fmt: skip
def test_a_switch_is_misused(said: str, sentence: str) -> None:
    """One sentence says what is wrong, and what would be right."""
    answer = grammar.switch(tuple(said.split()))
    assert isinstance(answer, str)
    assert sentence in answer


_NUMBER = "Name one run by its number, like 42."
_NUMBERS = [
    pytest.param("", None, id="none"),
    pytest.param("42", RunId(42), id="a number"),
    pytest.param("#42", RunId(42), id="as people write it"),
    pytest.param("9" * 17, RunId(int("9" * 17)), id="a long one"),
    pytest.param("9" * 18, _NUMBER, id="too long a one"),
    pytest.param("x", _NUMBER, id="a word"),
    pytest.param("#", _NUMBER, id="half a number"),
    pytest.param("-1", _NUMBER, id="less than nothing"),
    pytest.param("\N{ARABIC-INDIC DIGIT FOUR}2", _NUMBER, id="a number that nobody reads"),
    pytest.param("42 43", _NUMBER, id="two"),
]


@pytest.mark.parametrize(("said", "meant"), _NUMBERS)
def test_one_run(said: str, meant: RunId | str | None) -> None:
    """What is stopped, held, let go on or given up is one run, named by its number or not at all."""
    words = tuple(said.split())
    answers = grammar.cancel(words), grammar.hold(words), grammar.resume(words), grammar.retire(words)
    if isinstance(meant, str):
        assert answers == (meant, meant, meant, meant)
    else:
        assert answers == (Cancel(run=meant), Hold(run=meant), Resume(run=meant), Retire(run=meant))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("", Review(), id="nothing said"),
        pytest.param("#42 the retry loop", Review(run=RunId(42), note="the retry loop"), id="a run and a note"),
        pytest.param("42", "Say what you found: nobody can read an empty review.", id="no note"),
        pytest.param("the retry loop", "Name one run by its number, like 42, and then what you found.", id="no run"),
    ],
)  # fmt: skip
def test_a_review(said: str, meant: Review | str) -> None:
    """Of one run, with what was found there; or what waits for one."""
    assert grammar.review(tuple(said.split())) == meant


@pytest.mark.parametrize(("said", "meant"), _NUMBERS)
def test_a_rollback(said: str, meant: RunId | str | None) -> None:
    """Of an environment, and of one run there where one is named."""
    answer = grammar.rollback(("prod", *said.split()))
    assert answer == (meant if isinstance(meant, str) else Rollback(environment=PROD, run=meant))


def test_a_rollback_of_nothing() -> None:
    """Nobody is taken at less than their word."""
    assert grammar.rollback(()) == "Which environment?"


_LENGTH = "is no length of time: write a number and a unit, like 90m, 8h or 2d."
_TWELVE = timedelta(hours=12)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("", Keep(), id="nothing said"),
        pytest.param("42", Keep(run=RunId(42)), id="a run"),
        pytest.param("12h", Keep(length=_TWELVE), id="a length"),
        pytest.param("42 12h", Keep(run=RunId(42), length=_TWELVE), id="both"),
        pytest.param("12h 42", "Name one run by its number and how much longer its old colour is kept, like 42 12h.", id="in the wrong order"),
        pytest.param("42 12h x", "Name one run by its number and how much longer its old colour is kept, like 42 12h.", id="a word too many"),
        pytest.param("42 soon", f"“soon” {_LENGTH}", id="no length"),
        pytest.param("42 0h", f"“0h” {_LENGTH}", id="no time at all"),
        pytest.param("42 43", f"“43” {_LENGTH}", id="no unit"),
        pytest.param("99999999999d", f"“99999999999d” {_LENGTH}", id="for ever"),
    ],
)  # fmt: skip
def test_keeping(said: str, meant: Keep | str) -> None:
    """A run and a length, each where it is wanted."""
    assert grammar.keep(tuple(said.split())) == meant


_SKIPPED = "Waiting for evidence is skipped only in an emergency: name a ticket and a reason, like 42 INC-42 the queue is full."


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("42 INC-42 the queue is full", Skip(run=RunId(42), emergency=FULL), id="a run, a ticket and a reason"),
        pytest.param("INC-42 the queue is full", Skip(run=None, emergency=FULL), id="a ticket and a reason"),
        pytest.param("42 INC-42 why", Skip(run=RunId(42), emergency=Emergency(ticket="INC-42", reason="why")), id="a word is a reason"),
        pytest.param("", _SKIPPED, id="nothing"),
        pytest.param("42", _SKIPPED, id="only a run"),
        pytest.param("42 INC-42", _SKIPPED, id="no reason"),
        pytest.param("INC-42", _SKIPPED, id="only a ticket"),
    ],
)  # fmt: skip
def test_skipping(said: str, meant: Skip | str) -> None:
    """Only in an emergency, which has a ticket and a reason."""
    assert grammar.skip(tuple(said.split())) == meant


def test_half_a_character_of_a_skip() -> None:
    """A reason can be kept, whatever was in it."""
    asked = grammar.skip(("42", "INC-42", "the\ud800queue"))
    assert isinstance(asked, Skip)
    assert asked.emergency.reason == "the?queue"
    assert asked.model_dump_json()


@given(words=st.lists(st.sampled_from(["prod", "green", "42", "12h", "INC-1", "--steps", "10,100", "--at", "--service", "—", "-", "--emergency", "#", "\ud800"]), max_size=6))  # fmt: skip
def test_any_words_are_answered(words: list[str]) -> None:
    """Whatever is said is understood, or answered by one sentence."""
    for read in (
        grammar.switch, grammar.deploy, grammar.rollback, grammar.hold, grammar.resume,
        grammar.keep, grammar.retire, grammar.skip,
    ):  # fmt: skip
        answer = read(tuple(words))
        assert not isinstance(answer, str) or answer.endswith((".", "?"))
