import json
from typing import Any

import pytest

from bot.domain.errors import PlanUnreadable
from bot.domain.plan import Counts, Verb
from bot.domain.value import PlanDigest
from runners.iac import reading

_DIGEST = PlanDigest("d" * 64)


def _entry(address: str, *actions: str, **more: Any) -> dict[str, Any]:
    type_, _, name = address.rpartition(".")
    change = {"actions": list(actions), "before": None, "after": None} | more.pop("change", {})
    return {"address": address, "type": type_, "name": name, "provider_name": "p/x", "change": change} | more


def _read(*entries: dict[str, Any], **document: Any) -> reading.Reading:
    whole = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": list(entries),
    } | document
    return reading.read(json.dumps(whole).encode(), digest=_DIGEST)


@pytest.mark.parametrize(
    ("actions", "verb", "counts"),
    [
        pytest.param(["no-op"], None, Counts(no_op=1), id="nothing"),
        pytest.param(["create"], Verb.CREATE, Counts(create=1), id="create"),
        pytest.param(["read"], Verb.READ, Counts(read=1), id="read"),
        pytest.param(["update"], Verb.UPDATE, Counts(update=1), id="update"),
        pytest.param(["delete"], Verb.DELETE, Counts(delete=1), id="delete"),
        pytest.param(["delete", "create"], Verb.REPLACE, Counts(replace=1), id="destroy, then create"),
        pytest.param(["create", "delete"], Verb.REPLACE, Counts(replace=1), id="create, then destroy"),
        pytest.param(["forget"], Verb.FORGET, Counts(forget=1), id="forget"),
        pytest.param(
            ["create", "forget"], Verb.FORGET, Counts(forget=1, create=1), id="replaced, not destroyed"
        ),
        pytest.param(["levitate"], Verb.UNKNOWN, Counts(unknown=1), id="a new action"),
        pytest.param(["forget", "delete"], Verb.UNKNOWN, Counts(unknown=1), id="a new tuple"),
        pytest.param([], Verb.UNKNOWN, Counts(unknown=1), id="no action"),
    ],
)
def test_a_tuple_of_actions_has_one_verb(actions: list[str], verb: Verb | None, counts: Counts) -> None:
    """Whole tuples are matched, never their length; what is not known is said to be so."""
    plan = _read(_entry("a.b", *actions)).plan
    assert plan.counts == counts
    assert [change.verb for change in plan.changes] == ([verb] if verb else [])
    assert plan.empty is (verb is None)


def test_the_most_serious_comes_first_and_the_rest_keeps_its_order() -> None:
    """Replacements and deletions lead; an unknown deletion stands among them."""
    verbs = [
        ["create"],
        ["update"],
        ["delete"],
        ["read"],
        ["new", "delete"],
        ["forget"],
        ["new"],
        ["delete", "create"],
    ]
    entries = [_entry(f"a.{number}", *actions) for number, actions in enumerate(verbs)]
    entries.append(_entry("a.8", "create"))
    order = [change.address for change in _read(*entries).plan.changes]
    assert order == ["a.7", "a.2", "a.4", "a.5", "a.6", "a.1", "a.0", "a.8", "a.3"]


@pytest.mark.parametrize(
    ("entry", "counts", "previous", "importing"),
    [
        pytest.param(
            _entry("a.new", "no-op", previous_address="a.old"),
            Counts(no_op=1, move=1),
            "a.old",
            None,
            id="moved",
        ),
        pytest.param(
            _entry("a.new", "update", previous_address="a.old"),
            Counts(update=1, move=1),
            "a.old",
            None,
            id="moved and changed",
        ),
        pytest.param(
            _entry("a.new", "delete", "create", previous_address="a.old"),
            Counts(replace=1, move=1),
            "a.old",
            None,
            id="moved and replaced",
        ),
        pytest.param(
            _entry("a.b", "no-op", change={"importing": {"id": "i-1"}}),
            Counts(no_op=1, import_=1),
            None,
            "i-1",
            id="imported",
        ),
        pytest.param(
            _entry("a.b", "update", change={"importing": {"id": "i-1"}}),
            Counts(update=1, import_=1),
            None,
            "i-1",
            id="imported and changed",
        ),
        pytest.param(
            _entry("a.b", "create", change={"importing": {"unknown": True}}),
            Counts(create=1, import_=1),
            None,
            "(unknown)",
            id="imported under an unknown id",
        ),
        pytest.param(
            _entry("a.b", "update", change={"importing": {"identity": {"account": "1"}}}),
            Counts(update=1, import_=1),
            None,
            "(by its identity)",
            id="imported by identity",
        ),
        pytest.param(
            _entry("a.b", "update", previous_address="a.b"),
            Counts(update=1),
            None,
            None,
            id="moved to itself",
        ),
    ],
)
def test_moves_and_imports_are_seen_with_and_without_a_change(
    entry: dict[str, Any], counts: Counts, previous: str | None, importing: str | None
) -> None:
    """A move and an import are flags of their own, whatever else happens to the object."""
    plan = _read(entry).plan
    assert plan.counts == counts
    assert plan.changes[0].previous_address == previous
    assert plan.changes[0].importing == importing


def test_a_deposed_object_is_an_entry_of_its_own() -> None:
    """The key is the address and the deposed key; the same address appears twice."""
    plan = _read(_entry("a.b", "update"), _entry("a.b", "delete", deposed="1a2b3c4d")).plan
    assert [(change.address, change.deposed, change.verb) for change in plan.changes] == [
        ("a.b", "1a2b3c4d", Verb.DELETE),
        ("a.b", None, Verb.UPDATE),
    ]
    assert plan.counts == Counts(update=1, delete=1, deposed=1)


def test_a_forgotten_object_is_not_deleted_whatever_the_reason_says() -> None:
    """Terraform gives a deletion's reason for what it only forgets."""
    plan = _read(_entry("a.b", "forget", action_reason="delete_because_no_resource_config")).plan
    assert plan.changes[0].verb is Verb.FORGET
    assert plan.changes[0].reason == "delete_because_no_resource_config"


def test_a_replacement_without_paths_is_one_all_the_same() -> None:
    """Tainted objects and requested replacements name no path."""
    plan = _read(
        _entry(
            "a.b",
            "delete",
            "create",
            action_reason="replace_because_tainted",
            change={"before": {"id": "1"}, "after": {}, "after_unknown": {"id": True}},
        )
    ).plan
    assert plan.changes[0].verb is Verb.REPLACE
    assert [attribute.forces_replacement for attribute in plan.changes[0].attributes] == [False]


def test_replace_paths_mark_what_forces() -> None:
    """Where Terraform names the path, its attribute is marked."""
    change = {"before": {"x": 1, "y": 1}, "after": {"x": 2, "y": 2}, "replace_paths": [["x"]]}
    plan = _read(_entry("a.b", "delete", "create", change=change)).plan
    assert [(a.path, a.forces_replacement) for a in plan.changes[0].attributes] == [("x", True), ("y", False)]


def test_drift_is_apart_and_may_lack_an_address() -> None:
    """Drift is told beside the changes; an old entry's address is put together from its parts."""
    old = {"module_address": "module.m", "mode": "managed", "type": "t", "name": "n", "index": "k"}
    numbered = {"type": "t", "name": "n", "index": 0, "mode": "data"}
    plan = _read(
        resource_drift=[
            old | {"change": {"actions": ["update"], "before": {"a": 1}, "after": {"a": 2}}},
            numbered | {"change": {"actions": ["delete"], "before": {"a": 1}, "after": None}},
            {"change": {"actions": ["update"]}},
            _entry("t.moved", "no-op"),
        ]
    ).plan
    assert [change.address for change in plan.drift] == ["data.t.n[0]", 'module.m.t.n["k"]', "(no address)"]
    assert plan.counts == Counts(drift=3)
    assert plan.changes == ()


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.1"])
def test_old_formats_lack_keys(version: str) -> None:
    """What an old plan does not say is not known, and its changes are read."""
    plan = _read(_entry("a.b", "delete"), format_version=version).plan
    assert (plan.applyable, plan.complete, plan.errored) == (None, None, None)
    assert plan.counts.delete == 1


def test_absent_changes_are_not_no_changes() -> None:
    """A plan without any list of changes may invoke actions, and is then not empty."""
    document = {
        "format_version": "1.2",
        "planned_values": {},
        "action_invocations": [{"address": "action.a.b"}],
        "deferred_changes": [{}, {}],
        "deferred_action_invocations": [{}],
    }
    plan = reading.read(json.dumps(document).encode(), digest=_DIGEST).plan
    assert plan.counts == Counts(action=1)
    assert plan.deferred == 3
    assert not plan.empty


def test_what_terraform_says_of_the_plan_itself() -> None:
    """Errored, incomplete and inapplicable are handed on as they are."""
    plan = _read(applyable=False, complete=False, errored=True).plan
    assert (plan.applyable, plan.complete, plan.errored) == (False, False, True)


def test_outputs_that_change_are_named() -> None:
    """Outputs are named, never shown; those that stay are left out."""
    plan = _read(
        output_changes={
            "z": {"actions": ["create"], "after": "x"},
            "a": {"actions": ["update"], "before": 1, "after": 2},
            "same": {"actions": ["no-op"]},
        }
    ).plan
    assert plan.outputs == ("a", "z")
    assert not plan.empty


def test_conditions_that_did_not_pass() -> None:
    """What failed or could not be judged is listed with its problems; what passed is not."""
    plan = _read(
        checks=[
            {"address": {"to_display": "check.a"}, "status": "pass"},
            {
                "address": {"to_display": "check.b"},
                "status": "fail",
                "instances": [{"problems": [{"message": "too small"}]}, {}],
            },
            {"address": {"to_display": "check.c"}, "status": "unknown"},
            {"address": {"to_display": "check.d"}, "status": "error", "instances": None},
        ]
    ).plan
    assert [(check.address, check.status, check.problems) for check in plan.checks] == [
        ("check.b", "fail", ("too small",)),
        ("check.c", "unknown", ()),
        ("check.d", "error", ()),
    ]


_SECRET = "correct-horse"


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(
            {
                "resource_changes": [
                    _entry("a.no", "no-op", change={"after": {"p": _SECRET}, "after_sensitive": {"p": True}})
                ]
            },
            id="masked in an object that stays",
        ),
        pytest.param(
            {
                "resource_changes": [
                    _entry("a.d", "delete", change={"before": {"p": [_SECRET]}, "before_sensitive": True})
                ]
            },
            id="masked as a whole object",
        ),
        pytest.param(
            {
                "resource_drift": [
                    _entry(
                        "a.d", "update", change={"before": {"p": _SECRET}, "before_sensitive": {"p": True}}
                    )
                ]
            },
            id="masked in the drift",
        ),
        pytest.param(
            {
                "variables": {"v": {"value": {"deep": [_SECRET]}}},
                "configuration": {"root_module": {"variables": {"v": {"sensitive": True}}}},
            },
            id="a sensitive variable",
        ),
        pytest.param(
            {
                "configuration": {
                    "root_module": {"variables": {"v": {"sensitive": True, "default": _SECRET}}}
                },
                "variables": {"v": {"value": _SECRET}},
            },
            id="a sensitive variable's default",
        ),
        pytest.param(
            {"output_changes": {"o": {"actions": ["no-op"], "before": _SECRET, "before_sensitive": True}}},
            id="a sensitive output",
        ),
        pytest.param(
            {"prior_state": {"values": {"outputs": {"o": {"sensitive": True, "value": _SECRET}}}}},
            id="an output of the state",
        ),
        pytest.param(
            {
                "prior_state": {
                    "values": {
                        "root_module": {
                            "child_modules": [
                                {"resources": [{"values": {"s": _SECRET}, "sensitive_values": {"s": True}}]}
                            ]
                        }
                    }
                }
            },
            id="a data source in a module of the state",
        ),
    ],
)
def test_a_secret_is_redacted_wherever_it_appears(document: dict[str, Any]) -> None:
    """What is marked in one place is taken out of every other place, and handed on."""
    clear = _entry(
        "a.clear",
        "update",
        change={"before": {"x": 1}, "after": {"x": f"postgres://u:{_SECRET}@h", _SECRET: 1}},
    )
    whole = {
        "checks": [{"status": "fail", "instances": [{"problems": [{"message": f"bad {_SECRET}"}]}]}],
        **document,
        "resource_changes": [*document.get("resource_changes", []), clear],
    }
    plan, secrets = _read(**whole)
    assert secrets == {_SECRET}
    assert _SECRET not in plan.model_dump_json()
    assert "postgres://u:(sensitive)@h" in plan.model_dump_json()


def test_secrets_from_elsewhere_are_redacted_and_handed_on() -> None:
    """What the bot knows to be secret counts as well."""
    data = json.dumps(
        {
            "format_version": "1.0",
            "resource_changes": [_entry("a.b", "create", change={"after": {"x": "k canary k"}})],
        }
    ).encode()
    plan, secrets = reading.read(data, digest=_DIGEST, lineage="l", serial=7, secrets=frozenset({"canary"}))
    assert secrets == {"canary"}
    assert plan.changes[0].attributes[0].after == '"k (sensitive) k"'
    assert (plan.lineage, plan.serial, plan.digest) == ("l", 7, _DIGEST)


def test_ill_shaped_values_are_unreadable() -> None:
    """A change that is no change is told with its place."""
    with pytest.raises(PlanUnreadable, match=r"\$\.resource_changes\[0\]\.change"):
        _read(_entry("a.b", "create") | {"change": []})
