import copy
import json
import random
from typing import Any

import pytest

from bot.domain.value import PlanDigest
from runners.iac import reading
from tests.fakes.plans import document, entry

WHOLE = document(
    entry("aws_instance.a", "update", before={"n": 1, "tags": {"x": "1"}}, after={"n": 2, "tags": {"x": "2"}}),
    entry("aws_instance.b", "delete", before={"n": 1}),
    entry("aws_instance.b", "delete", before={"n": 1}, deposed="1a2b"),
    entry("aws_instance.c", "delete", "create", before={"e": False}, after={"e": True}, unknown={"id": True}, change={"replace_paths": [["e"]]}),
    entry("aws_instance.d", "no-op", before={}, after={}, previous_address="aws_instance.e"),
    entry("aws_instance.f", "no-op", before={}, after={}, change={"importing": {"id": "i-1"}}),
    entry("aws_instance.g", "no-op", before={"n": 1}, after={"n": 1}),
    output_changes={"url": {"actions": ["update"], "before": "a", "after": "b"}, "same": {"actions": ["no-op"], "before": 1, "after": 1}},
    deferred_changes=[{"reason": "unknown"}],
    action_invocations=[{"address": "action.a"}],
)  # fmt: skip


def effect(data: Any, **more: Any) -> str:
    """Read a plan and give its effect."""
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return reading.read(content, digest=PlanDigest("d"), **more).plan.effect


def test_form_makes_no_difference() -> None:
    """Neither the order of entries and keys, nor spaces, nor the state that it was made from."""
    first = effect(WHOLE)
    assert len(first) == 64
    other = copy.deepcopy(WHOLE)
    random.Random(4).shuffle(other["resource_changes"])  # noqa: S311 -- an order, no secret
    other["resource_changes"] = [dict(reversed(each.items())) for each in other["resource_changes"]]
    other |= {"timestamp": "2026-01-01T00:00:00Z", "prior_state": {"values": {}}, "relevant_attributes": []}
    assert effect(json.dumps(other, indent=3).encode(), lineage="x", serial=9) == first


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place with a plain value."""
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        return [place for step, inner in steps for place in places(inner, (*at, step))]
    return [at]


MEANT = [
    place
    for place in places({key: WHOLE[key] for key in ("resource_changes", "output_changes", "deferred_changes", "action_invocations")})
    if place[:2] not in {("resource_changes", 6), ("output_changes", "same")} and place[-1] != "name"
]  # fmt: skip


@pytest.mark.parametrize("place", MEANT, ids=lambda place: ".".join(map(str, place)))
def test_any_other_value_is_another_effect(place: tuple[Any, ...]) -> None:
    """Whatever is changed in what would change, the effect is not the same."""
    other = copy.deepcopy(WHOLE)
    inside = other
    for step in place[:-1]:
        inside = inside[step]
    was = inside[place[-1]]
    inside[place[-1]] = f"{was}x" if isinstance(was, str) else {"other": 1} if place[-1] in {"before", "after"} else (not was if isinstance(was, bool) else 77)  # fmt: skip
    assert effect(other) != effect(WHOLE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("1.00000000000000000001", "1.0", id="the last digit"),
        pytest.param("123456789012345678901234567890", "123456789012345678901234567891", id="long numbers"),
        pytest.param('{"a":1,"b":2}', '[["a",1],["b",2]]', id="an object and pairs"),
        pytest.param('"1"', "1", id="text and number"),
        pytest.param("true", "1", id="truth and number"),
        pytest.param("[1,2]", "[2,1]", id="the order of a list"),
    ],
)
def test_values_that_are_nearly_the_same(one: str, other: str) -> None:
    """They are not the same."""
    plan = json.dumps(document(entry("a.b", "update", before=None, after={"v": "HERE"})))
    assert effect(plan.replace('"HERE"', one).encode()) != effect(plan.replace('"HERE"', other).encode())


def test_what_stays_does_not_count() -> None:
    """Objects and outputs to which nothing happens may differ."""
    other = copy.deepcopy(WHOLE)
    other["resource_changes"][6]["change"]["before"] = other["resource_changes"][6]["change"]["after"] = {
        "n": 5
    }
    other["output_changes"].pop("same")
    assert effect(other) == effect(WHOLE)
