from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.colour import Colour
from bot.domain.request import Deploy, Emergency, Switch, Wish
from bot.domain.ruling import ReasonCode
from bot.domain.run import DRY_RUN, SWITCH, SWITCH_BY_PLAN_DRY_RUN, SWITCH_DRY_RUN, Run, StepName, Switching
from bot.domain.value import Commit, EnvironmentName, GroupName, RunId
from bot.policy import queue
from tests.bot.policy.conftest import make_run, make_standing, person
from tests.bot.policy.test_locks import EMERGENCY, facts, lock

PROD = EnvironmentName("prod")


def waiting(number: int, by: str = "ben", **changes: Any) -> Run:
    """Make a run that waits in the queue."""
    unknown = {"stage": None, "commit": None, "digest": None, "expires_at": None}
    return make_run(**(unknown | {"id": RunId(number), "by": person(by), "queued": True} | changes))


@pytest.mark.parametrize(
    ("runs", "keeper", "expected"),
    [
        pytest.param([], None, None, id="nobody"),
        pytest.param([waiting(3), waiting(2)], None, 2, id="the oldest"),
        pytest.param([waiting(2), waiting(3, by="ana")], "ana", 3, id="the lock's holder goes past"),
        pytest.param([waiting(2), waiting(3)], "ana", None, id="all are kept out"),
        pytest.param([waiting(2), waiting(3, wish=EMERGENCY)], "ana", 3, id="an emergency goes past"),
        pytest.param([waiting(2), waiting(3, wish=EMERGENCY)], None, 2, id="an emergency waits its turn"),
    ],
)
def test_whose_turn_it_is(runs: list[Run], keeper: str | None, expected: int | None) -> None:
    """In order of asking; a lock makes those it keeps out wait, and nobody else."""
    found = queue.turn(runs, lock(by=keeper) if keeper else None)
    assert (found.id if found else None) == expected


@given(
    st.lists(st.tuples(st.sampled_from(["ana", "ben", "cleo"]), st.booleans()), max_size=8),
    st.sampled_from([None, "ana", "ben"]),
)
def test_nobody_overtakes_without_a_lock_between(asked: list[tuple[str, bool]], keeper: str | None) -> None:
    """Whoever has the turn is kept out by nothing, and everybody before them is kept out by the lock."""
    runs = [
        waiting(number, by=by, wish=EMERGENCY if urgent else Wish())
        for number, (by, urgent) in enumerate(asked, start=1)
    ]
    found = queue.turn(runs, lock(by=keeper) if keeper else None)
    free = [run for run in runs if keeper is None or run.by == person(keeper) or run.wish.emergency]
    assert found == (free[0] if free else None)


@pytest.mark.parametrize(
    ("request_", "changes", "expected"),
    [
        pytest.param(Deploy(environment=PROD), {}, [], id="all is free"),
        pytest.param(Deploy(environment=PROD), {"holder": make_run()}, [], id="behind a run"),
        pytest.param(Deploy(environment=PROD), {"lock": lock()}, [ReasonCode.LOCKED], id="locked"),
        pytest.param(Deploy(environment=PROD), {"lock": lock(by="ben")}, [], id="one's own lock"),
        pytest.param(Deploy(environment=PROD, wish=EMERGENCY), {"lock": lock()}, [], id="an emergency"),
        pytest.param(Deploy(environment=PROD), {"queue": tuple(waiting(n, by="ana") for n in range(1, 20))}, [], id="the last place"),
        pytest.param(Deploy(environment=PROD), {"queue": tuple(waiting(n, by="ana") for n in range(1, 21))}, [ReasonCode.QUEUE_FULL], id="full"),
        pytest.param(Deploy(environment=PROD, ref="v1"), {"queue": tuple(waiting(n) for n in range(1, 5))}, [], id="one's own last place"),
        pytest.param(Deploy(environment=PROD, ref="v1"), {"queue": tuple(waiting(n) for n in range(1, 6))}, [ReasonCode.QUEUE_FULL], id="enough for one person"),
        pytest.param(Deploy(environment=PROD, wish=EMERGENCY), {"queue": tuple(waiting(n) for n in range(1, 6))}, [], id="an emergency of theirs"),
        pytest.param(Deploy(environment=PROD), {"queue": (waiting(2),)}, [ReasonCode.ALREADY_ASKED], id="the same again"),
        pytest.param(Deploy(environment=PROD, ref="main"), {"queue": (waiting(2),)}, [ReasonCode.ALREADY_ASKED], id="the same, by name"),
        pytest.param(Deploy(environment=PROD, ref="v1"), {"queue": (waiting(2),)}, [], id="another ref"),
        pytest.param(Deploy(environment=PROD, dry_run=True), {"queue": (waiting(2),)}, [], id="a dry run of it"),
        pytest.param(Deploy(environment=PROD, dry_run=True), {"queue": (waiting(2, recipe=DRY_RUN),)}, [ReasonCode.ALREADY_ASKED], id="the same dry run"),
        pytest.param(Deploy(environment=PROD, wish=Wish(when_open=True)), {"queue": (waiting(2),)}, [], id="at another time"),
        pytest.param(Deploy(environment=PROD), {"queue": (waiting(2, by="ana"),)}, [], id="the same of somebody else"),
        pytest.param(Deploy(environment=PROD), {"holder": waiting(1, queued=False)}, [ReasonCode.ALREADY_ASKED], id="one that has just begun"),
        pytest.param(Deploy(environment=PROD), {"holder": waiting(1, queued=False, commit=Commit("c" * 40))}, [], id="its branch may have moved"),
        pytest.param(
            Deploy(environment=PROD),
            {"lock": lock(), "queue": tuple(waiting(n) for n in range(1, 21))},
            [ReasonCode.LOCKED, ReasonCode.ALREADY_ASKED, ReasonCode.QUEUE_FULL],
            id="everything at once",
        ),
    ],
)  # fmt: skip
def test_joining(request_: Deploy, changes: dict[str, Any], expected: list[ReasonCode]) -> None:
    """A run queues unless it is locked out, stands there already, or finds no room."""
    known = facts(make_standing("ben", "platform"), branch="main", **changes)
    assert [reason.code for reason in queue.join(request_, known)] == expected


SUPERSEDE = Deploy(environment=PROD, supersede=True)


@pytest.mark.parametrize(
    ("who", "groups", "stage", "expected"),
    [
        pytest.param("ana", [], StepName.APPROVE, [], id="one's own, that waits for votes"),
        pytest.param("ana", [], StepName.WINDOW, [], id="one's own, that waits for its window"),
        pytest.param("ana", [], StepName.PLAN, [ReasonCode.NOT_SUPERSEDABLE], id="planning"),
        pytest.param("ana", [], None, [ReasonCode.NOT_SUPERSEDABLE], id="just begun"),
        pytest.param("ana", [], StepName.APPLY, [ReasonCode.NOT_SUPERSEDABLE], id="applying"),
        pytest.param("ana", [], StepName.VERIFY, [ReasonCode.NOT_SUPERSEDABLE], id="verifying"),
        pytest.param("ana", [], StepName.BAKE, [ReasonCode.NOT_SUPERSEDABLE], id="baking"),
        pytest.param("ben", ["dba"], StepName.APPROVE, [], id="somebody else's, by one who may cancel"),
        pytest.param("ben", ["platform"], StepName.APPROVE, [ReasonCode.NOT_IN_GROUP], id="by one who may not"),
        pytest.param("ben", [], StepName.BAKE, [ReasonCode.NOT_SUPERSEDABLE, ReasonCode.NOT_IN_GROUP], id="both"),
    ],
)  # fmt: skip
def test_superseding(who: str, groups: list[str], stage: StepName | None, expected: list[ReasonCode]) -> None:
    """Only a run that waits gives way, to whoever asked for it or may cancel it."""
    known = facts(make_standing(who, *groups), holder=make_run(stage=stage), cancellers=(GroupName("dba"),))
    reasons = queue.join(SUPERSEDE, known)
    assert [reason.code for reason in reasons] == expected
    assert all("Run 42" in reason.text for reason in reasons if reason.code is ReasonCode.NOT_SUPERSEDABLE)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="nothing to supersede"),
        pytest.param({"lock": lock(), "holder": make_run()}, [ReasonCode.LOCKED], id="locked out"),
        pytest.param(
            {"holder": make_run(), "queue": (waiting(43, by="ana"),) * 20}, [], id="past a full queue"
        ),
    ],
)
def test_what_superseding_does_not_change(changes: dict[str, Any], expected: list[ReasonCode]) -> None:
    """Where nothing holds the environment it just deploys; a lock stays a lock; the queue does not matter."""
    known = facts(make_standing("ben", "platform"), cancellers=(GroupName("platform"),), **changes)
    assert [reason.code for reason in queue.join(SUPERSEDE, known)] == expected


def test_an_emergency_is_compared_too() -> None:
    """The same deploy as an emergency is not the same."""
    other = Wish(emergency=Emergency(ticket="INC-2", reason="flood"))
    known = facts(make_standing("ben", "platform"), branch="main", queue=(waiting(2, wish=other),))
    assert queue.join(Deploy(environment=PROD, wish=EMERGENCY), known) == ()


SOON = Wish(when_open=True)


def switched(number: int, **changes: Any) -> Run:
    """Make a switch of ben's that waits in the queue."""
    usual: dict[str, Any] = {"recipe": SWITCH, "switch": Switching(colour=Colour.GREEN), "ref": "green"}
    return waiting(number, **(usual | changes))


def switch(**changes: Any) -> Switch:
    return Switch(**({"environment": PROD, "colour": Colour.GREEN} | changes))


STORE = Switching(colour=Colour.GREEN, services=("store",))


@pytest.mark.parametrize(
    ("request_", "changes", "expected"),
    [
        pytest.param(switch(), {}, [], id="all is free"),
        pytest.param(switch(), {"lock": lock()}, [ReasonCode.LOCKED], id="locked"),
        pytest.param(switch(), {"queue": (switched(2),)}, [ReasonCode.ALREADY_ASKED], id="the same again"),
        pytest.param(switch(), {"holder": switched(2, queued=False)}, [ReasonCode.ALREADY_ASKED], id="one that has just begun"),
        pytest.param(switch(), {"holder": switched(2, queued=False, stage=StepName.PREVIEW)}, [], id="one that has looked already"),
        pytest.param(switch(), {"queue": (switched(2, by="ana"),)}, [], id="the same of somebody else"),
        pytest.param(switch(), {"queue": (waiting(2),)}, [], id="a deploy"),
        pytest.param(Deploy(environment=PROD, ref="green"), {"queue": (switched(2),)}, [], id="a deploy of a ref by the colour's name"),
        pytest.param(switch(colour=Colour.BLUE), {"queue": (switched(2),)}, [], id="the other colour"),
        pytest.param(switch(services=("store",)), {"queue": (switched(2),)}, [], id="one service of all"),
        pytest.param(switch(services=("store",)), {"queue": (switched(2, switch=STORE),)}, [ReasonCode.ALREADY_ASKED], id="the same service"),
        pytest.param(switch(steps=(100,)), {"queue": (switched(2),)}, [], id="by other steps"),
        pytest.param(switch(wish=SOON), {"queue": (switched(2),)}, [], id="at another time"),
        pytest.param(switch(wish=SOON), {"queue": (switched(2, wish=SOON),)}, [ReasonCode.ALREADY_ASKED], id="at the same time"),
        pytest.param(switch(dry_run=True), {"queue": (switched(2),)}, [], id="only to look at it"),
        pytest.param(switch(), {"queue": (switched(2, recipe=SWITCH_DRY_RUN),)}, [], id="what was only to be looked at"),
        pytest.param(switch(dry_run=True), {"queue": (switched(2, recipe=SWITCH_DRY_RUN),)}, [ReasonCode.ALREADY_ASKED], id="to look at it again"),
        pytest.param(switch(dry_run=True), {"queue": (switched(2, recipe=SWITCH_BY_PLAN_DRY_RUN),)}, [ReasonCode.ALREADY_ASKED], id="at a plan of it again"),
        pytest.param(switch(), {"queue": tuple(waiting(n) for n in range(1, 6))}, [ReasonCode.QUEUE_FULL], id="enough for one person"),
    ],
)  # fmt: skip
def test_a_switch_joins(
    request_: Deploy | Switch, changes: dict[str, Any], expected: list[ReasonCode]
) -> None:
    """It queues like a deploy, and is the same only where it would do the same."""
    known = facts(make_standing("ben", "platform"), branch="main", **changes)
    assert [reason.code for reason in queue.join(request_, known)] == expected


BACK = Switching(colour=Colour.BLUE, back=RunId(41))


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(Deploy(environment=PROD, ref="main", back=RunId(41)), id="a deploy"),
        pytest.param(switch(colour=Colour.BLUE, back=RunId(41)), id="a switch"),
    ],
)
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({}, [], id="all is free"),
        pytest.param({"lock": lock()}, [], id="past a lock"),
        pytest.param({"queue": tuple(waiting(n) for n in range(1, 21))}, [], id="past a full queue"),
        pytest.param({"holder": make_run()}, [], id="behind a run"),
        pytest.param({"queue": (switched(7, switch=BACK),)}, ["Run 7 goes back from run 41 already."], id="twice"),
        pytest.param({"holder": waiting(7, reverts=RunId(41), stage=StepName.APPLY)}, ["Run 7 goes back from run 41 already."], id="while it goes back"),
        pytest.param({"holder": waiting(7, reverts=RunId(40))}, [], id="another one goes back"),
    ],
)  # fmt: skip
def test_going_back_joins(request_: Deploy | Switch, changes: dict[str, Any], said: list[str]) -> None:
    """Nothing keeps it out but that somebody is on the same way already."""
    known = facts(make_standing("ben", "platform"), branch="main", **changes)
    assert [reason.text for reason in queue.join(request_, known)] == said


def test_a_deploy_is_not_a_way_back() -> None:
    """Who wants the same commit for good is not told that somebody goes back to it."""
    known = facts(make_standing("ben", "platform"), branch="main", queue=(waiting(7, reverts=RunId(41)),))
    assert queue.join(Deploy(environment=PROD), known) == ()


@pytest.mark.parametrize(
    ("runs", "keeper", "expected"),
    [
        pytest.param([waiting(2), waiting(3, reverts=RunId(1))], None, 3, id="before those who came earlier"),
        pytest.param([waiting(2), switched(3, switch=BACK)], "ana", 3, id="past a lock"),
        pytest.param([waiting(4, reverts=RunId(1)), switched(3, switch=BACK)], None, 3, id="in order among themselves"),
        pytest.param([waiting(2, wish=EMERGENCY), waiting(3, reverts=RunId(1))], None, 3, id="before an emergency"),
    ],
)  # fmt: skip
def test_who_goes_back_goes_first(runs: list[Run], keeper: str | None, expected: int) -> None:
    """Nobody waits longer for what is known to be good than for anything new."""
    found = queue.turn(runs, lock(by=keeper) if keeper else None)
    assert found is not None
    assert found.id == expected


@pytest.mark.parametrize(
    ("holder", "gives"),
    [
        pytest.param(None, False, id="nobody"),
        pytest.param(make_run(stage=StepName.APPROVE), True, id="waits for votes"),
        pytest.param(make_run(stage=StepName.WINDOW), True, id="waits for its window"),
        pytest.param(make_run(stage=StepName.PLAN), False, id="plans"),
        pytest.param(make_run(stage=None), False, id="has just begun"),
        pytest.param(make_run(stage=StepName.APPLY), False, id="applies"),
        pytest.param(make_run(stage=StepName.APPROVE, wish=EMERGENCY), False, id="an emergency"),
        pytest.param(make_run(stage=StepName.APPROVE, reverts=RunId(1)), False, id="goes back itself"),
    ],
)
def test_who_gives_way(holder: Run | None, gives: bool) -> None:
    """Only who loses nothing by it."""
    assert queue.gives_way(holder) == (holder if gives else None)


@pytest.mark.parametrize("stage", [None, *StepName])
def test_what_every_run_does(stage: StepName | None) -> None:
    """Each step either gives way or can be told."""
    assert (stage in queue.SUPERSEDABLE) is not (stage in queue.DOING)
