"""What a whole state says of itself."""

import json
from typing import Any

import pytest

from bot.domain.errors import ToolBroken
from bot.ports import StateVersion
from runners.iac import inventory


def state(*resources: dict[str, Any]) -> bytes:
    """A state of format 4."""
    return json.dumps({"version": 4, "serial": 7, "lineage": "abc", "resources": resources}).encode()


def resource(*keys: Any, **more: Any) -> dict[str, Any]:
    """A bucket with an instance for each key."""
    instances = [{} if key is None else {"index_key": key} for key in keys]
    return {"mode": "managed", "type": "aws_s3_bucket", "name": "logs", "instances": instances, **more}


@pytest.mark.parametrize(
    ("resources", "addresses"),
    [
        pytest.param((), [], id="nothing"),
        pytest.param((resource(None),), ["aws_s3_bucket.logs"], id="one"),
        pytest.param((resource(0, 1),), ["aws_s3_bucket.logs[0]", "aws_s3_bucket.logs[1]"], id="counted"),
        pytest.param((resource("a b"),), ['aws_s3_bucket.logs["a b"]'], id="named"),
        pytest.param((resource('"${x}"'),), ['aws_s3_bucket.logs["\\"$${x}\\""]'], id="a name with signs in it"),
        pytest.param((resource(None, module="module.a[0]"),), ["module.a[0].aws_s3_bucket.logs"], id="in a module"),
        pytest.param((resource(None, mode="data"),), [], id="data"),
        pytest.param((resource(instances=[{"deposed": "1a"}]),), [], id="deposed"),
    ],
)  # fmt: skip
def test_objects(resources: tuple[dict[str, Any], ...], addresses: list[str]) -> None:
    """Managed objects by the address that a plan would call them, with their type."""
    found = inventory.read(state(*resources))
    assert (found.lineage, found.serial) == ("abc", 7)
    assert found.objects == dict.fromkeys(addresses, "aws_s3_bucket")


@pytest.mark.parametrize("empty", [b"", b"\n"], ids=["nothing", "a line"])
def test_no_state_yet(empty: bytes) -> None:
    """Before the first apply there is none."""
    assert inventory.read(empty) == StateVersion(lineage="", serial=0)


@pytest.mark.parametrize(
    "odd", [b"{", b"[]", b'{"serial": "x"}', b"\xff"], ids=["cut", "list", "type", "bytes"]
)
def test_no_state(odd: bytes) -> None:
    """Whatever else it is, nobody guesses."""
    with pytest.raises(ToolBroken):
        inventory.read(odd)
