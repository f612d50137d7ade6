"""What a check or a metric may use, and the outputs of Terraform in its settings."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.clock import SystemClock
from bot.domain.colour import Colour
from bot.domain.estate import Plugin, Service
from bot.ports import Clock
from runners.aws import Aws

P = TypeVar("P", bound=Plugin)

_PLACEHOLDER = re.compile(r"\{(?:outputs\.([A-Za-z_][A-Za-z0-9_-]*)|(colour|service|target))\}")


@dataclass(frozen=True)
class Context:
    """The surroundings of one run, after its apply."""

    #: Root outputs, sensitive ones left out.
    outputs: Mapping[str, object]
    #: The clean tree of the run's commit.
    checkout: Path
    #: Takes every secret of the run out of a text.
    redact: Callable[[str], str]
    #: The one way to AWS.
    aws: Aws
    #: What `{colour}`, `{service}` and `{target}` mean, of one colour of one service; empty for a deploy.
    names: Mapping[str, str] = field(default_factory=dict)
    #: When what is asked about was changed (aware); `None` where nobody says.
    since: datetime | None = None
    #: For those who ask about the last minutes.
    clock: Clock = field(default_factory=SystemClock)
    #: Digests of what steered each service when its moves were listed; empty before that.
    steered: Mapping[str, str] = field(default_factory=dict)

    def about(self, service: Service, colour: Colour) -> "Context":
        """The same surroundings, of one *colour* of *service*."""
        target = service.traffic.settings.get(colour.value, colour.value)
        names = {"colour": colour.value, "service": service.name, "target": str(target)}
        return replace(self, names=names)


def fill(settings: P, context: Context) -> tuple[P, tuple[str, ...]]:
    """Put what *context* knows into the `{outputs.NAME}` and `{colour}` of *settings*; what it does not comes beside."""
    missing: list[str] = []

    def name(match: re.Match[str]) -> str:
        known: Mapping[str, object] = context.names if match[2] else context.outputs
        wanted = match[2] or match[1]
        if wanted in known:
            text = _text(known[wanted])
            # What the estate calls a colour may be an output itself.
            return _PLACEHOLDER.sub(name, text) if wanted == "target" and match[2] else text
        missing.append(wanted)
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
