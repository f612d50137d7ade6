"""Looks into plain values that may have any shape, so that one fault does not hide the others."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bot.domain.duration import as_duration


def mapping(value: object) -> dict[str, Any]:
    """Take *value* where it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def listing(value: object) -> list[Any]:
    """Take *value* where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def words(value: object) -> Iterator[tuple[int, str]]:
    """Walk the texts of a list, with their places."""
    return ((index, word) for index, word in enumerate(listing(value)) if isinstance(word, str))


def span(written: object) -> timedelta | None:
    """Take *written* where it is a duration, else nothing."""
    try:
        return as_duration(written)
    except ValueError:
        return None
