from collections.abc import Mapping
from typing import Annotated, Literal

import pytest
from pydantic import Field

from bot.domain.value import Value
from bot.estate.shape import fit


class Inner(Value):
    """Something inside."""

    flag: bool = False
    ratio: Annotated[float, Field(gt=0, le=1)] = 0.5


class Outer(Value):
    """Something with a bit of everything."""

    name: str
    kind: Literal["a", "b"] = "a"
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()
    by_name: Mapping[str, Inner] = Field(default_factory=dict, alias="by-name")


@pytest.mark.parametrize(
    ("data", "steps", "sentence"),
    [
        pytest.param({}, ("name",), "is missing.", id="missing"),
        pytest.param({"name": ""} | {"nme": 1}, ("nme",), "is unknown here; did you mean `name`?", id="slip"),
        pytest.param({"name": "", "zzzzzz": 1}, ("zzzzzz",), "known: `by-name`, `inner`, `kind`, `many`, `name`.", id="no slip"),
        pytest.param({"name": "", "by_name": {}}, ("by_name",), "did you mean `by-name`?", id="by its name inside"),
        pytest.param({"name": "", "by-name": {"x": {"flg": 1}}}, ("by-name", "x", "flg"), "did you mean `flag`?", id="slip in a mapping"),
        pytest.param({"name": "", "many": [{"flg": 1}]}, ("many", 0, "flg"), "did you mean `flag`?", id="slip in a list"),
        pytest.param({"name": "", "inner": {"flg": 1}}, ("inner", "flg"), "did you mean `flag`?", id="slip in an option"),
        pytest.param({"name": True}, ("name",), "found true, but text belongs here.", id="truth for text"),
        pytest.param({"name": False}, ("name",), "found false, but text belongs here.", id="untruth for text"),
        pytest.param({"name": {}}, ("name",), "found a mapping, but text belongs here.", id="mapping for text"),
        pytest.param({"name": "", "kind": "c" * 99}, ("kind",), f"found the text `{'c' * 60}…`, but `a` or `b` belongs here.", id="other word"),
        pytest.param({"name": "", "kind": " "}, ("kind",), "found an empty text, but `a` or `b` belongs here.", id="no word"),
        pytest.param({"name": "", "many": {}}, ("many",), "found a mapping, but a list belongs here.", id="mapping for list"),
        pytest.param({"name": "", "by-name": []}, ("by-name",), "found a list, but a mapping of keys to values belongs here.", id="list for mapping"),
        pytest.param({"name": "", "inner": {"flag": 1}}, ("inner", "flag"), "found the number 1, but true or false belongs here.", id="number for truth"),
        pytest.param({"name": "", "inner": {"ratio": "1"}}, ("inner", "ratio"), "found the text `1`, but a number belongs here.", id="text for number"),
        pytest.param({"name": "", "inner": {"ratio": 2}}, ("inner", "ratio"), "found the number 2, but a number of at most 1.0 belongs here.", id="too large"),
        pytest.param({"name": "", "inner": {"ratio": 0}}, ("inner", "ratio"), "found the number 0, but a number greater than 0.0 belongs here.", id="too small"),
    ],
)  # fmt: skip
def test_misfits(data: object, steps: tuple[str | int, ...], sentence: str) -> None:
    """What does not fit is told in plain words, at its place."""
    fitted, wrong = fit(Outer, data, at=("top",))
    assert fitted is None
    ((found, told),) = wrong
    assert found == ("top", *steps)
    assert told.endswith(sentence)


def test_what_fits() -> None:
    """What fits comes back as the model."""
    fitted, wrong = fit(Outer, {"name": "x", "many": [{"ratio": 1}]})
    assert wrong == ()
    assert fitted == Outer(name="x", many=(Inner(ratio=1.0),))
