"""Numbers over time in one line of block characters, and in words for those who cannot see it."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median
from typing import TypeVar

from bot.domain.report import Counted

T = TypeVar("T")

#: Columns of the longest line.
WIDTH = 40
#: A column in which nothing was seen.
GAP = "·"
#: The lowest is kept for nothing at all, so that little never looks like it.
_BLOCKS = "▁▂▃▄▅▆▇█"


def line(values: Sequence[float | None], top: float) -> str:
    """One character a value, the full block for *top*; `·` where nothing was seen."""
    return "".join(GAP if value is None else _block(value, top) for value in values)


def rates(seen: Sequence[Counted | None], width: int = WIDTH) -> tuple[float | None, ...]:
    """Errors per request in at most *width* columns; what falls into one column is counted together."""
    return _columns(seen, width, _rate)


def requests(seen: Sequence[Counted | None], width: int = WIDTH) -> tuple[float | None, ...]:
    """Requests per look in at most *width* columns."""
    return _columns(seen, width, lambda some: sum(each.requests for each in some) / len(some))


def medians(seen: Sequence[float | None], width: int = WIDTH) -> tuple[float | None, ...]:
    """The values themselves in at most *width* columns, each of them the middle one of its column."""
    return _columns(seen, width, median)


def top(*lines: Sequence[float | None]) -> float:
    """The highest value of *lines*, by which all of them are drawn; 0 where there is none."""
    return max((value for each in lines for value in each if value is not None), default=0.0)


def words(name: str, values: Sequence[float | None], shown: Callable[[float], str]) -> str:
    """`green lately 0.40%, highest 4.20%, no evidence in 2 of 30 columns`: a line, read aloud."""
    known = [value for value in values if value is not None]
    if not known:
        return f"{name} not seen yet"
    gaps = len(values) - len(known)
    missing = f", no evidence in {gaps} of {len(values)} columns" if gaps else ""
    return f"{name} lately {shown(known[-1])}, highest {shown(max(known))}{missing}"


def _columns(
    seen: Sequence[T | None], width: int, pool: Callable[[list[T]], float | None]
) -> tuple[float | None, ...]:
    count = min(width, len(seen))
    edges = [index * len(seen) // count for index in range(count + 1)] if count else [0]
    parts = [[one for one in seen[a:b] if one is not None] for a, b in pairwise(edges)]
    pooled = [pool(part) if part else None for part in parts]
    return tuple(None if value is None or not math.isfinite(value) else value for value in pooled)


def _rate(some: Sequence[Counted]) -> float | None:
    requests = sum(each.requests for each in some)
    return sum(each.errors for each in some) / requests if requests else None


def _block(value: float, top: float) -> str:
    if value <= 0 or top <= 0:
        return _BLOCKS[0]
    return _BLOCKS[min(len(_BLOCKS) - 1, max(1, math.ceil(value / top * (len(_BLOCKS) - 1))))]
