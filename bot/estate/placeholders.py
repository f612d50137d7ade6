"""Whether what stands in braces will mean something where it stands."""

import re
from collections.abc import Iterator
from typing import Any

from bot.domain.nearest import nearest
from bot.estate.raw import listing, mapping
from bot.estate.reading import Steps
from bot.estate.shape import Misfit

#: What is known of one colour of one service.
NAMES = ("colour", "service", "target")
_SUSPECT = re.compile(r"\{\s*outputs?\b[^{}]*\}?")
_OUTPUT = re.compile(r"\{outputs\.[A-Za-z_][A-Za-z0-9_-]*\}")
_WORD = re.compile(r"\{\s*([A-Za-z_]+)\s*\}")
_PLACES = "in `verify`, `after` and `bake` of a service, and in the `bake` of `switch`"


def misfits(data: dict[str, Any]) -> Iterator[Misfit]:
    """Judge every text that is filled in."""
    for name, environment in mapping(data.get("environments")).items():
        at: Steps = ("environments", name)
        settings = mapping(environment)
        for key in ("verify", "bake"):
            yield from _inside(settings.get(key), (*at, key), ())
        yield from _inside(mapping(settings.get("switch")).get("bake"), (*at, "switch", "bake"), NAMES)
        for index, service in enumerate(listing(settings.get("services"))):
            there: Steps = (*at, "services", index)
            for key in ("verify", "after", "bake"):
                yield from _inside(mapping(service).get(key), (*there, key), NAMES)
            yield from _inside(mapping(service).get("traffic"), (*there, "traffic"), ("service",))


def _inside(value: object, at: Steps, known: tuple[str, ...]) -> Iterator[Misfit]:
    """Judge all texts of *value*, in which the names that are *known* mean something."""
    for key, below in mapping(value).items():
        yield from _inside(below, (*at, key), known)
    for index, below in enumerate(listing(value)):
        yield from _inside(below, (*at, index), known)
    if not isinstance(value, str):
        return
    for found in _SUSPECT.findall(value):
        if not _OUTPUT.fullmatch(found):
            yield (
                at,
                f"`{found[:60]}` is no placeholder: write {{outputs.NAME}} with the name of an output.",
            )
    for match in _WORD.finditer(value):
        if sentence := _name(match[0], match[1], known):
            yield at, sentence


def _name(found: str, word: str, known: tuple[str, ...]) -> str:
    """Say what is wrong with a word in braces; empty where nothing is, or where it is nothing of ours."""
    if word not in NAMES or found != f"{{{word}}}":
        # Other words in braces belong to others, for example to whom a query is put.
        near = nearest(word, known)
        return f"`{found[:60]}` is no placeholder; did you mean `{{{near}}}`?" if near else ""
    if word in known:
        return ""
    if known:
        return (
            f"`{found}` means nothing here, as both colours are steered in one place: it is known {_PLACES}."
        )
    return f"`{found}` means nothing here: it is known only {_PLACES}."
