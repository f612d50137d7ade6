import json

import msgspec
import pytest

from bot.domain.errors import PlanUnreadable
from runners.iac import decoding
from runners.iac.planjson import Document


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(b"", "it is empty", id="nothing"),
        pytest.param(b" \n", "it is empty", id="only space"),
        pytest.param(b'{"format_version": "1.2", "resource_ch', "cut off", id="truncated"),
        pytest.param(b"hello", "there is no JSON in it", id="words"),
        pytest.param(b"\x1f\x8b\x08\x00", "there is no JSON in it", id="bytes"),
        pytest.param(b'Running...\n{"format_version": "1.2"}', "text before the JSON", id="text before"),
        pytest.param(b'{"format_version": "1.2"}\ndone', "text after the JSON", id="text after"),
        pytest.param(b'{"format_version" "1.2"}', "not a plan in JSON", id="bad JSON"),
        pytest.param(b"[1, 2]", "it is no object", id="a list"),
        pytest.param(b"12", "it is no object", id="a number"),
        pytest.param(b"PK\x03\x04....", "saved plan itself", id="the plan file"),
        pytest.param('{"a": 1}'.encode("utf-16-le"), "it is UTF-16", id="UTF-16 with no mark"),
        pytest.param('{"a": 1}'.encode("utf-16-be"), "it is UTF-16", id="UTF-16 the other way about"),
        pytest.param(b"{}", "no format_version", id="an empty object"),
        pytest.param(b'{"format_version": "2.0", "resource_changes": []}', "format 2.0", id="format 2.0"),
        pytest.param(b'{"format_version": "10.1", "resource_changes": []}', "format 10.1", id="format 10.1"),
        pytest.param(
            b'{"format_version": "1.0", "terraform_version": "1.5.0", "values": {"root_module": {}}}',
            "it is a Terraform state",
            id="a state",
        ),
        pytest.param(
            b'{"format_version": "1.0", "valid": true, "diagnostics": []}',
            "something else",
            id="validate -json",
        ),
        pytest.param(
            b'{"format_version": "1.2", "resource_changes": {}}', r"\$\.resource_changes", id="wrong type"
        ),
        pytest.param(
            b'{"format_version": "1.2", "resource_changes": [], "planned_values": ' + b"[" * 100_000,
            "nested too deeply|cut off",
            id="a bomb",
        ),
    ],
)
def test_what_is_no_plan_is_named(data: bytes, sentence: str) -> None:
    """Whatever is no plan is refused in one sentence that says what it is."""
    with pytest.raises(PlanUnreadable, match=sentence) as caught:
        decoding.decode(data, Document)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.1", "1.2", "1.99"])
def test_older_and_newer_formats_are_read(version: str) -> None:
    """Absent keys are absent, not false; unknown keys are skipped."""
    data = json.dumps({"format_version": version, "planned_values": {}, "something_new": [1]}).encode()
    document = decoding.decode(data, Document)
    assert document.resource_changes is None
    assert document.errored is None
    assert document.applyable is None
    assert document.complete is None


def test_a_byte_order_mark_is_no_text() -> None:
    """Some shells put a mark before what they redirect."""
    assert (
        decoding.decode(
            b'\xef\xbb\xbf{"format_version": "1.2", "configuration": {}}', Document
        ).format_version
        == "1.2"
    )


def test_a_value_that_cannot_be_read() -> None:
    """A raw value is only read when it is needed, and its faults are told then."""
    with pytest.raises(PlanUnreadable, match="cannot be read"):
        decoding.value(msgspec.Raw(b"[1,"))
