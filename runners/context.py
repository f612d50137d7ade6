"""What a check or a metric may use, and the outputs of Terraform in its settings."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.estate import Plugin

P = TypeVar("P", bound=Plugin)

_PLACEHOLDER = re.compile(r"\{outputs\.([A-Za-z_][A-Za-z0-9_-]*)\}")


@dataclass(frozen=True)
class Context:
    """The surroundings of one run, after its apply."""

    #: Root outputs, sensitive ones left out.
    outputs: Mapping[str, object]
    #: The clean tree of the run's commit.
    checkout: Path
    #: Takes every secret of the run out of a text.
    redact: Callable[[str], str]


def fill(settings: P, outputs: Mapping[str, object]) -> tuple[P, tuple[str, ...]]:
    """Put *outputs* into the `{outputs.NAME}` of *settings*; the names that are no output come beside."""
    missing: list[str] = []

    def name(match: re.Match[str]) -> str:
        if match[1] in outputs:
            return _text(outputs[match[1]])
        missing.append(match[1])
        return match[0]

    filled = {field: _fill(value, name) for field, value in settings}
    return settings.model_copy(update=filled), tuple(dict.fromkeys(missing))


def unknown(missing: tuple[str, ...]) -> str:
    """Say that the outputs *missing* are not there."""
    names = ", ".join(f"`{name}`" for name in missing)
    return f"Terraform has no output {names} that may be read; sensitive outputs never are"


def _fill(value: Any, name: Callable[[re.Match[str]], str]) -> Any:
    match value:
        case str():
            return _PLACEHOLDER.sub(name, value)
        case tuple() | list():
            return tuple(_fill(item, name) for item in value)
        case dict():
            return {key: _fill(item, name) for key, item in value.items()}
        case _:
            return value


def _text(output: object) -> str:
    return output if isinstance(output, str) else json.dumps(output, separators=(",", ":"))
