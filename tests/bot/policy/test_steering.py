"""What the law says of services that move by a plan."""

from collections.abc import Callable

import pytest

from bot.domain.colour import Colour
from bot.domain.estate import ClassRule
from bot.domain.request import Emergency, Hold, Request, Resume, Rollback, Skip, Switch
from bot.domain.ruling import Deny, Reason, ReasonCode
from bot.domain.run import DEPLOY, SWITCH_BY_PLAN, Outcome, Run, StepName, Switching
from bot.domain.value import ChannelId, Commit, EnvironmentName, GroupName, RunId, TeamId
from bot.domain.variable import KIND, VariableSettings
from bot.policy import decide, rollback, steering
from bot.policy.facts import RequestFacts
from bot.policy.rollback import Past
from tests.bot.policy.conftest import NOON

PROD = EnvironmentName("prod")
JOBS, SITE, SHOP = "jobs", "site", "shop"


def switch(*services: str, steps: tuple[int, ...] | None = None, back: int | None = None) -> Switch:
    """Ask for prod on green."""
    return Switch(
        environment=PROD,
        colour=Colour.GREEN,
        services=services,
        steps=steps,
        back=RunId(back) if back else None,
    )


@pytest.mark.parametrize(
    ("request_", "by_plan", "code", "text"),
    [
        pytest.param(switch(), (), None, "", id="nothing moves by a plan"),
        pytest.param(switch(JOBS, SHOP), (SITE,), None, "", id="those that do not"),
        pytest.param(switch(SITE), (SITE,), None, "", id="the one that does, on its own"),
        pytest.param(switch("stie"), (SITE,), None, "", id="an unknown name, which others tell"),
        pytest.param(switch("stie", SITE), (SITE,), None, "", id="an unknown name beside it"),
        pytest.param(
            switch(),
            (SITE,),
            ReasonCode.NOT_ALONE,
            (
                "site moves by a plan, like a deploy: switch it on its own, with /switch prod green --service site."
                " The rest: /switch prod green --service jobs --service shop."
            ),
            id="all of them",
        ),
        pytest.param(
            switch(JOBS, SITE),
            (SITE,),
            ReasonCode.NOT_ALONE,
            (
                "site moves by a plan, like a deploy: switch it on its own, with /switch prod green --service site."
                " The rest: /switch prod green --service jobs."
            ),
            id="one beside another kind",
        ),
        pytest.param(
            switch(SITE, SHOP),
            (SITE, SHOP),
            ReasonCode.NOT_ALONE,
            (
                "site and shop move by plans, like deploys: switch each on its own, with"
                " /switch prod green --service site and /switch prod green --service shop."
            ),
            id="two that both do",
        ),
        pytest.param(
            switch(SITE, steps=(10, 100)),
            (SITE,),
            ReasonCode.NOT_POSSIBLE,
            "site moves by a plan, all at once: leave --steps out.",
            id="steps",
        ),
        pytest.param(
            switch(SITE, back=41),
            (SITE,),
            ReasonCode.NOT_POSSIBLE,
            "site goes back by a plan alone: /switch prod green --service site.",
            id="in one call",
        ),
    ],
)
def test_apart(request_: Switch, by_plan: tuple[str, ...], code: ReasonCode | None, text: str) -> None:
    """What a plan moves goes with nothing else, and the sentence has the commands that would be right."""
    expected = (Reason(code=code, text=text),) if code else ()
    assert steering.apart(request_, (JOBS, SITE, SHOP), by_plan) == expected


def test_the_only_service() -> None:
    """Where there is but one, nobody needs to name it."""
    assert steering.apart(switch(), (SITE,), (SITE,)) == ()


def test_undeployed() -> None:
    """Without a good deploy there is no code to plan with."""
    assert steering.undeployed(PROD, Commit("c" * 40)) == ()
    assert [reason.code for reason in steering.undeployed(PROD, None)] == [ReasonCode.NOT_DEPLOYED]


GREEN, BLUE = Colour.GREEN, Colour.BLUE
TO_GREEN = Switching(colour=GREEN, services=(SITE,))


@pytest.mark.parametrize(
    ("live", "brought", "initial", "wanted", "value"),
    [
        pytest.param("blue", BLUE, BLUE, TO_GREEN, "green", id="what is wanted goes before all"),
        pytest.param("blue", GREEN, GREEN, None, "blue", id="a deploy keeps what is live"),
        pytest.param("green", BLUE, BLUE, None, "green", id="also what a bad switch left"),
        pytest.param(None, GREEN, BLUE, None, "green", id="without an output, what was brought"),
        pytest.param("purple", GREEN, BLUE, None, "green", id="with one that says no colour, too"),
        pytest.param(None, None, BLUE, None, "blue", id="nothing known: as the estate begins"),
        pytest.param(None, None, None, None, None, id="nothing known at all: not set"),
        pytest.param("blue", None, None, Switching(colour=GREEN, services=(SHOP,)), "blue", id="a switch of another service"),
    ],
)  # fmt: skip
def test_variables(
    live: str | None,
    brought: Colour | None,
    initial: Colour | None,
    wanted: Switching | None,
    value: str | None,
) -> None:
    """No plan moves what it was not asked to move."""
    steered = {SITE: VariableSettings(kind=KIND, variable="active_color", output="live", initial=initial)}
    outputs = {} if live is None else {"live": live}
    found = steering.variables(steered, outputs, {SITE: brought}, wanted)
    assert found == ({} if value is None else {"active_color": value})


def test_each_has_its_own() -> None:
    """A switch of one service keeps the others where they are."""
    steered = {
        name: VariableSettings(kind=KIND, variable=f"{name}_color", output=f"{name}_color")
        for name in (SITE, SHOP)
    }
    outputs = {"site_color": "blue", "shop_color": "blue"}
    assert steering.variables(steered, outputs, {}, TO_GREEN) == {"site_color": "green", "shop_color": "blue"}


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(Hold(run=RunId(42)), id="hold"),
        pytest.param(Resume(run=RunId(42)), id="resume"),
        pytest.param(Skip(run=RunId(42), emergency=Emergency(ticket="INC-1", reason="now")), id="skip"),
    ],
)
def test_there_are_no_steps_to_hold(
    run: Callable[..., Run], standing: Callable[..., object], request_: Request
) -> None:
    """It moves in one piece: what can be done to a switch on its way cannot be done to it."""
    moving = run(recipe=SWITCH_BY_PLAN, switch=TO_GREEN, stage=StepName.BAKE)
    facts = RequestFacts(
        who=standing("ben", "platform"),
        channel=ChannelId("C0PROD"),
        channels=frozenset({ChannelId("C0PROD")}),
        teams=frozenset({TeamId("T0HOME")}),
        environments=frozenset({PROD}),
        requesters=(GroupName("platform"),),
        emergency=ClassRule(votes=0),
        run=moving,
    )
    ruling = decide.at_the_door(request_, facts)
    assert isinstance(ruling, Deny)
    assert [reason.text for reason in ruling.reasons] == [
        "Run 42 moves by a plan, in one piece; only a switch that moves step by step can be held, resumed or skipped."
    ]


def test_it_is_taken_back_by_a_plan(run: Callable[..., Run]) -> None:
    """No rollback moves it, and the sentence has the command that does."""
    ended = run(recipe=SWITCH_BY_PLAN, switch=TO_GREEN, stage=None, outcome=Outcome.FAILED, ended_at=NOON)
    ruling = rollback.way(Rollback(environment=PROD), Past(run=ended))
    assert isinstance(ruling, Deny)
    assert ruling.reasons[0].text == (
        "A plan moved it in run 42, and a plan takes it back: /switch prod blue --service site"
    )


def test_while_it_bakes(run: Callable[..., Run]) -> None:
    """A stop would take nothing back, and nobody is told so."""
    holder = run(id=RunId(43), recipe=SWITCH_BY_PLAN, switch=TO_GREEN, stage=StepName.BAKE)
    before = run(recipe=DEPLOY, stage=None, outcome=Outcome.DONE, ended_at=NOON)
    ruling = rollback.way(Rollback(environment=PROD), Past(run=before, holder=holder))
    assert isinstance(ruling, Deny)
    assert "prod is held by run 43" in ruling.reasons[-1].text
