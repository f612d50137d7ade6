"""What the law says to everything that people ask of switches."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.colour import Colour
from bot.domain.estate import ClassRule, RuleName
from bot.domain.lease import LeaseEnd
from bot.domain.request import (
    Deploy,
    Emergency,
    Hold,
    Keep,
    Lock,
    Request,
    Resume,
    Retire,
    Rollback,
    Skip,
    Switch,
    Unlock,
    Wish,
)
from bot.domain.ruling import Allow, Deny, Reason, ReasonCode
from bot.domain.run import DEPLOY, SWITCH, SWITCH_BY_PLAN, Run, StepName, Switching
from bot.domain.value import ChannelId, EnvironmentName, GroupName, RunId, TeamId
from bot.domain.window import Timetable
from bot.policy import decide
from bot.policy.facts import ApplyFacts, RequestFacts, TurnFacts
from tests.bot.policy import test_decide
from tests.bot.policy.conftest import NOON, make_run, make_standing, person
from tests.bot.policy.test_locks import lock
from tests.fakes import leases

PROD = EnvironmentName("prod")
GREEN = Colour.GREEN
INC = Emergency(ticket="INC-42", reason="the queue is full")
EMERGENCY = ClassRule(votes=1, of=(GroupName("dba"),), ticket=r"^INC-\d+$")
SHUT = Timetable(at=NOON, open=False, reasons=(Reason(code=ReasonCode.WINDOW_CLOSED, text="closed."),))
TIMES = {RuleName.STANDARD: SHUT}
BEN = make_standing("ben", "platform")


def facts(**changes: Any) -> RequestFacts:
    """Ben of platform may switch prod's three services, of which *site* moves by a plan."""
    known: dict[str, Any] = {
        "who": BEN,
        "channel": ChannelId("C0PROD"),
        "channels": {ChannelId("C0PROD")},
        "teams": {TeamId("T0HOME")},
        "environments": {PROD},
        "requesters": (GroupName("platform"),),
        "emergency": EMERGENCY,
        "services": ("jobs", "store", "site"),
        "by_plan": (),
        "now": NOON,
    }
    return RequestFacts(**(known | changes))


def switch(**changes: Any) -> Switch:
    return Switch(**({"environment": PROD, "colour": GREEN} | changes))


def codes(ruling: object) -> list[ReasonCode]:
    return [reason.code for reason in ruling.reasons] if isinstance(ruling, Deny) else []


def texts(ruling: object) -> list[str]:
    return [reason.text for reason in ruling.reasons] if isinstance(ruling, Deny) else []


@pytest.mark.parametrize(
    ("request_", "changes", "expected"),
    [
        pytest.param(switch(), {}, [], id="everything"),
        pytest.param(switch(services=("store",)), {}, [], id="a service"),
        pytest.param(switch(), {"channel": "C0X"}, [ReasonCode.WRONG_CHANNEL], id="wrong channel"),
        pytest.param(switch(), {"shared": {"C0PROD"}}, [ReasonCode.SHARED_CHANNEL], id="strangers listen"),
        pytest.param(switch(), {"unknown": {"C0PROD"}}, [ReasonCode.LOOKUP_FAILED], id="nobody knows who listens"),
        pytest.param(switch(environment="prd"), {}, [ReasonCode.UNKNOWN_ENVIRONMENT], id="unknown environment"),
        pytest.param(switch(environment="prd", services=("x",)), {"requesters": (), "services": ()}, [ReasonCode.UNKNOWN_ENVIRONMENT], id="of which nothing more is known"),
        pytest.param(switch(), {"requesters": ("dba",)}, [ReasonCode.NOT_IN_GROUP], id="not one who may"),
        pytest.param(switch(), {"teams": frozenset()}, [ReasonCode.FOREIGN_WORKSPACE], id="a stranger"),
        pytest.param(switch(services=("stor",)), {}, [ReasonCode.UNKNOWN_SERVICE], id="unknown service"),
        pytest.param(switch(services=("store",)), {"services": ()}, [ReasonCode.UNKNOWN_SERVICE], id="no services at all"),
        pytest.param(switch(), {"services": ()}, [ReasonCode.UNKNOWN_SERVICE], id="nothing to switch"),
        pytest.param(switch(), {"by_plan": ("site",)}, [ReasonCode.NOT_ALONE], id="what moves by a plan is among them"),
        pytest.param(switch(wish=Wish(emergency=INC)), {}, [], id="an emergency"),
        pytest.param(switch(wish=Wish(emergency=INC)), {"emergency": None}, [ReasonCode.NO_EMERGENCY], id="there are no emergencies"),
        pytest.param(switch(wish=Wish(emergency=Emergency(ticket="x", reason="y"))), {}, [ReasonCode.BAD_TICKET], id="no ticket"),
        pytest.param(switch(), {"timetables": TIMES}, [ReasonCode.WINDOW_CLOSED], id="closed"),
        pytest.param(switch(dry_run=True), {"timetables": TIMES}, [], id="looking is always open"),
        pytest.param(switch(wish=Wish(when_open=True)), {"timetables": TIMES}, [], id="it waits"),
        pytest.param(switch(wish=Wish(at=NOON)), {}, [ReasonCode.BAD_TIME], id="a moment that is over"),
        pytest.param(switch(), {"lock": lock()}, [ReasonCode.LOCKED], id="locked"),
        pytest.param(
            switch(services=("stor",)),
            {"channel": "C0X", "requesters": (), "timetables": TIMES, "lock": lock()},
            [ReasonCode.WRONG_CHANNEL, ReasonCode.NOT_IN_GROUP, ReasonCode.UNKNOWN_SERVICE, ReasonCode.WINDOW_CLOSED, ReasonCode.LOCKED],
            id="everything at once",
        ),
        pytest.param(
            switch(back=41), {"channel": "C0X", "shared": {"C0X"}, "timetables": TIMES, "lock": lock()}, [],
            id="going back, in any place, past windows and locks",
        ),
        pytest.param(switch(back=41), {"requesters": ("dba",)}, [ReasonCode.NOT_IN_GROUP], id="going back is for those who may switch"),
        pytest.param(Deploy(environment=PROD, back=RunId(41)), {"channel": "C0X", "timetables": TIMES, "lock": lock()}, [], id="a deploy's way back, too"),
        pytest.param(Rollback(environment=PROD), {"channel": "C0X"}, [], id="what going back means is asked anywhere"),
        pytest.param(Rollback(environment=EnvironmentName("prd")), {}, [ReasonCode.UNKNOWN_ENVIRONMENT], id="but of an environment"),
    ],
)  # fmt: skip
def test_a_switch_at_the_door(request_: Request, changes: dict[str, Any], expected: list[ReasonCode]) -> None:
    """All that stands against it is told at once; where traffic goes back, little can."""
    assert codes(decide.at_the_door(request_, facts(**changes))) == expected


def test_what_somebody_may_not() -> None:
    """The refusal names what was asked for."""
    assert texts(decide.at_the_door(switch(), facts(requesters=("dba",)))) == [
        "Only members of dba may switch traffic in prod."
    ]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        pytest.param(Lock(environment=PROD, length=timedelta(hours=1), reason="x"), [], id="lock"),
        pytest.param(Lock(environment=EnvironmentName("prd"), length=timedelta(hours=1), reason="x"), [ReasonCode.UNKNOWN_ENVIRONMENT], id="lock nothing"),
        pytest.param(Unlock(environment=PROD), [ReasonCode.NOT_LOCKED], id="unlock"),
        pytest.param(Unlock(environment=EnvironmentName("prd")), [ReasonCode.UNKNOWN_ENVIRONMENT], id="unlock nothing"),
    ],
)  # fmt: skip
def test_locks_at_the_door(request_: Request, expected: list[ReasonCode]) -> None:
    """Like everything that is no way back, a lock has its place."""
    assert codes(decide.at_the_door(request_, facts())) == expected
    assert codes(decide.at_the_door(request_, facts(channel="C0X"))) == [ReasonCode.WRONG_CHANNEL, *expected]


@pytest.mark.parametrize(
    ("switched", "said"),
    [
        pytest.param(True, "Only members of dba may switch traffic in prod.", id="a switch"),
        pytest.param(False, "Only members of dba may deploy to prod.", id="a deploy"),
    ],
)
def test_whose_turn_has_come(switched: bool, said: str) -> None:
    """Whoever asked must still be one who may ask for that."""
    turn = TurnFacts(
        who=BEN, environment=PROD, teams=frozenset({TeamId("T0HOME")}), requesters=(GroupName("dba"),), switch=switched
    )  # fmt: skip
    assert texts(decide.at_its_turn(turn)) == [said]


ON, OFF = Hold(run=RunId(42)), Resume(run=RunId(42))
SKIP = Skip(run=RunId(42), emergency=INC)


def moving(**changes: Any) -> Run:
    """Run 42 moves traffic, and bakes just now."""
    usual = {"recipe": SWITCH, "switch": Switching(colour=GREEN), "stage": StepName.BAKE}
    return make_run(**(usual | changes))


@pytest.mark.parametrize(
    ("request_", "changes", "said"),
    [
        pytest.param(ON, {"run": moving()}, [], id="hold"),
        pytest.param(ON, {"run": moving(stage=StepName.APPROVE)}, [], id="hold before it moves"),
        pytest.param(ON, {"run": moving(), "channel": "C0X"}, [], id="anywhere"),
        pytest.param(ON, {"run": moving(held="x")}, ["Run 42 is held already."], id="hold twice"),
        pytest.param(OFF, {"run": moving(held="x")}, [], id="resume"),
        pytest.param(OFF, {"run": moving()}, ["Nothing holds run 42."], id="resume nothing"),
        pytest.param(SKIP, {"run": moving()}, [], id="skip"),
        pytest.param(SKIP, {"run": moving(held="x")}, [], id="skip while it is held"),
        pytest.param(SKIP, {"run": moving(stage=StepName.SHIFT)}, ["Run 42 watches nothing now that could be skipped."], id="skip nothing"),
        pytest.param(SKIP, {"run": moving(), "emergency": None}, ["The estate has no rule for emergencies in prod."], id="skip where there are no emergencies"),
        pytest.param(ON, {"run": None}, ["There is no such run to hold."], id="no run to hold"),
        pytest.param(OFF, {"run": None}, ["There is no such run to resume."], id="no run to resume"),
        pytest.param(SKIP, {"run": None}, ["There is no such run to skip."], id="no run to skip"),
        pytest.param(Hold(run=None), {"run": None}, ["Not exactly one switch is under way: name its run by the number."], id="none was named, and not one is there"),
        pytest.param(ON, {"run": moving(ended_at=NOON)}, ["Run 42 has ended already."], id="too late"),
        pytest.param(ON, {"run": make_run(recipe=DEPLOY)}, ["Run 42 is a deploy; only a switch that moves step by step can be held, resumed or skipped."], id="a deploy"),
        pytest.param(ON, {"run": moving(recipe=SWITCH_BY_PLAN)}, ["Run 42 moves by a plan, in one piece; only a switch that moves step by step can be held, resumed or skipped."], id="a plan"),
        pytest.param(ON, {"run": moving(stop_by=person("ana"))}, ["Run 42 is on its way back already."], id="somebody stopped it"),
        pytest.param(OFF, {"run": moving(held="x"), "returning": True}, ["Run 42 is on its way back already."], id="it goes back"),
        pytest.param(ON, {"run": moving(), "requesters": ("dba",)}, ["Only members of dba may hold switches in prod."], id="not one who may"),
        pytest.param(
            SKIP, {"run": moving(stage=StepName.SHIFT), "requesters": (), "emergency": None},
            ["Nobody may skip switches in prod.", "The estate has no rule for emergencies in prod.", "Run 42 watches nothing now that could be skipped."],
            id="everything at once",
        ),
    ],
)  # fmt: skip
def test_on_its_way(request_: Request, changes: dict[str, Any], said: list[str]) -> None:
    """What can be done to a switch depends on where it is; each no says why."""
    ruling = decide.at_the_door(request_, facts(**changes))
    assert texts(ruling) == said
    if changes["run"] is None:
        assert codes(ruling) == [ReasonCode.NOT_WAITING]


def test_an_old_colour_at_the_door() -> None:
    """Keeping it and giving it up are judged by the law of leases."""
    assert texts(decide.at_the_door(Keep(), facts(run=moving()))) == ["Run 42 keeps no old colour yet."]
    which = "Not exactly one old colour is kept: name its run by the number."
    assert texts(decide.at_the_door(Retire(), facts())) == [which]
    named = decide.at_the_door(Retire(run=RunId(9)), facts())
    assert texts(named) == ["There is no such run that keeps an old colour."]


@pytest.fixture
def shift(apply: Callable[..., ApplyFacts]) -> Callable[..., ApplyFacts]:
    """Make facts under which the next move of a switch may be made."""

    def make(**changes: Any) -> ApplyFacts:
        run = moving(stage=StepName.SHIFT)
        return apply(**({"run": run, "holder": run} | changes))

    return make


#: What is true before a deploy is true before a move.
apply = test_decide.apply


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="nothing speaks against it"),
        pytest.param({"timetable": SHUT}, [], id="its window closed meanwhile"),
        pytest.param({"requester": make_standing("ana")}, [], id="who asked has left the group"),
        pytest.param({"holder": None}, [ReasonCode.HELD], id="another run may hold it"),
        pytest.param({"lock": lock("eve")}, [ReasonCode.LOCKED], id="locked"),
        pytest.param({"votes": ()}, [ReasonCode.VOTES_MISSING], id="the votes were taken back"),
        pytest.param({"found": test_decide.BOUND.model_copy(update={"estate": "f" * 64})}, [ReasonCode.INPUT_CHANGED], id="another estate"),
    ],
)  # fmt: skip
def test_before_a_further_move(
    shift: Callable[..., ApplyFacts], changes: dict[str, Any], expected: list[ReasonCode]
) -> None:
    """Half-way is the worst place to stay, so only what makes it another run's matter stops it there."""
    assert codes(decide.before_shift(shift(**changes))) == expected


def test_before_the_first_move(shift: Callable[..., ApplyFacts]) -> None:
    """The first one needs its window, and whoever asked must still be one who may switch."""
    ruling = decide.before_apply(shift(timetable=SHUT, requester=make_standing("ana")))
    assert texts(ruling) == [
        "U0ANA asked for run 42. Only members of platform may switch traffic in prod.",
        "closed.",
    ]


_WORSE: dict[str, dict[str, Any]] = {
    "a stranger": {"teams": frozenset()},
    "the wrong channel": {"channel": "C0X"},
    "strangers listen": {"shared": {"C0PROD"}},
    "nobody knows who listens": {"unknown": {"C0PROD"}},
    "not one who may": {"requesters": ("dba",)},
    "nobody knows the group": {"who": make_standing("ben", unknown=("platform",))},
    "no rule for emergencies": {"emergency": None},
    "closed": {"timetables": TIMES},
    "locked": {"lock": lock()},
    "no services": {"services": ()},
    "by a plan": {"by_plan": ("site",)},
    "a full queue": {"queue": tuple(make_run(id=RunId(number), queued=True) for number in range(20))},
    "no such run": {"run": None},
    "ended": {"run": moving(ended_at=NOON)},
    "a deploy": {"run": make_run()},
    "on its way back": {"returning": True},
    "kept no more": {"lease": leases.lease(ended_at=NOON, end=LeaseEnd.OVER)},
    "gone": {"environments": frozenset()},
}
_SWITCHES: tuple[Request, ...] = (
    switch(),
    switch(services=("store",), steps=(10, 100)),
    switch(services=("stor", "site")),
    switch(dry_run=True),
    switch(back=RunId(41)),
    switch(wish=Wish(emergency=INC)),
    switch(wish=Wish(when_open=True)),
    ON,
    OFF,
    SKIP,
    Keep(length=timedelta(hours=1)),
    Retire(),
    Rollback(environment=PROD),
)


@given(
    request_=st.sampled_from(_SWITCHES),
    first=st.sets(st.sampled_from(sorted(_WORSE))),
    second=st.sets(st.sampled_from(sorted(_WORSE))),
)
def test_adding_a_reason_never_loosens(request_: Request, first: set[str], second: set[str]) -> None:
    """Whatever is asked of a switch and refused for some reasons is refused for more of them."""
    rulings = []
    for worse in (first, first | second):
        changed: dict[str, Any] = {"run": moving(), "lease": leases.lease()}
        for name in sorted(worse):
            changed |= _WORSE[name]
        rulings.append(decide.at_the_door(request_, facts(**changed)))
    assert isinstance(rulings[1], Deny) or rulings[0] == Allow()


_WORSE_ON_THE_WAY: dict[str, dict[str, Any]] = {
    "stopped": {"run": moving(stop_by=person("ana"))},
    "lost": {"holder": None},
    "locked": {"lock": lock("eve")},
    "no votes": {"votes": ()},
    "nobody knows the voters": {"voters": ()},
    "another estate": {"found": test_decide.BOUND.model_copy(update={"estate": "f" * 64})},
    "closed": {"timetable": SHUT},
    "who asked may no more": {"requester": make_standing("ana")},
    "nobody may ask": {"requesters": ()},
}


@pytest.mark.parametrize("one", sorted(_WORSE_ON_THE_WAY))
@pytest.mark.parametrize("other", sorted(_WORSE_ON_THE_WAY))
def test_nor_on_the_way(shift: Callable[..., ApplyFacts], one: str, other: str) -> None:
    """What stops a move stops it beside anything else; and what stops a further move stops the first."""
    alone = shift(**_WORSE_ON_THE_WAY[one])
    both = shift(**(_WORSE_ON_THE_WAY[one] | _WORSE_ON_THE_WAY[other]))
    for ask in (decide.before_shift, decide.before_apply):
        assert isinstance(ask(both), Deny) or ask(alone) == Allow()
    assert set(codes(decide.before_shift(both))) <= set(codes(decide.before_apply(both)))
