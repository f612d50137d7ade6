"""The estate's JSON Schema, made from the same models that check it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from bot.domain.duration import as_written
from bot.domain.estate import CheckSettings, EstateFile, IacSettings, Plugin, SwitcherSettings, WatchSettings
from bot.estate.kinds import Kinds

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Generator(GenerateJsonSchema):
    """Writes a default as it may stand in the file."""

    def encode_default(self, dft: Any) -> Any:
        return as_written(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


def schema(kinds: Kinds) -> dict[str, Any]:
    """Describe every estate that fits the models and the plugins of *kinds*."""
    families: tuple[tuple[type[Plugin], str, Mapping[str, type[Plugin]]], ...] = (
        (IacSettings, "kind", kinds.iac),
        (CheckSettings, "kind", kinds.checks),
        (WatchSettings, "source", kinds.metrics),
        (SwitcherSettings, "kind", kinds.switchers),
    )
    models: list[type[Plugin]] = [model for _, _, plugins in families for model in plugins.values()]
    names, whole = models_json_schema(
        [(EstateFile, "validation"), *((model, "validation") for model in models)],
        schema_generator=_Generator,
    )
    definitions = whole["$defs"]
    estate = definitions.pop(_name(names[EstateFile, "validation"]))
    for family, word, plugins in families:
        choices = []
        for kind, model in sorted(plugins.items()):
            reference = names[model, "validation"]
            definition = definitions[_name(reference)]
            definition["additionalProperties"] = False
            definition["properties"][word] = {"const": kind}
            choices.append(reference)
        definitions[family.__name__] = {"oneOf": choices}
    return {"$schema": _DIALECT, **estate, "title": "Interlock estate", "$defs": definitions}


def _name(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
