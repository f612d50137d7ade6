"""Whether what an estate says about risk makes sense, and weakens nothing silently."""

from collections.abc import Iterator
from typing import Any

from bot.domain.plan import ChangeClass
from bot.estate.raw import listing, mapping, words
from bot.estate.reading import Steps
from bot.estate.shape import Misfit


def misfits(data: dict[str, Any]) -> Iterator[Misfit]:
    """Judge the part about risk."""
    risk = mapping(data.get("risk"))
    for index, pattern in words(risk.get("stateful")):
        if not pattern.strip():
            yield ("risk", "stateful", index), "is empty: write a type, like acme_ledger, or a part of one."
    for index, override in enumerate(listing(risk.get("overrides"))):
        yield from _override(mapping(override), ("risk", "overrides", index))


def _override(override: dict[str, Any], at: Steps) -> Iterator[Misfit]:
    pattern, wanted, because = (override.get(key) for key in ("match", "class", "because"))
    told = isinstance(because, str) and bool(because.strip())
    if "because" in override and isinstance(because, str) and not told:
        yield (*at, "because"), "is empty: say why less is enough, as everybody will read it."
    if wanted == ChangeClass.STANDARD and "because" not in override:
        yield at, "lowers a class and does not say why: add `because`, which everybody will read."
    if not isinstance(pattern, str):
        return
    if not pattern.strip():
        yield (*at, "match"), "is empty: write an address or a type, or a part of one with `*`."
    elif wanted != ChangeClass.HIGH_RISK and not any(map(str.isalnum, pattern)):
        yield (*at, "match"), f"`{pattern[:60]}` would lower everything: name a type or an address."
