"""Which run is taken back, and by what; whether a deploy can be has a test of its own."""

from typing import Any

import pytest

from bot.domain.colour import Colour
from bot.domain.lease import LeaseEnd
from bot.domain.request import Deploy, Rollback, Switch
from bot.domain.ruling import Deny, ReasonCode
from bot.domain.run import DEPLOY, Outcome, Run, StepName
from bot.domain.value import Commit, EnvironmentName, RunId
from bot.policy import reverting
from bot.policy.leases import Switched
from bot.policy.rollback import Past, way
from tests.fakes.leases import PROD, lease, switch, under_way
from tests.fakes.town import NOON, person

LAST = Rollback(environment=PROD)
NAMED = Rollback(environment=PROD, run=RunId(3))
RETIRED = {"ended_at": NOON, "end": LeaseEnd.RETIRED, "ended_by": person("ben")}


@pytest.mark.parametrize(
    ("request_", "past", "services"),
    [
        pytest.param(LAST, Past(run=switch(3), lease=lease()), ("admin", "store"), id="the last"),
        pytest.param(
            NAMED,
            Past(run=switch(3), lease=lease(), newer=(Switched(run=switch(4), services=("store",)),)),
            ("admin",),
            id="what is left of it",
        ),
        pytest.param(
            LAST,
            Past(run=switch(3), lease=lease(ended_at=NOON, end=LeaseEnd.OVER)),
            ("admin", "store"),
            id="its time is over, which destroys nothing",
        ),
        pytest.param(
            LAST,
            Past(run=switch(3), lease=lease(), holder=under_way(4, StepName.APPROVE)),
            ("admin", "store"),
            id="another one only waits",
        ),
    ],
)
def test_a_switch_is_taken_back(request_: Rollback, past: Past, services: tuple[str, ...]) -> None:
    """By a switch to the colour that it left, of what it moved."""
    assert way(request_, past) == Switch(
        environment=PROD, colour=Colour.BLUE, services=services, back=RunId(3)
    )


@pytest.mark.parametrize(
    ("request_", "past", "said"),
    [
        pytest.param(LAST, Past(run=None), "There is no run that changed anything in prod.", id="none"),
        pytest.param(NAMED, Past(run=None), "There is no run 3 in prod.", id="no such run"),
        pytest.param(
            NAMED,
            Past(run=switch(3, environment=EnvironmentName("dev")), lease=lease()),
            "There is no run 3 in prod.",
            id="elsewhere",
        ),
        pytest.param(
            NAMED,
            Past(run=under_way(3, StepName.APPROVE)),
            "Run 3 has not ended: /interlock cancel 3 stops it.",
            id="not ended",
        ),
        pytest.param(
            LAST,
            Past(run=switch(3), lease=lease(), holder=under_way(4, StepName.BAKE)),
            "Run 4 moves traffic there right now: /interlock cancel 4 takes it back.",
            id="one moves traffic",
        ),
        pytest.param(
            LAST,
            Past(run=switch(3), lease=lease(), holder=under_way(4, StepName.SHIFT, back=3)),
            "Run 4 moves traffic there right now: it goes back already.",
            id="one goes back",
        ),
        pytest.param(
            Rollback(environment=PROD, run=RunId(4)),
            Past(run=under_way(4, StepName.BAKE), holder=under_way(4, StepName.BAKE), returning=True),
            "Run 4 moves traffic there right now: it goes back already.",
            id="one goes back by itself",
        ),
        pytest.param(
            LAST,
            Past(run=switch(4, back=3)),
            "Run 4 went back itself, and nobody goes back from that. To go on again: /switch prod green",
            id="a way back",
        ),
        pytest.param(
            LAST,
            Past(run=switch(3, outcome=Outcome.UNKNOWN)),
            "Run 3 ended as “unknown”, so nobody can say what of it is still there: look at the real weights first. "
            "/switch prod blue goes there the usual way. "
            "What cannot wait for a freeze to be lifted goes by --emergency TICKET REASON.",
            id="nobody knows where its traffic is",
        ),
        pytest.param(
            NAMED,
            Past(run=switch(3, outcome=Outcome.RETURNED)),
            "Run 3 ended as “went back”, so there is nothing of it to take back. "
            "/switch prod blue goes there the usual way.",
            id="went back by itself",
        ),
        pytest.param(
            LAST,
            Past(run=switch(3)),
            "Nobody keeps the blue that run 3 left behind. /switch prod blue goes there the usual way.",
            id="nothing kept",
        ),
        pytest.param(
            LAST,
            Past(run=switch(3), lease=lease(**RETIRED)),
            "blue is kept no longer: U0BEN retired it. /switch prod blue goes there the usual way.",
            id="retired",
        ),
        pytest.param(
            NAMED,
            Past(
                run=switch(3),
                lease=lease(),
                newer=(Switched(run=switch(4, back=3), services=("admin", "store")),),
            ),
            "Run 4 went back to blue already.",
            id="gone back already, and nobody has noticed yet",
        ),
        pytest.param(
            NAMED,
            Past(
                run=switch(3),
                lease=lease(),
                newer=(Switched(run=switch(4), services=("admin", "store")),),
            ),
            "Run 4 moved the same services after it.",
            id="moved on",
        ),
    ],
)
def test_nothing_goes_back(request_: Rollback, past: Past, said: str) -> None:
    """Each with the next thing to do, where there is one."""
    found = way(request_, past)
    assert isinstance(found, Deny)
    assert [reason.text for reason in found.reasons] == [said]


GOOD, BAD = Commit("a" * 40), Commit("b" * 40)


def deploy(number: int, **differs: Any) -> Run:
    """A deploy that has ended."""
    usual: dict[str, Any] = {
        "recipe": DEPLOY,
        "switch": None,
        "ref": "main",
        "commit": BAD,
        "outcome": Outcome.FAILED,
    }
    return switch(number, **(usual | differs))


def brought(**differs: Any) -> Past:
    """Run 3 brought something bad; run 2 was good."""
    around = reverting.Trail(run=deploy(3), applied=True, good=deploy(2, commit=GOOD, outcome=Outcome.DONE))
    return Past(**({"run": deploy(3), "trail": around} | differs))


def holder(stage: StepName | None, **differs: Any) -> Run:
    return deploy(4, **({"ended_at": None, "outcome": None, "stage": stage} | differs))


@pytest.mark.parametrize(
    "past",
    [
        pytest.param(brought(), id="nobody holds it"),
        pytest.param(brought(holder=holder(StepName.APPROVE)), id="one that waits for votes gives way"),
        pytest.param(brought(holder=holder(StepName.WINDOW)), id="one that waits for its window, too"),
        pytest.param(brought(holder=under_way(4, StepName.APPROVE)), id="a switch that waits, too"),
    ],
)
@pytest.mark.parametrize("request_", [LAST, NAMED], ids=["the last", "by its number"])
def test_a_deploy_is_taken_back(request_: Rollback, past: Past) -> None:
    """By a plan for the commit that was good before it."""
    assert way(request_, past) == Deploy(environment=PROD, ref=GOOD, back=RunId(3))


HELD = "prod is held by run 4, which {}: ask again once it has ended; /interlock cancel 4 stops it."
NOTHING = "Run 3 applied nothing, so there is nothing of it to take back."
NO_GOOD = "No deploy before run 3 ended well, so there is no commit to go back to."


@pytest.mark.parametrize(
    ("past", "said"),
    [
        pytest.param(brought(holder=holder(StepName.APPLY)), [HELD.format("is applying")], id="another one applies"),
        pytest.param(brought(holder=holder(StepName.BAKE)), [HELD.format("is applied and baking")], id="another one bakes, and moves no traffic"),
        pytest.param(brought(holder=holder(None)), [HELD.format("is just beginning")], id="another one begins"),
        pytest.param(brought(holder=holder(StepName.APPROVE, reverts=RunId(1))), [HELD.format("goes first")], id="another way back waits"),
        pytest.param(brought(holder=under_way(4, StepName.IDLE)), [HELD.format("is still verifying")], id="a switch looks at its colour"),
        pytest.param(brought(trail=None), [NOTHING, NO_GOOD], id="nothing is known around it"),
        pytest.param(
            brought(trail=reverting.Trail(run=deploy(3), applied=True), holder=holder(StepName.APPLY)),
            [NO_GOOD, HELD.format("is applying")],
            id="everything at once",
        ),
    ],
)  # fmt: skip
def test_a_deploy_is_not_taken_back(past: Past, said: list[str]) -> None:
    """What is good to go back to may be another commit once the other run has ended."""
    found = way(LAST, past)
    assert isinstance(found, Deny)
    assert [reason.text for reason in found.reasons] == said
    assert {reason.code for reason in found.reasons} <= {ReasonCode.NOT_POSSIBLE, ReasonCode.HELD}


@pytest.mark.parametrize("stage", [StepName.SHIFT, StepName.BAKE, StepName.KEEP])
def test_a_run_that_is_named_is_not_the_one_under_way(stage: StepName) -> None:
    """Whoever names a run means it, whatever moves; whoever names none means what moves."""
    moving = Past(run=switch(3), lease=lease(), holder=under_way(4, stage))
    assert isinstance(way(LAST, moving), Deny)
    assert way(NAMED, moving) == Switch(
        environment=PROD, colour=Colour.BLUE, services=("admin", "store"), back=RunId(3)
    )
