"""Plain values -> models; what does not fit becomes sentences without a word of pydantic's."""

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.domain.nearest import hint
from bot.estate.reading import Steps

M = TypeVar("M", bound=BaseModel)
#: Where, and one sentence.
Misfit = tuple[Steps, str]

_KEY = "[key]"
_EXPECTED = {
    "string_type": "text",
    "string_too_short": "text that is not empty",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "mapping_type": "a mapping of keys to values",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "greater_than": "a number greater than {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than_equal": "a number of at most {le}",
    "literal_error": "{expected}",
    "enum": "{expected}",
}


def fit(
    model: type[M], data: object, *, at: Steps = (), extra: Literal["forbid"] | None = None
) -> tuple[M | None, tuple[Misfit, ...]]:
    """Make a *model* of *data*, which stands at *at*; else say where and why it does not fit.

    With *extra*, keys that the model does not name are refused even where its own settings let them be.
    """
    try:
        # JSON's strict mode takes a list for a tuple and a word for an enum, but "5" for no number.
        fitted = model.model_validate_json(
            json.dumps(data), strict=True, extra=extra, by_alias=True, by_name=False
        )
    except ValidationError as error:
        return None, tuple(_misfits(model, data, at, error.errors(include_url=False)))
    return fitted, ()


def _misfits(model: Any, data: object, at: Steps, errors: Sequence[ErrorDetails]) -> Iterator[Misfit]:
    expected: dict[Steps, list[str]] = {}
    for error in errors:
        steps = tuple(error["loc"])
        kind = error["type"]
        if kind == "extra_forbidden":
            known = _keys(model, steps[:-1])
            yield (*at, *steps), f"is unknown here; {hint(str(steps[-1]), known)}"
        elif kind == "missing":
            yield (*at, *steps), "is missing."
        elif kind == "value_error":
            yield (*at, *_existing(data, steps)), _own_words(error)
        elif steps[-1:] == (_KEY,):
            yield (*at, *steps[:-1]), f"is unknown here; {hint(str(steps[-2]), _keys(model, steps[:-2]))}"
        elif kind == "too_short":
            # Entries that do not fit are not counted, but they have their own sentence.
            if not error["input"]:
                yield (*at, *steps), "is empty, but at least one entry is needed."
        else:
            right = _EXPECTED.get(kind, "something else").format(**error.get("ctx", {}))
            expected.setdefault(_existing(data, steps), []).append(right.replace("'", "`"))
    for steps, rights in expected.items():
        yield (*at, *steps), f"found {_found(_inside(data, steps))}, but {' or '.join(rights)} belongs here."


def _own_words(error: ErrorDetails) -> str:
    """Take a sentence of the domain's own, with what was found in front of it where it needs that."""
    sentence = str(error["ctx"]["error"])
    return f"{_found(error['input'])} {sentence}" if sentence.startswith("is ") else sentence


def _found(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case str():
            shown = value if len(value) <= 60 else f"{value[:60]}…"
            return f"the text `{' '.join(shown.split())}`" if shown.strip() else "an empty text"
        case list():
            return "a list"
        case _:
            return "a mapping"


def _inside(data: Any, steps: Steps) -> Any:
    for step in steps:
        data = data[step]
    return data


def _existing(data: Any, steps: Steps) -> Steps:
    """Cut off what pydantic adds to a place: the name of a union's branch, the mark of a key."""
    for count, step in enumerate(steps):
        inside = isinstance(data, Mapping) and step in data
        inside |= isinstance(data, list) and isinstance(step, int) and step < len(data)
        if not inside:
            return steps[:count]
        data = data[step]
    return steps


def _keys(model: Any, steps: Steps) -> tuple[str, ...]:
    """List the keys that *model* knows at *steps*; of a mapping with fixed words, those."""
    for step in steps:
        model = _below(model, step)
    model = _bare(model)
    if isinstance(model, type) and issubclass(model, BaseModel):
        return tuple(field.alias or name for name, field in model.model_fields.items())
    words = next(iter(get_args(model)), None)
    return tuple(words) if isinstance(words, type) and issubclass(words, StrEnum) else ()


def _below(model: Any, step: str | int) -> Any:
    model = _bare(model)
    if isinstance(model, type) and issubclass(model, BaseModel):
        fields = model.model_fields
        return next(
            (field.annotation for name, field in fields.items() if (field.alias or name) == step), None
        )
    arguments = get_args(model)
    return arguments[0 if isinstance(step, int) else -1] if arguments else None


def _bare(model: Any) -> Any:
    """Take away what says no more than `or nothing` and `annotated`."""
    while get_origin(model) is Annotated or type(None) in get_args(model):
        model = get_args(model)[0]
    return model
