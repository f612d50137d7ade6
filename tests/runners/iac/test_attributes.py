import json
from typing import Any

import pytest

from runners.iac.attributes import LONGEST, UNKNOWN, Sides, changed
from runners.iac.redaction import Redactor

_S = "(sensitive)"


def _told(sides: Sides, *secrets: str, replace_paths: Any = None) -> list[tuple[str, str | None, str | None]]:
    found = changed(sides, replace_paths=replace_paths, redactor=Redactor(secrets))
    return [(each.path, each.before, each.after) for each in found]


@pytest.mark.parametrize(
    ("sides", "told"),
    [
        pytest.param(
            Sides({"a": 1, "b": 2}, {"a": 1, "b": 3}), [("b", "2", "3")], id="what is equal is left out"
        ),
        pytest.param(Sides({"a": "x"}, {"a": "y"}), [("a", '"x"', '"y"')], id="strings are quoted"),
        pytest.param(Sides({"a": False}, {"a": True}), [("a", "false", "true")], id="booleans"),
        pytest.param(Sides({"a": None}, {}), [], id="null is the same as absent"),
        pytest.param(Sides({"a": None}, {"a": "x"}), [("a", None, '"x"')], id="set"),
        pytest.param(Sides({"a": "x"}, {"a": None}), [("a", '"x"', None)], id="unset"),
        pytest.param(
            Sides({"tags": {"Name": "x", "a.b": 1}}, {"tags": {"Name": "y", "a.b": 2}}),
            [("tags.Name", '"x"', '"y"'), ('tags["a.b"]', "1", "2")],
            id="nested, with odd keys",
        ),
        pytest.param(
            Sides(None, {"b": {"c": 1}, "a": [1, 2], "n": None, "e": {}}),
            [("a", None, "[1,2]"), ("b.c", None, "1"), ("e", None, "{}")],
            id="create, sorted, without nulls",
        ),
        pytest.param(Sides({"a": {"b": 1}}, None), [("a.b", "1", None)], id="delete"),
        pytest.param(
            Sides({"a": ["x", "y"]}, {"a": ["x"]}),
            [("a", '["x","y"]', '["x"]')],
            id="a plain list in one piece",
        ),
        pytest.param(
            Sides({"r": [{"p": 1, "q": 1}, {"p": 2}]}, {"r": [{"p": 1, "q": 9}, {"p": 2}]}),
            [("r[0].q", "1", "9")],
            id="objects in a list, one by one",
        ),
        pytest.param(
            Sides({"r": [{"p": 1}, {"p": 2}]}, {"r": [{"p": 2}]}),
            [("r[0].p", "1", None)],
            id="an element less: only that one",
        ),
        pytest.param(
            Sides({"r": [{"p": 2}]}, {"r": [{"p": 1}, {"p": 2}, {"p": 2}]}),
            [("r[0].p", None, "1"), ("r[2].p", None, "2")],
            id="elements more, equal ones counted",
        ),
        pytest.param(Sides({"a": {"x": 1}}, {"a": "text"}), [("a", '{"x":1}', '"text"')], id="another shape"),
        pytest.param(Sides({"a": "x"}, {}, {"a": True}), [("a", '"x"', UNKNOWN)], id="unknown"),
        pytest.param(
            Sides(None, {"b": 1}, {"a": True}), [("a", None, UNKNOWN), ("b", None, "1")], id="new, unknown"
        ),
        pytest.param(
            Sides({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, {"a": {"c": True}}),
            [("a.c", "2", UNKNOWN)],
            id="unknown inside a container",
        ),
        pytest.param(
            Sides({"a": [1]}, {"a": [None, None]}, {"a": [True, True]}),
            [("a[0]", "1", UNKNOWN), ("a[1]", None, UNKNOWN)],
            id="unknown elements of a list",
        ),
        pytest.param(
            Sides({"a": {"b": [1]}}, {}, {"a": {"b": True}}),
            [("a.b", "[1]", UNKNOWN)],
            id="after omits the key",
        ),
        pytest.param(Sides({"a": 1}, None, True), [("(everything)", '{"a":1}', UNKNOWN)], id="all unknown"),
        pytest.param(
            Sides({"a": "x"}, {"a": "y"}, False, {"a": True}, {"a": True}), [("a", _S, _S)], id="masked"
        ),
        pytest.param(
            Sides({"a": "x"}, {"a": "x"}, False, {"a": True}, {"a": True}), [], id="masked and unchanged"
        ),
        pytest.param(
            Sides({"a": "x"}, {"a": "y"}, False, False, {"a": True}),
            [("a", _S, _S)],
            id="masked on one side only",
        ),
        pytest.param(
            Sides({"a": "x"}, {}, {"a": True}, {"a": True}), [("a", _S, UNKNOWN)], id="masked, then unknown"
        ),
        pytest.param(
            Sides(None, {"a": "x"}, False, False, True), [("(everything)", None, _S)], id="masked whole"
        ),
        pytest.param(
            Sides({"a": ["x", "y"]}, {"a": ["x", "z"]}, False, {"a": [False, True]}, {"a": [False]}),
            [("a[1]", _S, _S)],
            id="masked in an array",
        ),
        pytest.param(
            Sides({"p": '{"S":[{"A":"x"}]}'}, {"p": '{"S": [{"A": "y"}]}'}),
            [("p.S[0].A", '"x"', '"y"')],
            id="documents in strings",
        ),
        pytest.param(
            Sides({"p": '{"a":1}'}, {"p": '{ "a": 1 }'}),
            [("p", '"{\\"a\\":1}"', '"{ \\"a\\": 1 }"')],
            id="documents that differ in spaces only",
        ),
        pytest.param(Sides({"p": "{x"}, {"p": "{y"}), [("p", '"{x"', '"{y"')], id="no document after all"),
        pytest.param(
            Sides({"t": "a\nb\n"}, {"t": "a\nc\n"}), [("t", "a\nb\n", "a\nc\n")], id="lines as text"
        ),
    ],
)
def test_what_changes_is_told(sides: Sides, told: list[tuple[str, str | None, str | None]]) -> None:
    """Exactly what differs is told, each at its path, masked and unknown values by their words."""
    assert _told(sides) == told


def test_secrets_go_by_value_too() -> None:
    """A secret that is masked elsewhere is taken out of a path, a value and a document alike."""
    sides = Sides({}, {"hunter2": "x hunter2", "p": '{"k":"hunter2"}'})
    told = _told(sides, "hunter2")
    assert "hunter2" not in json.dumps(told)
    assert ("p.k", None, '"(sensitive)"') in told


@pytest.mark.parametrize("odd", [True, 3, 1.5, "a", {"a": "b"}])
def test_paths_that_are_none_mark_nothing(odd: Any) -> None:
    """What is no list of paths is passed over, and the change is told all the same."""
    assert _told(Sides({"a": 1}, {"a": 2}), replace_paths=odd) == [("a", "1", "2")]


def test_what_forces_a_replacement_is_marked() -> None:
    """A path that Terraform names marks the attribute there, above and below it."""
    sides = Sides({"a": {"b": 1, "c": 1}, "d": 1, "e": [1]}, {"a": {"b": 2, "c": 2}, "d": 2, "e": [2]})
    found = changed(sides, replace_paths=[["a", "b"], ["e", 0], "odd"], redactor=Redactor(()))
    assert {each.path: each.forces_replacement for each in found} == {
        "a.b": True,
        "a.c": False,
        "d": False,
        "e": True,
    }


@pytest.mark.parametrize(
    ("before", "after", "seen"),
    [
        pytest.param("x" * 1000 + "A" + "y" * 1000, "x" * 1000 + "B" + "y" * 1000, ("A", "B"), id="one line"),
        pytest.param(
            "line\n" * 500 + "A\n" + "last\n" * 500,
            "line\n" * 500 + "B\n" + "last\n" * 500,
            ("A", "B"),
            id="lines",
        ),
    ],
)
def test_a_change_in_a_long_text_can_be_seen(before: str, after: str, seen: tuple[str, str]) -> None:
    """What two long texts share is left out, so that the change is within the limit."""
    ((_, one, other),) = _told(Sides({"a": before}, {"a": after}))
    assert one is not None
    assert other is not None
    assert seen[0] in one
    assert seen[1] in other
    assert max(len(one), len(other)) <= LONGEST


def test_a_long_value_says_how_long_it_is() -> None:
    """A value over the limit is cut, and says so."""
    ((_, _, after),) = _told(Sides(None, {"a": "x" * 1000}))
    assert after is not None
    assert len(after) == LONGEST
    assert after.endswith("… (1002 characters)")


def test_a_long_plain_list_tells_only_what_differs() -> None:
    """One address among hundreds is told by itself, not lost in a cut list."""
    before = [f"10.0.{number}.0/24" for number in range(200)]
    told = _told(Sides({"c": before}, {"c": [*before, "0.0.0.0/0"]}))
    assert told == [("c[200]", None, '"0.0.0.0/0"')]
