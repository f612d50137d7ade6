"""The moves of a switch: in the order of exposure, up the ladder, and never anywhere from where nothing comes back."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.colour import Colour
from bot.domain.estate import Service
from bot.domain.plan import ChangeClass
from bot.domain.ruling import ReasonCode
from bot.domain.traffic import Exposure, Health, Move, Seen, Shift, ShiftState, Weights
from bot.policy import moving

OLD, NEW = Weights(blue=100, green=0), Weights(blue=0, green=100)
GREEN, BLUE = Colour.GREEN, Colour.BLUE
STEPS = (10, 50, 100)


def service(name: str, exposure: Exposure) -> Service:
    traffic: Any = {"kind": "lever"}
    return Service(name=name, exposure=exposure, traffic=traffic)


STORE, JOBS, ADMIN = (
    service("store", Exposure.PUBLIC),
    service("jobs", Exposure.NONE),
    service("admin", Exposure.INTERNAL),
)


def moves(
    *services: Service, colour: Colour = GREEN, gradual: bool = True, **seen: Weights
) -> tuple[Move, ...]:
    found = {one.name: Seen(weights=seen.get(one.name, OLD)) for one in services}
    return moving.moves(services, found, colour, STEPS, gradual={one.name: gradual for one in services})


def told(planned: tuple[Move, ...]) -> list[tuple[str, int]]:
    return [(move.service, round(move.after.part(GREEN))) for move in planned]


@pytest.mark.parametrize(
    ("planned", "expected"),
    [
        pytest.param(
            moves(STORE, JOBS, ADMIN),
            [("jobs", 100), ("admin", 100), ("store", 10), ("store", 50), ("store", 100)],
            id="those that fewest people meet go first",
        ),
        pytest.param(
            moves(STORE, gradual=False), [("store", 100)], id="all at once where nothing else can be"
        ),
        pytest.param(
            moves(STORE, store=Weights(blue=70, green=30)),
            [("store", 50), ("store", 100)],
            id="half-way there",
        ),
        pytest.param(moves(STORE, store=NEW), [], id="there already"),
        pytest.param(moves(STORE, store=Weights(blue=0, green=1)), [], id="there on another scale"),
        pytest.param(
            moves(STORE, store=Weights(blue=1, green=0)),
            [("store", 10), ("store", 50), ("store", 100)],
            id="from another scale",
        ),
        pytest.param(
            moves(STORE, colour=BLUE, store=NEW), [("store", 90), ("store", 50), ("store", 0)], id="to blue"
        ),
    ],
)
def test_moves(planned: tuple[Move, ...], expected: list[tuple[str, int]]) -> None:
    """Each begins where the one before ended, and the last of a service is whole."""
    assert told(planned) == expected
    for sooner, later in zip(planned, planned[1:], strict=False):
        assert sooner.service != later.service or (sooner.after == later.before and not sooner.whole)
    assert all(move.whole is (move.after.part(GREEN) in {0, 100}) for move in planned)


@given(st.integers(0, 255), st.integers(0, 255), st.sets(st.integers(1, 99)), st.sampled_from(Colour))
def test_any_beginning(blue: int, green: int, steps: set[int], colour: Colour) -> None:
    """The new colour only ever gets more, and everything in the end; nobody is ever left with nothing."""
    seen = {"store": Seen(weights=Weights(blue=blue, green=green))}
    planned = moving.moves([STORE], seen, colour, [*sorted(steps), 100], gradual={"store": True})
    parts = [move.before.part(colour) for move in planned] + [100.0]
    assert parts == sorted(parts)
    assert all(move.after.blue + move.after.green == 100 for move in planned)
    if planned:
        assert planned[-1].after.active is colour
        assert planned[0].before == seen["store"].weights


def test_back() -> None:
    """To where each was before the first move, those that most people meet first, and only where it is not yet."""
    moved = moves(STORE, JOBS, ADMIN)
    seen = {name: Seen(weights=NEW) for name in ("store", "jobs")} | {"admin": Seen(weights=OLD)}
    found = moving.back(moved, [STORE, JOBS, ADMIN], seen)
    assert [(move.service, move.before, move.after) for move in found] == [
        ("store", NEW, OLD),
        ("jobs", NEW, OLD),
    ]


def shift(move: int, state: ShiftState, found: Weights | None = None) -> Shift:
    return Shift(
        index=0,
        move=move,
        service="store",
        before=OLD,
        after=NEW,
        state=state,
        found=found,
        at=datetime(2026, 11, 21, 12, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("made", "place"),
    [
        pytest.param([], 0, id="none"),
        pytest.param([shift(0, ShiftState.DONE)], 1, id="one"),
        pytest.param([shift(0, ShiftState.FAILED)], 0, id="one that failed"),
        pytest.param([shift(0, ShiftState.UNKNOWN)], 0, id="one of which nobody knows"),
        pytest.param([shift(place, ShiftState.DONE) for place in range(3)], None, id="all"),
    ],
)
def test_due(made: list[Shift], place: int | None) -> None:
    """The first that is not surely made."""
    assert moving.due(moves(STORE), made) == place


def test_what_is_expected() -> None:
    """What the move before left, until people were shown something else and let it go on."""
    move = moves(STORE)[1]
    theirs = Weights(blue=80, green=20)
    assert moving.stands(move, 1, [shift(0, ShiftState.DONE, OLD)]) == move.before
    assert moving.stands(move, 1, [shift(1, ShiftState.FAILED, theirs)]) == theirs


@pytest.mark.parametrize(
    ("planned", "expected"),
    [
        pytest.param(moves(JOBS, ADMIN), ChangeClass.STANDARD, id="nobody outside meets them"),
        pytest.param(moves(STORE), ChangeClass.SIGNIFICANT, id="step by step"),
        pytest.param(moves(STORE, gradual=False), ChangeClass.HIGH_RISK, id="everybody at once"),
    ],
)
def test_change_class(planned: tuple[Move, ...], expected: ChangeClass) -> None:
    """By who meets it and how much moves at once; and it is said why."""
    assert moving.change_class(planned, GREEN) is expected
    assert bool(moving.why(planned, GREEN)) is (expected is not ChangeClass.STANDARD)


@pytest.mark.parametrize(
    ("seen", "codes"),
    [
        pytest.param(Seen(weights=OLD), [], id="nothing speaks against it"),
        pytest.param(
            Seen(weights=OLD, green=Health(healthy=0, total=2, why="2 initial")),
            [ReasonCode.NOBODY_HEALTHY],
            id="nobody is behind it",
        ),
        pytest.param(Seen(weights=OLD, blue=Health(healthy=0, total=2)), [], id="the old one is no matter"),
        pytest.param(
            Seen(weights=Weights(blue=0, green=0)), [ReasonCode.TRAFFIC_MOVED], id="neither gets anything"
        ),
        pytest.param(
            Seen(weights=Weights(blue=50, green=50), mixed="rule 1: blue; rule 2: green"),
            [ReasonCode.TRAFFIC_MOVED],
            id="its places do not say the same",
        ),
    ],
)
def test_faults(seen: Seen, codes: list[ReasonCode]) -> None:
    """Nothing is moved to where nobody is, nor from where it could not come back to."""
    assert [reason.code for reason in moving.faults(moves(STORE), {"store": seen}, GREEN)] == codes


def test_nothing_to_move() -> None:
    """It says so."""
    (reason,) = moving.faults((), {"store": Seen(weights=NEW)}, GREEN)
    assert (reason.code, "goes to green already" in reason.text) == (ReasonCode.ALREADY_ACTIVE, True)


def test_moved_meanwhile() -> None:
    """Both are shown, of each service that is not where people saw it."""
    planned = moves(STORE, ADMIN)
    theirs = Weights(blue=80, green=20)
    (reason,) = moving.moved(planned, {"store": Seen(weights=theirs), "admin": Seen(weights=OLD)})
    assert "store: blue 100, green 0 was there, and blue 80, green 20 is" in reason.text


def test_unknown_services() -> None:
    """Each gets the nearest right one."""
    (reason,) = moving.unknown(("stor", "jobs"), ("store", "jobs"))
    assert (reason.code, "store" in reason.text) == (ReasonCode.UNKNOWN_SERVICE, True)
