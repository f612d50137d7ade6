"""The moves of a switch: which come when, how serious they are, and what speaks against them."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.colour import Colour
from bot.domain.estate import Service, SwitcherSettings
from bot.domain.plan import ChangeClass
from bot.domain.ruling import ReasonCode
from bot.domain.traffic import Exposure, Health, Move, Seen, Shift, ShiftState, Weights
from bot.policy import moving

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BLUE, GREEN = Colour.BLUE, Colour.GREEN
OLD, NEW = Weights(blue=100, green=0), Weights(blue=0, green=100)
NOWHERE = Weights(blue=0, green=0)
NONE, INTERNAL, PUBLIC = Exposure


def green(part: int) -> Weights:
    """Green gets so many of a hundred parts."""
    return Weights.giving(GREEN, part)


def service(name: str, exposure: Exposure) -> Service:
    return Service(name=name, exposure=exposure, traffic=SwitcherSettings(kind="http"))


STORE, ADMIN, JOBS = service("store", PUBLIC), service("admin", INTERNAL), service("jobs", NONE)
TOWN = (STORE, ADMIN, JOBS)
GRADUAL = {"store": True, "admin": True, "jobs": True}


def seen(**weights: Weights) -> dict[str, Seen]:
    """All on blue, but for what is said."""
    there = {"store": OLD, "admin": OLD, "jobs": OLD} | weights
    return {name: Seen(weights=one) for name, one in there.items()}


def move(
    before: Weights, after: Weights, name: str = "store", exposure: Exposure = PUBLIC, *, whole: bool = False
) -> Move:
    return Move(service=name, exposure=exposure, before=before, after=after, whole=whole)


@pytest.mark.parametrize(
    ("now", "colour", "steps", "expected"),
    [
        pytest.param(OLD, GREEN, (10, 50, 100), [move(OLD, green(10)), move(green(10), green(50)), move(green(50), NEW, whole=True)], id="up the ladder"),
        pytest.param(NEW, BLUE, (10, 100), [move(NEW, green(90)), move(green(90), OLD, whole=True)], id="the other way"),
        pytest.param(OLD, GREEN, (100,), [move(OLD, NEW, whole=True)], id="at once"),
        pytest.param(green(10), GREEN, (10, 50, 100), [move(green(10), green(50)), move(green(50), NEW, whole=True)], id="a rung that is reached is left out"),
        pytest.param(Weights(blue=3, green=1), GREEN, (10, 25, 100), [move(Weights(blue=3, green=1), NEW, whole=True)], id="weights are parts of their sum"),
        pytest.param(NEW, GREEN, (10, 100), [], id="there already"),
        pytest.param(Weights(blue=0, green=1), GREEN, (10, 100), [], id="there by any weight"),
        pytest.param(NOWHERE, GREEN, (50, 100), [move(NOWHERE, green(50)), move(green(50), NEW, whole=True)], id="from nowhere"),
    ],
)  # fmt: skip
def test_the_ladder(now: Weights, colour: Colour, steps: tuple[int, ...], expected: list[Move]) -> None:
    """Each move begins where the one before it ends, goes only up, and the last one gives all."""
    found = moving.moves([STORE], {"store": Seen(weights=now)}, colour, steps, gradual={"store": True})
    assert found == tuple(expected)


def test_those_whom_fewest_meet_go_first() -> None:
    """Jobs, then the company, then everybody; only what everybody meets climbs."""
    found = moving.moves(TOWN, seen(), GREEN, (10, 100), gradual=GRADUAL)
    assert found == (
        move(OLD, NEW, "jobs", NONE, whole=True),
        move(OLD, NEW, "admin", INTERNAL, whole=True),
        move(OLD, green(10), "store", PUBLIC),
        move(green(10), NEW, "store", PUBLIC, whole=True),
    )


def test_what_cannot_climb() -> None:
    """A switcher that gives all or nothing moves at once, whoever meets it."""
    found = moving.moves([STORE], seen(), GREEN, (10, 100), gradual={"store": False})
    assert found == (move(OLD, NEW, whole=True),)


MOVED = moving.moves(TOWN, seen(), GREEN, (10, 100), gradual=GRADUAL)
ALL_GREEN = seen(store=NEW, admin=NEW, jobs=NEW)


@pytest.mark.parametrize(
    ("services", "there", "expected"),
    [
        pytest.param(TOWN, ALL_GREEN, [("store", NEW, OLD), ("admin", NEW, OLD), ("jobs", NEW, OLD)], id="everything"),
        pytest.param(TOWN, seen(store=green(50), admin=NEW), [("store", green(50), OLD), ("admin", NEW, OLD)], id="what is back needs nothing"),
        pytest.param((ADMIN, JOBS), ALL_GREEN, [("admin", NEW, OLD), ("jobs", NEW, OLD)], id="a service that is gone"),
        pytest.param(TOWN, seen(), [], id="all is back"),
    ],
)  # fmt: skip
def test_an_earlier_switch_is_taken_back(
    services: tuple[Service, ...], there: dict[str, Seen], expected: list[tuple[str, Weights, Weights]]
) -> None:
    """In one step each, to where it was before its first move; what everybody meets goes first."""
    found = moving.back(MOVED, services, there)
    assert [(one.service, one.before, one.after) for one in found] == expected
    assert all(one.whole for one in found)
    assert {one.service: one.exposure for one in found}.items() <= {
        "store": PUBLIC,
        "admin": INTERNAL,
        "jobs": NONE,
    }.items()


def shift(place: int | None, state: ShiftState = ShiftState.DONE, found: Weights | None = None) -> Shift:
    return Shift(
        index=0, move=place, service="store", before=OLD, after=NEW, state=state, found=found, at=NOON
    )


@pytest.mark.parametrize(
    ("made", "place"),
    [
        pytest.param([], 0, id="nothing is made"),
        pytest.param([shift(0)], 1, id="one is made"),
        pytest.param([shift(0, ShiftState.FAILED)], 0, id="one failed"),
        pytest.param([shift(0, ShiftState.BEGUN)], 0, id="one is begun"),
        pytest.param([shift(0, ShiftState.UNKNOWN)], 0, id="nobody knows of one"),
        pytest.param([shift(0, ShiftState.FAILED), shift(0)], 1, id="made at the second try"),
        pytest.param([shift(0), shift(None)], 1, id="a way back is no move"),
        pytest.param([shift(1)], 0, id="none is left out"),
        pytest.param([shift(place) for place in range(4)], None, id="all are made"),
    ],
)
def test_what_comes_next(made: list[Shift], place: int | None) -> None:
    """The first move that was not surely made."""
    assert moving.due(MOVED, made) == place


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param([], green(10), id="never tried"),
        pytest.param([shift(3, ShiftState.FAILED)], green(10), id="tried, and nothing was seen"),
        pytest.param([shift(3, ShiftState.FAILED, green(20))], green(20), id="people saw something else, and let it go on"),
        pytest.param([shift(3, ShiftState.FAILED, green(20)), shift(3, ShiftState.FAILED, green(30))], green(30), id="twice"),
        pytest.param([shift(3, ShiftState.FAILED, green(20)), shift(3, ShiftState.FAILED)], green(20), id="nothing was seen since"),
        pytest.param([shift(2, ShiftState.DONE, green(11))], green(10), id="another move"),
        pytest.param([shift(None, ShiftState.FAILED, green(11))], green(10), id="a way back"),
    ],
)  # fmt: skip
def test_what_is_expected_there(made: list[Shift], expected: Weights) -> None:
    """What the move before left, unless people let it go on from something else."""
    assert moving.stands(MOVED[3], 3, made) == expected


@pytest.mark.parametrize(
    ("place", "made", "expected"),
    [
        pytest.param(2, [], None, id="nobody changed anything"),
        pytest.param(2, [shift(3, ShiftState.FAILED)], None, id="tried, and nothing was seen"),
        pytest.param(2, [shift(3, ShiftState.FAILED, green(20))], green(20), id="people saw something else"),
        pytest.param(2, [shift(3, ShiftState.FAILED, green(20)), shift(3, ShiftState.FAILED, green(10))], None, id="and then what was right"),
        pytest.param(1, [shift(2, ShiftState.FAILED, green(20))], None, id="the next move is of another service"),
        pytest.param(3, [shift(3, ShiftState.FAILED, green(20))], None, id="it is the last move"),
    ],
)  # fmt: skip
def test_what_people_let_it_go_on_from(place: int, made: list[Shift], expected: Weights | None) -> None:
    """Only between two moves of one service, and only where it is something else."""
    assert moving.theirs(MOVED, place, made) == expected


@pytest.mark.parametrize(
    ("planned", "colour", "expected", "said"),
    [
        pytest.param([move(OLD, green(50))], GREEN, ChangeClass.SIGNIFICANT, ["Everybody meets store."], id="a half at once"),
        pytest.param([move(OLD, green(51))], GREEN, ChangeClass.HIGH_RISK, ["51 % of the traffic of store, which everybody meets, moves at once."], id="more than a half"),
        pytest.param([move(green(49), NEW)], GREEN, ChangeClass.HIGH_RISK, ["51 % of the traffic of store, which everybody meets, moves at once."], id="the last part is too much"),
        pytest.param([move(green(50), NEW)], GREEN, ChangeClass.SIGNIFICANT, ["Everybody meets store."], id="from a half to all"),
        pytest.param([move(NEW, OLD)], BLUE, ChangeClass.HIGH_RISK, ["100 % of the traffic of store, which everybody meets, moves at once."], id="the other way"),
        pytest.param([move(OLD, green(10)), move(green(10), NEW)], GREEN, ChangeClass.HIGH_RISK, ["90 % of the traffic of store, which everybody meets, moves at once."], id="one rung too far from the other"),
        pytest.param([move(OLD, NEW, "admin", INTERNAL)], GREEN, ChangeClass.STANDARD, [], id="only the company meets it"),
        pytest.param([move(OLD, NEW, "jobs", NONE)], GREEN, ChangeClass.STANDARD, [], id="nobody meets it"),
        pytest.param([], GREEN, ChangeClass.STANDARD, [], id="nothing moves"),
        pytest.param(
            [move(OLD, green(50)), move(green(50), NEW), move(OLD, green(50), "shop"), move(OLD, NEW, "admin", INTERNAL)],
            GREEN, ChangeClass.SIGNIFICANT, ["Everybody meets store and shop."], id="two of everybody's, each named once",
        ),
        pytest.param(
            [move(OLD, green(50)), move(OLD, NEW, "shop"), move(OLD, NEW, "admin", INTERNAL)],
            GREEN, ChangeClass.HIGH_RISK, ["100 % of the traffic of shop, which everybody meets, moves at once."], id="the most serious is told",
        ),
    ],
)  # fmt: skip
def test_how_serious_it_is(
    planned: list[Move], colour: Colour, expected: ChangeClass, said: list[str]
) -> None:
    """By who meets it and how much moves at once, and it is said why."""
    assert moving.change_class(planned, colour) is expected
    assert list(moving.why(planned, colour)) == said


_CLASSES = (ChangeClass.STANDARD, ChangeClass.SIGNIFICANT, ChangeClass.HIGH_RISK)
_WEIGHTS = st.builds(Weights, blue=st.integers(0, 255), green=st.integers(0, 255))


@given(data=st.data(), now=_WEIGHTS, colour=st.sampled_from(Colour), exposure=st.sampled_from(Exposure))
def test_a_step_left_out_is_never_less_serious(
    data: st.DataObject, now: Weights, colour: Colour, exposure: Exposure
) -> None:
    """Whoever makes a ladder shorter needs as many votes as before, or more."""
    ladder = (*sorted(data.draw(st.sets(st.integers(1, 99)))), 100)
    left_out = data.draw(st.sets(st.sampled_from(ladder[:-1]))) if ladder[:-1] else set()
    there = {"it": Seen(weights=now)}
    few, all_ = (
        moving.moves([service("it", exposure)], there, colour, steps, gradual={"it": True})
        for steps in ([step for step in ladder if step not in left_out], ladder)
    )
    judged = [_CLASSES.index(moving.change_class(moves, colour)) for moves in (few, all_)]
    assert judged[0] >= judged[1]


@given(now=_WEIGHTS, colour=st.sampled_from(Colour), steps=st.sets(st.integers(1, 99)), gradual=st.booleans())
def test_every_switch_arrives(now: Weights, colour: Colour, steps: set[int], gradual: bool) -> None:
    """Moves join, give the colour more each time, and end with all of it; none is needed only where it has all."""
    ladder = (*sorted(steps), 100)
    found = moving.moves([STORE], {"store": Seen(weights=now)}, colour, ladder, gradual={"store": gradual})
    if not found:
        assert now.active is colour
        return
    assert found[0].before == now
    assert found[-1].after.active is colour
    assert [one.whole for one in found] == [False] * (len(found) - 1) + [True]
    assert all(one.after == other.before for one, other in pairwise(found))
    assert all(one.after.part(colour) > one.before.part(colour) for one in found)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param((), [], id="all of them"),
        pytest.param(("store",), [], id="one that is there"),
        pytest.param(("stor", "admin"), ["There is no service “stor” here; did you mean store?"], id="a slip"),
        pytest.param(("x`y", "zz"), ["There is no service “x?y” here; known: admin, jobs, store.", "There is no service “zz” here; known: admin, jobs, store."], id="two that nobody knows"),
    ],
)  # fmt: skip
def test_unknown_services(asked: tuple[str, ...], said: list[str]) -> None:
    """Each is named with the nearest one that is right, and never as markup."""
    found = moving.unknown(asked, (name for name in ("store", "admin", "jobs")))
    assert [reason.text for reason in found] == said
    assert {reason.code for reason in found} <= {ReasonCode.UNKNOWN_SERVICE}


WELL, DEAD = Health(healthy=2, total=2), Health(healthy=0, total=2, why="refused")
NOBODY, HALF = Health(healthy=0, total=0), Health(healthy=1, total=2)
TO_GREEN, TO_BLUE = [move(OLD, green(10)), move(green(10), NEW)], [move(NEW, OLD)]
DEAD_TEXT = "store cannot go to green: none of 2 targets is healthy (refused)."


@pytest.mark.parametrize(
    ("planned", "there", "colour", "expected"),
    [
        pytest.param(TO_GREEN, Seen(weights=OLD), GREEN, [], id="nothing to count"),
        pytest.param(TO_GREEN, Seen(weights=OLD, blue=DEAD, green=WELL), GREEN, [], id="all well, where it goes"),
        pytest.param(TO_GREEN, Seen(weights=OLD, green=HALF), GREEN, [], id="one is enough"),
        pytest.param(TO_GREEN, Seen(weights=OLD, blue=WELL, green=DEAD), GREEN, [(ReasonCode.NOBODY_HEALTHY, DEAD_TEXT)], id="nobody is healthy"),
        pytest.param(TO_BLUE, Seen(weights=NEW, blue=NOBODY), BLUE, [(ReasonCode.NOBODY_HEALTHY, "store cannot go to blue: there are no targets.")], id="there is nobody"),
        pytest.param(TO_GREEN, Seen(weights=NOWHERE), GREEN, [(ReasonCode.TRAFFIC_MOVED, "store could not come back to where it is: neither colour gets anything.")], id="neither gets anything"),
        pytest.param(TO_GREEN, Seen(weights=Weights(blue=0, green=5)), GREEN, [], id="one gets all"),
        pytest.param(TO_GREEN, Seen(weights=OLD, mixed="a says 10, b says 20"), GREEN, [(ReasonCode.TRAFFIC_MOVED, "store could not come back to where it is: a says 10, b says 20. Bring it to one state first.")], id="not of one mind"),
        pytest.param(
            TO_GREEN, Seen(weights=OLD, mixed="a, b", green=DEAD), GREEN,
            [(ReasonCode.TRAFFIC_MOVED, "store could not come back to where it is: a, b. Bring it to one state first."), (ReasonCode.NOBODY_HEALTHY, DEAD_TEXT)],
            id="both at once",
        ),
        pytest.param([], Seen(weights=NEW), GREEN, [(ReasonCode.ALREADY_ACTIVE, "All traffic of store goes to green already.")], id="there already"),
    ],
)  # fmt: skip
def test_what_speaks_against_it(
    planned: list[Move], there: Seen, colour: Colour, expected: list[tuple[ReasonCode, str]]
) -> None:
    """Everything at once, each service once however many moves it has."""
    found = moving.faults(planned, {"store": there}, colour)
    assert [(reason.code, reason.text) for reason in found] == expected


@pytest.mark.parametrize(
    ("there", "said"),
    [
        pytest.param(seen(), [], id="as people saw it"),
        pytest.param(seen(store=green(10)), ["Somebody else moved the traffic of store: blue 100, green 0 was there, and blue 90, green 10 is."], id="one is moved"),
        pytest.param(seen(jobs=NEW, store=green(10)), ["Somebody else moved the traffic of jobs: blue 100, green 0 was there, and blue 0, green 100 is.", "Somebody else moved the traffic of store: blue 100, green 0 was there, and blue 90, green 10 is."], id="two are moved"),
    ],
)  # fmt: skip
def test_what_somebody_else_moved(there: dict[str, Seen], said: list[str]) -> None:
    """What is there is compared with where the first move of each service begins."""
    found = moving.moved(MOVED, there)
    assert [reason.text for reason in found] == said
    assert {reason.code for reason in found} <= {ReasonCode.TRAFFIC_MOVED}
