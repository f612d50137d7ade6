from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import Field

from bot.domain.colour import Colour
from bot.domain.estate import CheckSettings, Service
from runners.aws import Aws
from runners.context import Context, fill, unknown


class Settings(CheckSettings):
    """Settings with text in every place."""

    text: str = ""
    many: tuple[str, ...] = ()
    table: Mapping[str, str] = Field(default_factory=dict)
    number: int = 3


def knowing(outputs: Mapping[str, object]) -> Context:
    """Give surroundings in which Terraform has these *outputs*."""
    return Context(outputs=outputs, checkout=Path(), redact=str, aws=Aws())


@pytest.mark.parametrize(
    ("output", "text"),
    [("x", "x"), (5, "5"), (1.5, "1.5"), (True, "true"), (["a", 1], '["a",1]'), ({"a": None}, '{"a":null}')],
)
def test_outputs_as_text(output: object, text: str) -> None:
    """A text stands as it is, everything else as Terraform would write it."""
    filled, missing = fill(Settings(kind="x", text="<{outputs.a}>"), knowing({"a": output}))
    assert (filled.text, missing) == (f"<{text}>", ())


def test_every_place_is_filled() -> None:
    """Placeholders are filled in lists and tables too; what is no placeholder stays."""
    written = Settings(
        kind="x",
        text="{outputs.a}{outputs.b-1}",
        many=("{outputs.a}", "{print $1}"),
        table={"k": "{outputs.a}"},
    )
    filled, missing = fill(written, knowing({"a": "1", "b-1": "2"}))
    assert filled == Settings(kind="x", text="12", many=("1", "{print $1}"), table={"k": "1"})
    assert missing == ()
    assert written.text == "{outputs.a}{outputs.b-1}"


def test_outputs_are_not_filled_twice() -> None:
    """A placeholder in an output is only text."""
    filled, missing = fill(Settings(kind="x", text="{outputs.a}"), knowing({"a": "{outputs.b}", "b": "no"}))
    assert (filled.text, missing) == ("{outputs.b}", ())


def test_missing_outputs() -> None:
    """What is no output is named once and left as it stands."""
    filled, missing = fill(
        Settings(kind="x", text="{outputs.a}", many=("{outputs.b}", "{outputs.a}")), knowing({})
    )
    assert missing == ("a", "b")
    assert filled.text == "{outputs.a}"
    assert "`a`, `b`" in unknown(missing)


def test_names_of_a_colour() -> None:
    """What belongs to one colour of a service is filled there, and missing in a deploy."""
    service = Service(name="shop", exposure="public", traffic={"kind": "x", "green": "shop-green"})
    written = Settings(kind="x", text="{service}/{colour}/{target}")
    filled, missing = fill(written, knowing({}).about(service, Colour.GREEN))
    assert (filled.text, missing) == ("shop/green/shop-green", ())
    assert fill(written, knowing({}))[1] == ("service", "colour", "target")


def test_a_colour_that_an_output_names() -> None:
    """What stands under a colour in `traffic` may be an output; one that is not there is missing."""
    service = Service(name="shop", exposure="public", traffic={"kind": "x", "green": "{outputs.group}"})
    written = Settings(kind="x", text="{target}")
    filled, missing = fill(written, knowing({"group": "g-1"}).about(service, Colour.GREEN))
    assert (filled.text, missing) == ("g-1", ())
    assert fill(written, knowing({}).about(service, Colour.GREEN))[1] == ("group",)
