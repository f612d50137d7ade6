"""What an estate adds to the built-in law of risk."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field, NonNegativeInt, PlainSerializer, WithJsonSchema

from bot.domain.plan import ChangeClass
from bot.domain.value import Value

_SHARE = r"([0-9]{1,3}(?:\.[0-9]{1,3})?) ?%"


def as_share(written: object) -> object:
    """Read `20%` as 0.2, and 0.2 as itself; never a whole number, because 1 may be all or a hundredth.

    Raises `ValueError`.
    """
    if isinstance(written, float) and 0 <= written <= 1:
        return written
    match = re.fullmatch(_SHARE, written) if isinstance(written, str) else None
    if match is None or float(match[1]) > 100:
        msg = "is no share: write a part of the whole, from 0% to 100%, like 20%."
        raise ValueError(msg)
    return float(match[1]) / 100


#: A part of a whole, written with its sign.
Share = Annotated[
    float,
    BeforeValidator(as_share),
    PlainSerializer(lambda share: f"{share:.3%}", when_used="json"),
    WithJsonSchema({"type": "string", "pattern": f"^{_SHARE}$"}),
]
#: A name of a type or an address, in which `*` and `?` stand for anything.
Pattern = Annotated[str, Field(min_length=1)]


class Override(Value):
    """Another class for some objects than the built-in tables give them."""

    model_config = Value.model_config | {"validate_by_name": True, "validate_by_alias": True}

    #: Of addresses or of types.
    match: Pattern
    class_: ChangeClass = Field(alias="class")
    #: Why less is enough. Without it, the class only raises.
    because: str = ""


class Caps(Value):
    """How much one run may destroy or replace before it is high-risk for that alone."""

    #: So many objects are still good.
    destroy: NonNegativeInt = 10
    #: So large a part of the state is still good, where that has at least 20 objects.
    share: Share = 0.2


class RiskRules(Value):
    """What the estate says about risk."""

    #: Further types that keep data.
    stateful: tuple[Pattern, ...] = ()
    overrides: tuple[Override, ...] = ()
    caps: Caps = Caps()
