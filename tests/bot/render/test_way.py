"""The answers to whoever holds a switch, lets it go on, or skips what it waits for."""

import pytest

from bot.domain.message import Message
from bot.domain.request import Emergency
from bot.domain.run import Run
from bot.render import way
from tests.fakes.bakes import SWITCH
from tests.fakes.limits import breaches
from tests.fakes.reports import ANA, run

INC = Emergency(ticket="INC-42", reason="the queue is full")
STAYS = "Run 42 makes no further move until `/interlock resume 42`. What it has moved is watched on."


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(way.held(SWITCH, first=True), f"⏸️ {STAYS}", id="held"),
        pytest.param(way.held(SWITCH, first=False), "⏸️ Run 42 is held already.", id="held by somebody else meanwhile"),
        pytest.param(way.resumed(SWITCH, first=True), "▶️ Run 42 goes on.", id="resumed"),
        pytest.param(way.resumed(SWITCH, first=False), "▶️ Nothing holds run 42 any more.", id="resumed by somebody else meanwhile"),
        pytest.param(way.skipped(SWITCH, ANA, INC), "🚨 <@U0ANA> lets run 42 go on without evidence of its last step: `INC-42` the queue is full", id="skipped"),
    ],
)  # fmt: skip
def test_answers(answer: Message, said: str) -> None:
    """Each says what it means for the run, and which run it is; what is heard has no marks of code."""
    assert not breaches(answer)
    shown = answer.blocks[0]["text"]["text"]
    assert shown.split("\n") == [said, "*prod* → `main`"]
    assert "`" not in answer.text
    heard = said.partition(" ")[2].replace("`", "").replace("<@U0ANA>", "U0ANA")
    assert answer.text == heard


@pytest.mark.parametrize(
    "other",
    [pytest.param(run(environment="<!channel>", switch=SWITCH.switch), id="an environment that shouts")],
)
def test_nobody_is_called(other: Run) -> None:
    """Other people's words call nobody, whatever they hold."""
    loud = Emergency(ticket="`<!here>`", reason="<@U0EVE> ``` " + "x" * 5_000)
    for answer in (way.held(other, first=True), way.skipped(other, ANA, loud)):
        assert not breaches(answer)
        whole = answer.text + str(answer.blocks)
        assert "<!" not in whole
        assert "<@U0EVE>" not in whole
