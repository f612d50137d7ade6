"""`/interlock status`: what is going on, from rows."""

from datetime import timedelta

import pytest

from bot.domain.value import EnvironmentName
from handlers.deploy import Deploy
from handlers.status import Status
from tests.fakes.leases import lease, over
from tests.fakes.town import NOON, Town, person


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


async def test_an_old_colour_that_was_gone_back_to(town: Town) -> None:
    """It is not told to be kept, though nobody has ended its lease yet."""
    run = await over(town.journal, "store")
    await town.journal.lease(lease(run=run, services=("store",)), NOON)
    answer = await Status(town.desk, {}).answer(town.spoken("/interlock status prod"))
    assert "blue of store is kept until" in str(answer)
    await over(town.journal, "store", back=run)
    answer = await Status(town.desk, {}).answer(town.spoken("/interlock status prod"))
    assert "is kept" not in str(answer)


async def test_queues_and_locks(town: Town) -> None:
    """Who waits is told under the run they wait for; who keeps an environment, with the reason as plain words."""
    for said in ("/deploy staging", "/deploy staging v2", "/deploy staging v3"):
        await Deploy(town.desk, {}).answer(town.spoken(said))
    until = NOON + timedelta(hours=1)
    await town.journal.take_lock(EnvironmentName("prod"), person("ben"), "a *move* <!here>", until, NOON)
    answer = await Status(town.desk, {}).answer(town.spoken("/interlock status", "dana"))
    assert answer is not None
    lines = "".join(block["text"]["text"] + "\n" for block in answer.blocks).splitlines()
    assert [line.split("run ")[-1][0] for line in lines[:3]] == ["1", "2", "3"]
    assert "*queued, place 2*" in lines[2]
    assert lines[3].startswith("🔒 *prod* is locked by <@U0BEN> until <!date^")
    assert "a \N{ASTERISK OPERATOR}move\N{ASTERISK OPERATOR} &lt;!here&gt;" in lines[3]
