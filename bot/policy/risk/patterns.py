"""Names with wildcards: `*` stands for any part of a name, `?` for one character, and a bracket for itself."""

import re
from functools import lru_cache


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether *name* is one of *patterns*."""
    return bool(patterns) and _compiled(patterns).fullmatch(name) is not None


@lru_cache(maxsize=256)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_expression, patterns)), re.DOTALL)


def _expression(pattern: str) -> str:
    # Several stars in a row mean what one means, and would take very long to look for.
    shorter = re.sub(r"\*+", "*", pattern)
    return re.escape(shorter).replace(r"\*", ".*").replace(r"\?", ".")
