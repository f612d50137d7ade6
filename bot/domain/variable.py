"""A root variable of Terraform that names the live colour of a service, which so moves by plans alone."""

from collections.abc import Mapping
from typing import Annotated

from bot.domain.colour import Colour
from bot.domain.estate import Environment, Service, Shape, SwitcherSettings

#: What the estate calls this kind of switcher.
KIND = "terraform_variable"

_Identifier = Annotated[
    str,
    Shape(
        r"[A-Za-z_][A-Za-z0-9_-]*",
        "name that Terraform takes: use letters, digits, - and _, beginning with a letter or _",
    ),
]


class VariableSettings(SwitcherSettings):
    """Which variable it is, and where Terraform says what it came to."""

    #: The root variable; it takes `blue` or `green`.
    variable: _Identifier
    #: The root output that says which colour is live: best what the resource says, not what the variable does.
    output: _Identifier
    #: What a deploy sets where nobody knows of any colour: no output says one, and no switch brought one.
    initial: Colour | None = None

    def live(self, outputs: Mapping[str, object]) -> Colour | None:
        """Read the colour that is live; `None` where no output that may be read says one."""
        said = outputs.get(self.output)
        return next((colour for colour in Colour if colour == said), None)


def of(service: Service) -> VariableSettings | None:
    """Give the variable that *service* moves by; `None` where its traffic is steered otherwise."""
    return service.traffic if isinstance(service.traffic, VariableSettings) else None


def each(environment: Environment) -> Mapping[str, VariableSettings]:
    """Give the variable of every service of *environment* that moves by one, by the service's name."""
    found = ((service.name, of(service)) for service in environment.services)
    return {name: settings for name, settings in found if settings is not None}
