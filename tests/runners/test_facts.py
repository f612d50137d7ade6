"""What is looked up for a run that has waited, and for one that is about to be applied."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.estate import Estate
from bot.domain.permission import Capability
from bot.domain.person import INTERLOCK
from bot.domain.plan import ChangeClass, Counts, Plan
from bot.domain.request import Emergency, Wish
from bot.domain.ruling import Allow, Ask, Deny, ReasonCode
from bot.domain.run import DEPLOY, Run
from bot.domain.value import Commit, EnvironmentName, PlanDigest, RunId
from bot.journal import Binding, NewRun
from bot.policy import decide
from bot.ports import Planned, StateVersion, Workplace
from bot.store import Store
from runners import facts
from runners.aws import Aws
from runners.kit import EnvironmentGone, Kit
from tests.fakes.ear import deaf
from tests.fakes.reports import run
from tests.fakes.town import DEPLOYS, ESTATE, NOON, Bells, Book, NoonClock, Wall, person

STAGING = EnvironmentName("staging")
RUN = run(id=RunId(1), environment=STAGING, by=person("ana"), channel=DEPLOYS, digest=PlanDigest("d" * 64))


class Silent:
    """Secrets of nobody."""

    def learn(self, run: RunId, secrets: frozenset[str]) -> None:
        """Know nothing."""


class Still:
    """An `Iac` whose state does not move."""

    async def state(self, at: Workplace) -> StateVersion:
        return StateVersion(lineage="", serial=0)


def kit(store: Store) -> Kit:
    nobody: Any = None
    silent: Any = Silent()
    still: Any = Still()
    return Kit(
        estate=ESTATE,
        journal=store,
        clock=NoonClock(),
        engine=Bells(),
        directory=Book(),
        calendars=Wall(),
        source=nobody,
        iac=still,
        checks={},
        metrics={},
        switchers={},
        aws=Aws(),
        tell=nobody,
        secrets=silent,
        hear=deaf,
        folder=Path(),
    )


@pytest.mark.parametrize(
    ("by", "code"),
    [
        pytest.param("ana", None, id="as before"),
        pytest.param("dana", ReasonCode.NOT_IN_GROUP, id="of another group"),
        pytest.param("gone", ReasonCode.DEACTIVATED, id="left the company"),
    ],
)
async def test_whoever_asked_is_looked_up_again(store: Store, by: str, code: ReasonCode | None) -> None:
    """With the groups that may ask for runs there now."""
    asked = RUN.model_copy(update={"by": person(by)})
    ruling = decide.at_its_turn(await facts.at_its_turn(kit(store), asked))
    assert (ruling.reasons[0].code if isinstance(ruling, Deny) else None) == code


async def test_an_environment_that_is_gone(store: Store) -> None:
    """It cannot be deployed to."""
    with pytest.raises(EnvironmentGone):
        await facts.at_its_turn(kit(store), RUN.model_copy(update={"environment": EnvironmentName("x")}))


def emergency(by: str) -> Run:
    wish = Wish(emergency=Emergency(ticket="INC-42", reason="the queue is full"))
    return RUN.model_copy(update={"by": person(by), "wish": wish})


def overriders(*groups: str) -> Estate:
    """The town's estate, in which only these groups may ask for emergencies."""
    return ESTATE.model_copy(update={"permissions": {Capability.OVERRIDE: groups}})


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        pytest.param(RUN, None, id="as before"),
        pytest.param(RUN.model_copy(update={"by": person("dana")}), ReasonCode.NOT_IN_GROUP, id="of another group"),
        pytest.param(RUN.model_copy(update={"by": person("gone")}), ReasonCode.DEACTIVATED, id="left the company"),
        pytest.param(emergency("dana"), None, id="an emergency by one who may"),
        pytest.param(emergency("ana"), ReasonCode.NOT_IN_GROUP, id="an emergency by one who may only deploy"),
    ],
)  # fmt: skip
async def test_whoever_asked_is_looked_up_before_an_apply(
    store: Store, asked: Run, code: ReasonCode | None
) -> None:
    """With the groups that may ask for just that."""
    hands = replace(kit(store), estate=overriders("dba"))
    await begun(store, asked)
    gathered = await facts.before_apply(hands, asked, planned(hands))
    ruling = decide.before_apply(gathered.facts)
    told = (
        [one for one in ruling.reasons if "asked for run 1" in one.text] if isinstance(ruling, Deny) else []
    )
    assert [one.code for one in told][:1] == ([code] if code else [])
    ruling = decide.at_its_turn(await facts.at_its_turn(hands, asked))
    assert (ruling.reasons[0].code if isinstance(ruling, Deny) else None) == code


async def begun(store: Store, asked: Run) -> None:
    """Make the row of a run, which is looked at last of all."""
    new = NewRun(
        environment=STAGING,
        by=asked.by,
        channel=DEPLOYS,
        ref="main",
        recipe=DEPLOY,
        wish=asked.wish,
        reverts=asked.reverts,
        asked="words",
    )
    assert (await store.begin(new, NOON)).id == asked.id


def planned(hands: Kit) -> Binding:
    """A plan that needs no vote, at hand."""
    plan = Plan(digest=PlanDigest("d" * 64), terraform_version="1", changes=(), counts=Counts(create=1))
    hands.learn(RUN.id, Planned(plan=plan, file=Path("x"), diff="", secrets=frozenset()))
    return Binding(
        run=RUN.id,
        plan=plan,
        file="x",
        diff="",
        commit=Commit("c" * 40),
        estate=ESTATE.digest,
        change_class=ChangeClass.STANDARD,
        ask=Ask(votes=0, of=(), reasons=()),
    )


@pytest.mark.parametrize(
    ("minutes", "locked"), [pytest.param(1, True, id="counts"), pytest.param(0, False, id="has just run out")]
)
async def test_the_lock_is_looked_at_before_an_apply(store: Store, minutes: int, locked: bool) -> None:
    """As it is by the clock at that moment."""
    await begun(store, RUN)
    await store.take_lock(STAGING, person("ben"), "mine", NOON + timedelta(minutes=minutes), NOON)
    hands = kit(store)
    bound = planned(hands)
    found = await facts.before_apply(hands, RUN, bound)
    ruling = decide.before_apply(found.facts)
    codes = {reason.code for reason in ruling.reasons} if isinstance(ruling, Deny) else set()
    assert (ReasonCode.LOCKED in codes) is locked


async def test_whom_nobody_asked_is_not_looked_up(store: Store) -> None:
    """Going back by itself does not wait for Slack, nor for a calendar."""
    back = RUN.model_copy(update={"by": INTERLOCK, "reverts": RunId(7), "commit": Commit("c" * 40)})
    await begun(store, back)
    book = Book()
    book.answers = False
    hands = replace(kit(store), directory=book, calendars=away())
    found = await facts.before_apply(hands, back, planned(hands))
    assert isinstance(decide.before_apply(found.facts), Allow)


def away() -> Wall:
    wall = Wall()
    wall.broken = "the calendar is away"
    return wall
