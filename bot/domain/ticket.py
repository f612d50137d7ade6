"""What a ticket must look like: an estate's pattern, matched in time that grows only with the ticket's length."""

import re
from functools import lru_cache
from typing import Annotated

from pydantic import StringConstraints, TypeAdapter, ValidationError
from pydantic_core import SchemaError

#: What tickets look like almost everywhere, where an estate does not say: `INC-42`.
USUAL = r"[A-Z][A-Z0-9_]*-[0-9]+"
#: Longest ticket, in characters.
LONGEST = 64


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> TypeAdapter[str]:
    """Compile it as Rust's `regex` does, which never tracks back; raises `SchemaError`."""
    return TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])


def problem(pattern: str) -> str | None:
    """Why no ticket can be judged by *pattern*; `None` where one can.

    Alone first: what is put around it for the whole match must not close a bracket that it left open.
    """
    try:
        _compiled(pattern)
        _compiled(_whole(pattern))
    except SchemaError:
        try:
            re.compile(pattern)
        except re.error as error:
            return f"is no regular expression: {error.msg}."
        return "is no regular expression that can be matched in linear time: leave out look-around and back-references."
    return "matches a ticket of no letters at all." if _matches(pattern, "") else None


def fits(pattern: str, ticket: str) -> bool:
    """Whether the whole of *ticket* is what *pattern* says; raises `SchemaError` where `problem` finds one."""
    return 0 < len(ticket) <= LONGEST and ticket.isascii() and _matches(pattern, ticket)


def _whole(pattern: str) -> str:
    return rf"\A(?:{pattern})\z"


def _matches(pattern: str, ticket: str) -> bool:
    try:
        _compiled(_whole(pattern)).validate_python(ticket)
    except ValidationError:
        return False
    return True
