"""What the estate may say about Terraform."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from bot.domain.estate import IacSettings

#: A name that Terraform takes for a variable, and a shell for one of its own.
_Identifier = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class TerraformSettings(IacSettings):
    """`iac: {kind: terraform, …}`."""

    #: Values for root variables.
    variables: Mapping[_Identifier, str | int | float | bool] = {}
    #: Files in the root module's folder, or `key=value`, for the backend.
    backend_config: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    #: Names in Interlock's own environment that Terraform may see: credentials of a provider.
    environment: tuple[_Identifier, ...] = ()
