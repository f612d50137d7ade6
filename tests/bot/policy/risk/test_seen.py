"""What two sides of an object say, and when they differ in a way that matters."""

from typing import Any

import pytest

from bot.domain.plan import Verb
from bot.policy.risk import seen
from bot.policy.risk.seen import Leaves, Seen, Test


def update(before: dict[str, Any], after: dict[str, Any], unknown: Any = False) -> Seen:
    """Make an object that is updated."""
    return Seen("acme_thing", Verb.UPDATE, before, after, unknown)


@pytest.mark.parametrize(
    ("thing", "path", "expected"),
    [
        pytest.param(update({"a": 1}, {"a": 2}), "a", ((1,), (2,), False), id="at the top"),
        pytest.param(update({"a": [{"b": 1}, {"b": 2}]}, {}), "a.b", ((1, 2), (), False), id="through a list"),
        pytest.param(update({"a": [[1], [2]]}, {"a": []}), "a", ((1, 2), (), False), id="lists in a list"),
        pytest.param(update({"a": 5}, {"a": {"c": 1}}), "a.b", ((), (None,), False), id="where nothing can be"),
        pytest.param(update({}, {}, {"a": True}), "a", ((None,), (None,), True), id="unknown"),
        pytest.param(update({}, {}, {"a": True}), "a.b", ((), (), True), id="unknown above it"),
        pytest.param(update({}, {}, {"a": [{"c": True}, {"b": True}]}), "a.b", ((), (), True), id="unknown in a list"),
        pytest.param(update({}, {}, {"a": {"c": True}}), "a.b", ((), (), False), id="unknown beside it"),
        pytest.param(update({}, {}, {"a": {"c": True}}), "a", ((None,), (None,), True), id="unknown below it"),
        pytest.param(update({}, {}, {"a": {"b": False, "c": True}}), "a", ((None,), (None,), True), id="in part unknown below it"),
        pytest.param(update({}, {}, {"a": {}}), "a", ((None,), (None,), False), id="nothing below it"),
        pytest.param(update({}, {}, {"a": {"c": False}}), "a", ((None,), (None,), False), id="known below it"),
        pytest.param(update({}, {}, True), "a", ((None,), (None,), True), id="unknown as a whole"),
    ],
)  # fmt: skip
def test_sides(thing: Seen, path: str, expected: tuple[Leaves, Leaves, bool]) -> None:
    """All that stands at a path, on both sides, and whether a part of it is not known yet."""
    assert thing.sides(tuple(path.split("."))) == expected


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        pytest.param(update({"a": 1, "b": 1}, {"a": 2, "b": 1}), {"a"}, id="another value"),
        pytest.param(update({"a": 1}, {"b": 1}), {"a", "b"}, id="gone and come"),
        pytest.param(update({"a": 1, "b": 1}, {"a": 1}, {"b": True, "c": True}), {"b", "c"}, id="not known yet"),
        pytest.param(update({"a": 1}, {"a": 1, "b": None}, True), {"a", "b"}, id="nothing is known"),
    ],
)  # fmt: skip
def test_touched(thing: Seen, expected: set[str]) -> None:
    """Attributes that differ, or may."""
    assert thing.touched() == expected


@pytest.mark.parametrize(
    ("test", "before", "after", "differs", "unless_known"),
    [
        pytest.param(seen.changed, (1,), (2,), True, True, id="another value"),
        pytest.param(seen.changed, (None, 1), (1,), False, True, id="null is absent"),
        pytest.param(seen.off, (True,), (False,), True, True, id="off"),
        pytest.param(seen.off, (True, True), (True, False), True, True, id="one of two off"),
        pytest.param(seen.off, (True,), (True,), False, True, id="still on"),
        pytest.param(seen.off, (False,), (False,), False, False, id="never on"),
        pytest.param(seen.off, (1,), (0,), False, False, id="a number is no switch"),
        pytest.param(seen.on, (False,), (True,), True, True, id="on"),
        pytest.param(seen.on, (True, False), (True, True), False, False, id="on already"),
        pytest.param(seen.on, (False,), (False,), False, True, id="still off"),
        pytest.param(seen.on, (False, False), (False, True), True, True, id="one of two on"),
        pytest.param(seen.on, (), (), False, True, id="never written down"),
        pytest.param(seen.asked, (True,), (True,), True, True, id="asked for again"),
        pytest.param(seen.asked, (True,), (False,), False, True, id="asked for no more"),
        pytest.param(seen.asked, (), (False, True), True, True, id="asked for by one of two"),
        pytest.param(seen.asked, (), (), False, True, id="never asked for"),
        pytest.param(seen.gained("x", "y"), ("z",), ("y",), True, True, id="comes"),
        pytest.param(seen.gained("x", "y"), ("x",), ("y",), False, False, id="comes in place of another"),
        pytest.param(seen.gained("x", "y"), ("z",), ("z",), False, False, id="does not come"),
        pytest.param(seen.lost("x", "y"), ("x",), ("z",), True, True, id="goes"),
        pytest.param(seen.lost("x", "y"), ("x",), ("y",), False, True, id="gives way to another"),
        pytest.param(seen.lost("x", "y"), ("z",), ("",), False, False, id="was not there"),
        pytest.param(seen.zero, (7,), (0,), True, True, id="nothing is left"),
        pytest.param(seen.zero, (1,), (), True, True, id="not written down is nothing"),
        pytest.param(seen.zero, (7,), (1,), False, True, id="something is left"),
        pytest.param(seen.zero, (0,), (0,), False, False, id="nothing was there"),
        pytest.param(seen.zero, ("7",), ("0",), True, True, id="numbers in words"),
        pytest.param(seen.none_left, (None,), (0,), True, True, id="a default becomes nothing"),
        pytest.param(seen.none_left, (7,), (0, -1), True, True, id="all become nothing"),
        pytest.param(seen.none_left, (7,), (0, 1), False, False, id="one becomes nothing"),
        pytest.param(seen.none_left, (0,), (0,), False, False, id="it was nothing"),
        pytest.param(seen.none_left, (7,), (None,), False, False, id="not written down is good"),
        pytest.param(seen.down, (2, 3), (2, 2), True, True, id="falls"),
        pytest.param(seen.down, (3,), (3,), False, True, id="stays"),
        pytest.param(seen.down, (3,), (None,), False, True, id="goes nowhere"),
        pytest.param(seen.down, (None,), (3,), False, False, id="comes from nowhere"),
        pytest.param(seen.down, (1, 3), (2, 3), False, True, id="the largest counts"),
        pytest.param(seen.up, (2,), (2, 3), True, False, id="rises"),
        pytest.param(seen.up, (2,), (2,), False, False, id="does not rise"),
        pytest.param(seen.up, (None,), (2,), False, False, id="rises from nowhere"),
        pytest.param(seen.up, (2,), (None,), False, False, id="rises to nowhere"),
        pytest.param(seen.up, (1, 2), (0, 3), True, False, id="the largest rises"),
        pytest.param(seen.up, (1, 3), (2, 2), False, False, id="all but the largest rise"),
        pytest.param(seen.up, (0.5,), (1.5,), True, False, id="parts of one rise"),
        pytest.param(seen.up, ("x", 1), ({}, 10**400), False, False, id="no numbers"),
    ],
)  # fmt: skip
def test_differs(test: Test, before: Leaves, after: Leaves, *, differs: bool, unless_known: bool) -> None:
    """Each test sees what it is for; what is not known yet may be the worst."""
    assert test(before, after, False) is differs
    assert test(before, after, True) is unless_known


@pytest.mark.parametrize("word", ["true", "ACTIVE", "Enabled", "PREVENT", "on"])
def test_words_for_on(word: str) -> None:
    """Providers have several words for it, in any case."""
    assert seen.off((word,), ("no",), False)
    assert not seen.off(("off",), ("no",), False)
