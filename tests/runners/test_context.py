from collections.abc import Mapping

import pytest
from pydantic import Field

from bot.domain.estate import CheckSettings
from runners.context import fill, unknown


class Settings(CheckSettings):
    """Settings with text in every place."""

    text: str = ""
    many: tuple[str, ...] = ()
    table: Mapping[str, str] = Field(default_factory=dict)
    number: int = 3


@pytest.mark.parametrize(
    ("output", "text"),
    [("x", "x"), (5, "5"), (1.5, "1.5"), (True, "true"), (["a", 1], '["a",1]'), ({"a": None}, '{"a":null}')],
)
def test_outputs_as_text(output: object, text: str) -> None:
    """A text stands as it is, everything else as Terraform would write it."""
    filled, missing = fill(Settings(kind="x", text="<{outputs.a}>"), {"a": output})
    assert (filled.text, missing) == (f"<{text}>", ())


def test_every_place_is_filled() -> None:
    """Placeholders are filled in lists and tables too; what is no placeholder stays."""
    written = Settings(
        kind="x",
        text="{outputs.a}{outputs.b-1}",
        many=("{outputs.a}", "{print $1}"),
        table={"k": "{outputs.a}"},
    )
    filled, missing = fill(written, {"a": "1", "b-1": "2"})
    assert filled == Settings(kind="x", text="12", many=("1", "{print $1}"), table={"k": "1"})
    assert missing == ()
    assert written.text == "{outputs.a}{outputs.b-1}"


def test_outputs_are_not_filled_twice() -> None:
    """A placeholder in an output is only text."""
    filled, missing = fill(Settings(kind="x", text="{outputs.a}"), {"a": "{outputs.b}", "b": "no"})
    assert (filled.text, missing) == ("{outputs.b}", ())


def test_missing_outputs() -> None:
    """What is no output is named once and left as it stands."""
    filled, missing = fill(Settings(kind="x", text="{outputs.a}", many=("{outputs.b}", "{outputs.a}")), {})
    assert missing == ("a", "b")
    assert filled.text == "{outputs.a}"
    assert "`a`, `b`" in unknown(missing)
