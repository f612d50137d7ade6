from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.colour import Colour
from bot.domain.request import Deploy, Emergency, Switch, Wish
from bot.domain.ruling import ReasonCode
from bot.domain.run import DRY_RUN, Run, StepName, Switching
from bot.domain.value import Commit, EnvironmentName, GroupName, RunId
from bot.policy import queue
from tests.bot.policy.conftest import make_run, make_standing, person
from tests.bot.policy.test_locks import EMERGENCY, facts, lock

PROD = EnvironmentName("prod")
BACK = Switching(colour=Colour.BLUE, back=RunId(1))


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
        pytest.param([waiting(2), waiting(3, switch=BACK)], None, 3, id="who goes back goes first"),
        pytest.param([waiting(2, wish=EMERGENCY), waiting(3, switch=BACK)], "ana", 3, id="past a lock, too"),
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


@pytest.mark.parametrize(
    ("changes", "gives"),
    [
        pytest.param({"stage": StepName.APPROVE}, True, id="waits for votes"),
        pytest.param({"stage": StepName.WINDOW}, True, id="waits for its window"),
        pytest.param({"stage": StepName.PLAN}, False, id="plans"),
        pytest.param({"stage": StepName.APPLY}, False, id="applies"),
        pytest.param({"stage": StepName.APPROVE, "wish": EMERGENCY}, False, id="an emergency"),
        pytest.param({"stage": StepName.APPROVE, "switch": BACK}, False, id="goes back itself"),
    ],
)
def test_who_gives_way_to_a_way_back(changes: dict[str, Any], gives: bool) -> None:
    """Whoever only waits, unless it is as urgent."""
    holder = make_run(**changes)
    assert queue.gives_way(holder) == (holder if gives else None)
    assert queue.gives_way(None) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="all is free"),
        pytest.param({"lock": lock(by="cleo")}, [], id="somebody else's lock"),
        pytest.param(
            {"queue": tuple(waiting(n) for n in range(2, 30))}, [], id="a queue as long as it may be"
        ),
        pytest.param(
            {"queue": tuple(waiting(n, by="ana") for n in range(2, 9))}, [], id="one's own runs are many"
        ),
        pytest.param({"holder": make_run(switch=BACK)}, [ReasonCode.ALREADY_ASKED], id="somebody goes back"),
        pytest.param(
            {"queue": (waiting(2, switch=BACK),)},
            [ReasonCode.ALREADY_ASKED],
            id="somebody is about to go back",
        ),
        pytest.param(
            {"holder": make_run(switch=BACK.model_copy(update={"back": RunId(9)}))},
            [],
            id="back from another",
        ),
    ],
)
def test_a_way_back_is_let_in(changes: dict[str, Any], expected: list[ReasonCode]) -> None:
    """Nothing keeps it out but itself."""
    request = Switch(environment=PROD, colour=Colour.BLUE, back=RunId(1))
    assert [reason.code for reason in queue.join(request, facts(make_standing("ana"), **changes))] == expected
