"""Waiting for votes, and for nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.run import DEPLOY, Outcome, Run
from bot.domain.value import GroupName, RunId
from bot.domain.vote import Choice, Vote
from bot.journal import NewRun
from runners.kit import Kit
from runners.steps import Halt
from runners.steps.approve import Approve
from tests.fakes.clock import FakeClock
from tests.fakes.town import Bells, person
from tests.runners.steps.conftest import DIGEST


class Meanwhile(Bells):
    """An engine under which something happens whenever somebody waits."""

    def __init__(self, happens: Any) -> None:
        super().__init__()
        self.happens = happens

    async def rung(self, run: RunId, seconds: float) -> None:
        await self.happens()


@pytest.mark.parametrize("first", [True, False], ids=["before it waits", "while it waits"])
async def test_a_run_whose_place_is_taken(kit: Kit, run: Run, clock: FakeClock, first: bool) -> None:
    """It notices, says how it ended, and asks for no votes any more."""
    new = NewRun(
        environment=run.environment,
        by=person("ben"),
        channel=run.channel,
        ref="v2",
        recipe=DEPLOY,
        asked="command:2",
    )

    async def supersede() -> None:
        assert await kit.journal.supersede(new, run.id, clock.now()) is not None

    if first:
        await supersede()
    said = await Approve(replace(kit, engine=Meanwhile(supersede))).do(run)
    assert said == Halt(outcome=Outcome.SUPERSEDED, text=f"Run {run.id + 1} took its place.")
    told: Any = kit.tell
    assert told.told.count("card") == (not first)


@pytest.mark.parametrize("voted", [True, False], ids=["with its votes", "before them"])
async def test_another_estate(kit: Kit, run: Run, voted: bool) -> None:
    """A restart under another estate ends the wait at once: nobody votes, or waits, for what cannot be applied."""
    if voted:
        vote = Vote(
            run=run.id,
            digest=DIGEST,
            voter=person("ben"),
            choice=Choice.APPROVE,
            via="button",
            groups=frozenset({GroupName("platform")}),
            at=kit.clock.now(),
        )
        await kit.journal.vote(vote)
    estate = kit.estate.model_copy(update={"digest": "f" * 64})

    async def never() -> None:
        pytest.fail("it waits for votes")

    said = await Approve(replace(kit, estate=estate, engine=Meanwhile(never))).do(run)
    assert isinstance(said, Halt)
    assert said.outcome is Outcome.REFUSED
    assert said.text.startswith("The estate file changed after the plan was made, so no vote on it counts:")
