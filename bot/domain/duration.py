"""Lengths of time as people write them: a number and its unit."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_DURATION = r"([0-9]{1,11}(?:\.[0-9]{1,9})?)(ms|s|m|h|d)"
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SHORTEST, _LONGEST = 0.001, 366 * 86400


def as_duration(written: object) -> timedelta:
    """Read `500ms`, `90s`, `30m`, `8h`, `2d`; never a bare number, because nobody can tell its unit.

    Raises `ValueError`.
    """
    if isinstance(written, timedelta):
        return written
    match = re.fullmatch(_DURATION, written) if isinstance(written, str) else None
    if match is None:
        msg = "is no duration: write a number and a unit, like 500ms, 90s, 30m, 8h or 2d."
        raise ValueError(msg)
    seconds = float(match[1]) * _UNITS[match[2]]
    if not _SHORTEST <= seconds <= _LONGEST:
        msg = "is no useful duration: it must be between 1ms and 366d."
        raise ValueError(msg)
    return timedelta(seconds=seconds)


def as_written(length: timedelta) -> str:
    """Write a length as it may be read again."""
    milliseconds = round(length.total_seconds() * 1000)
    return f"{milliseconds // 1000}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"


#: A length of time, written with its unit.
Duration = Annotated[
    timedelta,
    BeforeValidator(as_duration),
    PlainSerializer(as_written, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": f"^{_DURATION}$"}),
]
