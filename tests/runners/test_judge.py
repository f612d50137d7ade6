"""What a plan needs that takes a deploy back; every other plan is judged in the stories."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.plan import Change, ChangeClass, Counts, Plan, Verb
from bot.domain.ruling import Ask, Deny
from bot.domain.run import DEPLOY, DEPLOY_BACK, Run
from bot.domain.value import Commit, PlanDigest, RunId
from bot.domain.window import Freeze
from bot.journal import Binding
from bot.ports import Planned
from runners.judge import judge
from runners.kit import Kit
from tests.fakes.clock import FakeClock
from tests.fakes.town import Wall

DATABASE = Change(
    address="aws_db_instance.main",
    type="aws_db_instance",
    provider="registry.terraform.io/hashicorp/aws",
    verb=Verb.DELETE,
    actions=("delete",),
)
WORKERS = Change(
    address="terraform_data.workers", type="terraform_data", verb=Verb.UPDATE, actions=("update",)
)


def planned(change: Change) -> Planned:
    plan = Plan(
        digest=PlanDigest("d" * 64), terraform_version="1.11.4", changes=(change,), counts=Counts(update=1)
    )
    return Planned(plan=plan, file=Path("plan"), diff="", secrets=frozenset())


def going_back(run: Run) -> Run:
    return run.model_copy(update={"reverts": RunId(7), "recipe": DEPLOY_BACK, "commit": Commit("a" * 40)})


@pytest.fixture
def frozen(kit: Kit, clock: FakeClock) -> Kit:
    """A kit under a freeze that never ends, as far as anybody cares."""
    now = clock.now()
    freeze = Freeze(name="party", from_=now.replace(year=2020), to=now.replace(year=2035), source="estate")
    return replace(kit, calendars=Wall(freeze))


async def test_nobody_is_asked_about_a_way_back(frozen: Kit, run: Run) -> None:
    """It has no window to wait for, and needs no votes, where the same plan forward would need both."""
    bound = await judge(frozen, going_back(run), planned(WORKERS))
    assert isinstance(bound, Binding)
    assert (bound.ask, bound.window) == (Ask(votes=0, of=(), reasons=()), "always")
    forward = run.model_copy(update={"recipe": DEPLOY, "commit": Commit("a" * 40)})
    assert isinstance(await judge(frozen, forward, planned(WORKERS)), Deny)


async def test_a_way_back_that_destroys_data(kit: Kit, run: Run) -> None:
    """What the release created goes with it: whoever may must say so by hand, and nobody may where nobody is named."""
    ruling = await judge(kit, going_back(run), planned(DATABASE))
    assert isinstance(ruling, Deny)
    assert "aws_db_instance.main" in ruling.reasons[0].text
    kit = replace(kit, estate=kit.estate.model_copy(update={"loss_confirmed_by": ("dba",)}))
    bound = await judge(kit, going_back(run), planned(DATABASE))
    assert isinstance(bound, Binding)
    assert (bound.change_class, bound.ask.votes, bound.ask.loss) == (ChangeClass.HIGH_RISK, 2, ("dba",))
    assert bound.ask.by_hand
