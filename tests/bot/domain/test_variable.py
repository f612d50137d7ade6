"""A variable that names the live colour, and the output that says what it came to."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain import variable
from bot.domain.colour import Colour
from bot.domain.estate import Environment, Service, SwitcherSettings
from bot.domain.traffic import Exposure
from bot.domain.variable import VariableSettings

SETTINGS = VariableSettings(kind=variable.KIND, variable="active_color", output="active_color")


@pytest.mark.parametrize(
    ("outputs", "colour"),
    [
        pytest.param({"active_color": "green"}, Colour.GREEN, id="a colour"),
        pytest.param({"active_color": "purple"}, None, id="no colour of ours"),
        pytest.param({"active_color": "GREEN"}, None, id="written otherwise"),
        pytest.param({"active_color": ["green"]}, None, id="a list"),
        pytest.param({"active_color": None}, None, id="null"),
        pytest.param({"color": "green"}, None, id="another output"),
        pytest.param({}, None, id="no output that may be read"),
    ],
)
def test_live(outputs: dict[str, Any], colour: Colour | None) -> None:
    """Only the very word counts."""
    assert SETTINGS.live(outputs) is colour


@pytest.mark.parametrize("name", ["", "active color", "1st", "{outputs.name}", "a=b", "-x"])
def test_names_that_no_variable_has(name: str) -> None:
    """Nothing but a name of Terraform's gets into its files."""
    with pytest.raises(ValidationError):
        VariableSettings(kind=variable.KIND, variable=name, output="active_color")
    with pytest.raises(ValidationError):
        VariableSettings(kind=variable.KIND, variable="active_color", output=name)


def test_which_services_move_so() -> None:
    """Those that are steered otherwise are left out."""
    site = Service(name="site", exposure=Exposure.PUBLIC, traffic=SETTINGS)
    jobs = Service(name="jobs", exposure=Exposure.NONE, traffic=SwitcherSettings(kind="http"))
    assert (variable.of(site), variable.of(jobs)) == (SETTINGS, None)
    assert variable.each(Environment(branch="main", services=(jobs, site))) == {"site": SETTINGS}
