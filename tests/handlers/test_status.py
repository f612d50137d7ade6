"""`/interlock status`: what is going on, from rows."""

import pytest

from handlers.deploy import Deploy
from handlers.status import Status
from tests.fakes.town import Town


async def test_open_runs_and_free_environments(town: Town) -> None:
    """Whose run holds what, and what is free."""
    await Deploy(town.desk, {}).answer(town.spoken("/deploy staging"))
    answer = await Status(town.desk, {}).answer(town.spoken("/interlock status", "dana"))
    assert answer is not None
    shown = str(answer.blocks)
    assert "run 1 by <@U0ANA>" in shown
    assert "*prod* is free" in shown


@pytest.mark.parametrize(
    ("said", "by", "expected"),
    [
        pytest.param("/interlock status stagin", "ana", "did you mean staging?", id="a typo"),
        pytest.param("/interlock status a b", "ana", "Name one environment", id="too much"),
        pytest.param("/interlock status", "sam", "workspace", id="a stranger"),
    ],
)
async def test_what_is_not_told(town: Town, said: str, by: str, expected: str) -> None:
    """A stranger learns nothing, and a typo is named."""
    answer = await Status(town.desk, {}).answer(town.spoken(said, by))
    assert answer is not None
    assert expected in f"{answer.text} {answer.blocks}"
    assert "is free" not in str(answer.blocks)
