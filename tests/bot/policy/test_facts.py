"""Facts that nobody has looked up are never good ones."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.domain.plan import ChangeClass
from bot.domain.request import Request
from bot.domain.ruling import Deny
from bot.domain.value import EnvironmentName
from bot.policy import decide
from bot.policy.facts import ApplyFacts, Bound, PlanFacts, RequestFacts, Standing, TurnFacts, VoteFacts
from tests.bot.policy.conftest import NOON, make_standing, person

LEAST: dict[str, Any] = {
    "channel": "C0PROD",
    "channels": {"C0PROD"},
    "teams": {"T0HOME"},
    "environments": {"prod"},
}


def test_a_person_of_whom_nothing_is_known() -> None:
    """Somebody who was not looked up is in no group, and in none for sure."""
    nobody = Standing(person=person("ana"), profile=None)
    assert (nobody.groups, nobody.unknown) == (frozenset(), frozenset())


REQUEST: TypeAdapter[Request] = TypeAdapter(Request)
RUN_42 = {"run": 42}


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"kind": "deploy", "environment": "prod"}, id="deploy"),
        pytest.param({"kind": "deploy", "environment": "prod", "back": 41}, id="deploy what was there"),
        pytest.param({"kind": "switch", "environment": "prod", "colour": "green"}, id="switch"),
        pytest.param({"kind": "switch", "environment": "prod", "colour": "green", "back": 41}, id="switch back"),
        pytest.param({"kind": "lock", "environment": "prod", "length": 60, "reason": "x"}, id="lock"),
        pytest.param({"kind": "unlock", "environment": "prod"}, id="unlock"),
        pytest.param({"kind": "cancel"} | RUN_42, id="cancel"),
        pytest.param({"kind": "hold"} | RUN_42, id="hold"),
        pytest.param({"kind": "resume"} | RUN_42, id="resume"),
        pytest.param({"kind": "skip", "emergency": {"ticket": "INC-1", "reason": "fire"}} | RUN_42, id="skip"),
        pytest.param({"kind": "keep"} | RUN_42, id="keep"),
        pytest.param({"kind": "retire"} | RUN_42, id="retire"),
        pytest.param({"kind": "review", "note": "x"} | RUN_42, id="review"),
    ],
)  # fmt: skip
def test_what_was_not_looked_up_is_refused(asked: dict[str, Any]) -> None:
    """With nothing but the least that is known of whoever asks, nobody may do anything that matters."""
    known = RequestFacts(who=make_standing("ana", "platform"), **LEAST)
    assert isinstance(decide.at_the_door(REQUEST.validate_python(asked), known), Deny)


def test_what_was_not_looked_up_is_not_so() -> None:
    """No review is open, nothing is on its way back, and whoever waited asked for a deploy."""
    who = make_standing("ana", "platform")
    known = RequestFacts(who=who, **LEAST)
    turn = TurnFacts(who=who, environment=EnvironmentName("prod"), teams=frozenset(), requesters=())
    assert (known.review, known.returning, turn.switch) == (False, False, False)


def test_a_plan_whose_rule_was_not_looked_up() -> None:
    """Nobody can be asked about it."""
    plan = PlanFacts(environment=EnvironmentName("prod"), change_class=ChangeClass.STANDARD, rule=None)
    assert isinstance(decide.on_plan(plan), Deny)


@pytest.mark.parametrize(
    "kind",
    [Standing, RequestFacts, TurnFacts, PlanFacts, VoteFacts, Bound, ApplyFacts],
    ids=lambda kind: kind.__name__,
)
def test_facts_do_not_change(kind: type[BaseModel]) -> None:
    """They are looked up once, and hold nothing that nobody knows the meaning of."""
    assert kind.model_config["frozen"] is True
    assert kind.model_config["extra"] == "forbid"


def test_a_moment_has_its_zone() -> None:
    """Nobody guesses when it was."""
    naive = datetime(2026, 11, 20, 12, 0, tzinfo=UTC).replace(tzinfo=None)
    who = make_standing("ana")
    with pytest.raises(ValidationError):
        RequestFacts(who=who, now=naive, **LEAST)
    assert RequestFacts(who=who, now=NOON, **LEAST).now == NOON
