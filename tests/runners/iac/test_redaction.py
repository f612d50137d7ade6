import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runners.iac.redaction import Redactor, leaves


@pytest.mark.parametrize(
    ("value", "mask", "found"),
    [
        pytest.param("hunter2", True, ["hunter2"], id="a string"),
        pytest.param("abc", True, [], id="too short"),
        pytest.param("true", True, [], id="a word that is everywhere"),
        pytest.param(
            {"a": {"b": "hunter2"}, "c": ["secret!", 12345]}, True, ["hunter2", "secret!"], id="whole"
        ),
        pytest.param({"a": "hunter2", "b": "plain text"}, {"a": True}, ["hunter2"], id="an object's key"),
        pytest.param({"a": "hunter2"}, {"a": False}, [], id="masked by false"),
        pytest.param(["x1234", "hunter2"], [False, True], ["hunter2"], id="an array"),
        pytest.param(["x1234", "hunter2"], [False], [], id="an array's mask that is shorter"),
        pytest.param({"a": "hunter2"}, {"b": True}, [], id="a key that is gone"),
        pytest.param(None, {"b": True}, [], id="nothing"),
        pytest.param("hunter2", {"a": True}, [], id="a mask of another shape"),
    ],
)
def test_masked_strings_are_collected(value: object, mask: object, found: list[str]) -> None:
    """Every masked string that is long enough is found, at any level."""
    assert list(leaves(value, mask)) == found


@pytest.mark.parametrize(
    ("secrets", "text", "clean"),
    [
        pytest.param([], "anything", "anything", id="no secrets"),
        pytest.param(["hunter2"], "a hunter2 b hunter2", "a (sensitive) b (sensitive)", id="everywhere"),
        pytest.param(["hunter2"], "postgres://u:hunter2@h", "postgres://u:(sensitive)@h", id="inside a word"),
        pytest.param(["abcd", "abcdef"], "abcdef abcd", "(sensitive) (sensitive)", id="the longer one first"),
        pytest.param(['a"b\\c'], '{"x": "a\\"b\\\\c"}', '{"x": "(sensitive)"}', id="escaped in JSON"),
        pytest.param(["geheim-ü"], '"geheim-\\u00fc" geheim-ü', '"(sensitive)" (sensitive)', id="not ASCII"),
        pytest.param(["ab"], "ab ab", "ab ab", id="too short to be told apart"),
        pytest.param(
            ["-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA0123456789\n}\n"],
            "said: MIIEpAIBAAKCAQEA0123456789 }",
            "said: (sensitive) }",
            id="a line of a longer text",
        ),
        pytest.param(["hunter2"], "hunter", "hunter", id="the end of the text"),
    ],
)
def test_secrets_go_by_value(secrets: list[str], text: str, clean: str) -> None:
    """A secret is replaced wherever it stands, in each of its known forms."""
    assert Redactor(secrets).text(text) == clean


def test_json_values_are_cleaned_through_and_through() -> None:
    """Keys, values and lists lose their secrets; what is no string stays."""
    dirty = {"k hunter2": ["hunter2", {"x": "a hunter2"}, 1, None, True]}
    clean = {"k (sensitive)": ["(sensitive)", {"x": "a (sensitive)"}, 1, None, True]}
    assert Redactor(["hunter2"]).value(dirty) == clean
    assert Redactor([]).value(dirty) is dirty


@given(st.text(min_size=4), st.text(), st.text())
def test_no_secret_survives(secret: str, before: str, after: str) -> None:
    """Whatever stands around it, the secret is gone, unless the word that replaces it spells it anew."""
    clean = Redactor([secret]).text(before + secret + after)
    assert "(sensitive)" in clean or secret in "(sensitive)"
    assert secret not in clean.replace("(sensitive)", "\0") or "\0" in secret


def test_thousands_of_secrets_cost_no_more_than_one() -> None:
    """The time depends on the text: 5,000 secrets in a megabyte are found in seconds at most."""
    redactor = Redactor(f"secret-{number:05}-value" for number in range(5_000))
    text = "lorem ipsum dolor sit amet " * 40_000 + "secret-04711-value"
    began = time.perf_counter()
    assert redactor.text(text).endswith("amet (sensitive)")
    assert time.perf_counter() - began < 5
