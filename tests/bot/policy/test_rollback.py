"""Which run is taken back, and by what; the law of deploys has a test of its own."""

import pytest

from bot.domain.colour import Colour
from bot.domain.lease import LeaseEnd
from bot.domain.request import Rollback, Switch
from bot.domain.ruling import Deny
from bot.domain.run import Outcome, StepName
from bot.domain.value import EnvironmentName, RunId
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
            LAST,
            Past(run=switch(4, back=3)),
            "Run 4 went back itself, and nobody goes back from that. To go on again: /switch prod green",
            id="a way back",
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
