"""`/interlock when`: what is open, what is not, and who holds the environment."""

from datetime import timedelta

import pytest

from bot.domain.window import Freeze
from handlers.deploy import Deploy
from handlers.when import When
from tests.fakes.limits import shown
from tests.fakes.town import NOON, Town


async def test_a_line_for_each_class(town: Town) -> None:
    """Everything is open; the run that holds the environment is named."""
    await Deploy(town.desk, {}).answer(town.spoken("/deploy staging"))
    answer = await When(town.desk, {}).answer(town.spoken("/interlock when staging", "dana"))
    assert answer is not None
    assert answer.text == "staging: standard open, significant open, high-risk open."
    told = shown(answer)
    assert "🟢 *standard*: open with no end in sight  ·  always" in told
    assert "Held by run 1 of <@U0ANA>" in told


async def test_one_class_while_a_freeze_is_on(town: Town) -> None:
    """Why, until when, and how to let it run then; times are in the reader's zone."""
    town.wall.hung = (
        Freeze(name="x", from_=NOON, to=NOON + timedelta(hours=1), source="calendar", calendar="c"),
    )
    answer = await When(town.desk, {}).answer(town.spoken("/interlock when prod High-Risk"))
    assert answer is not None
    assert answer.text == "prod: high-risk closed."
    told = shown(answer)
    assert "🔴 *high-risk*: closed until <!date^1795266000^" in told
    assert "The freeze “x” (of the calendar c) is on" in told
    assert "`/deploy prod --when-open`" in told


@pytest.mark.parametrize(
    ("said", "by", "expected"),
    [
        pytest.param("", "ana", "Name one environment", id="nothing"),
        pytest.param("prod standard now", "ana", "Name one environment", id="too much"),
        pytest.param("prd", "ana", "did you mean prod?", id="unknown environment"),
        pytest.param("prod urgent", "ana", "is no class; known: emergency, high-risk", id="unknown class"),
        pytest.param("prod standrd", "ana", "did you mean standard?", id="a typo"),
        pytest.param("prod emergency", "ana", "has no rule for emergencies", id="no rule"),
        pytest.param("prod", "sam", "another workspace", id="a stranger"),
    ],
)
async def test_what_cannot_be_answered(town: Town, said: str, by: str, expected: str) -> None:
    """What is wrong, and what would be right."""
    answer = await When(town.desk, {}).answer(town.spoken(f"/interlock when {said}", by))
    assert answer is not None
    assert expected in f"{answer.text} {shown(answer)}"
