"""The *When?* button: about the run of the card, or the environment."""

from typing import Any

import pytest

from bot.domain.estate import ClassRule, RuleName
from bot.domain.plan import ChangeClass, Counts, Plan
from bot.domain.ruling import Ask
from bot.domain.value import Commit, EnvironmentName, GroupName, PlanDigest
from bot.journal import Binding
from handlers import Pointed
from handlers.deploy import Deploy
from handlers.when_button import WhenButton
from tests.fakes.limits import shown
from tests.fakes.town import DEPLOYS, ESTATE, NOON, Town, person


def click(value: str, by: str = "dana", channel: Any = DEPLOYS) -> Pointed:
    return Pointed(by=person(by), channel=channel, at=NOON, key="k", ts="1.1", what="when", value=value)


@pytest.fixture
def said() -> str:
    """How run 1 is asked for."""
    return "/deploy staging"


@pytest.fixture
async def planned(town: Town, said: str) -> Town:
    """A town with a rule for emergencies, where run 1 of staging has a high-risk plan."""
    rule = ClassRule(votes=1, of=(GroupName("platform"),))
    classes = {**ESTATE.classes, RuleName.EMERGENCY: rule}
    town = Town(town.journal, ESTATE.model_copy(update={"classes": classes}))
    await Deploy(town.desk, {}).answer(town.spoken(said))
    run = await town.journal.holder(EnvironmentName("staging"))
    assert run is not None
    plan = Plan(digest=PlanDigest("d" * 64), terraform_version="1.11.4", changes=(), counts=Counts())
    await town.journal.planned(
        Binding(
            run=run.id,
            plan=plan,
            file="x",
            diff="",
            commit=Commit("c" * 40),
            estate="",
            change_class=ChangeClass.HIGH_RISK,
            ask=Ask(votes=1, of=(), reasons=()),
        ),
        NOON,
    )
    return town


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("1", "staging: high-risk open.", id="the class of the run"),
        pytest.param("1:" + "d" * 64, "staging: high-risk open.", id="the buttons of a card"),
        pytest.param(
            "prod",
            "prod: standard open, significant open, high-risk open, emergency open.",
            id="an environment",
        ),
    ],
)
async def test_what_it_is_about(planned: Town, value: str, expected: str) -> None:
    """A private answer; the run itself is no obstacle to itself."""
    answer = await WhenButton(planned.desk).answer(click(value))
    assert answer is not None
    assert answer.text == expected
    assert "Held by" not in shown(answer)


@pytest.mark.parametrize("said", ["/deploy staging --emergency INC-42 it is down"], ids=["urgent"])
async def test_an_emergency(planned: Town) -> None:
    """It goes by the rule for emergencies, whatever the class of its plan."""
    answer = await WhenButton(planned.desk).answer(click("1"))
    assert answer is not None
    assert answer.text.startswith("staging: emergency ")


async def test_another_run_that_holds_the_environment_is_named(planned: Town) -> None:
    """For the environment as a whole every run is an obstacle."""
    answer = await WhenButton(planned.desk).answer(click("staging"))
    assert answer is not None
    assert "Held by run 1" in shown(answer)


@pytest.mark.parametrize(
    ("pointed", "expected"),
    [
        pytest.param(click("99"), "There is no environment “99”", id="no such run"),
        pytest.param(click(""), "There is no environment", id="nothing"),
        pytest.param(click("9" * 30), "There is no environment", id="a number too long"),
        pytest.param(click("prod", "gus"), "guest", id="a guest"),
    ],
)
async def test_what_cannot_be_answered(planned: Town, pointed: Pointed, expected: str) -> None:
    """Refused with the reason."""
    answer = await WhenButton(planned.desk).answer(pointed)
    assert answer is not None
    assert expected in answer.text


def test_what_it_reads(town: Town) -> None:
    """Clicks, with what the button carries; emoji are no clicks."""
    button = WhenButton(town.desk)
    payload = {"actions": [{"action_id": "when", "value": "42"}], "container": {"message_ts": "1.2"}}
    assert button.read(payload) == {"what": "when", "ts": "1.2", "value": "42"}
    assert button.read({"event": {}}) is None
