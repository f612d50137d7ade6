"""Shows the law the values that it wants to see, and keeps only what it noticed."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw, Struct

from bot.domain.errors import PlanUnreadable
from bot.domain.plan import Finding, Verb
from bot.policy import risk
from runners.iac import decoding
from runners.iac.planjson import Delta, Glance

_NOTHING_HIDDEN = (b"false", b"{}", b"null")


class Lens(NamedTuple):
    """How one kind of change is looked at."""

    #: Attributes that matter.
    names: frozenset[str]
    #: Reads these attributes and skips all others.
    decoder: msgspec.json.Decoder[Struct | None]
    #: An object that has none of them.
    blank: Struct | None
    #: Whether values say something even where they stay as they are.
    always: bool


@lru_cache(maxsize=4096)
def lens(kind: str, verb: Verb) -> Lens | None:
    """Make what shows the law an object of type *kind* that *verb* meets; `None` where it looks at nothing."""
    names = risk.watches(kind, verb)
    if not names:
        return None
    shape = msgspec.defstruct("Watched", [(name, Any, None) for name in sorted(names)], gc=False)
    decoder: msgspec.json.Decoder[Struct | None] = msgspec.json.Decoder(shape | None)
    return Lens(names, decoder, shape(), verb in (Verb.DELETE, Verb.REPLACE, Verb.UNKNOWN))


def findings(kind: str, verb: Verb, delta: Delta | Glance) -> tuple[Finding, ...]:
    """Give what the law notices where *verb* meets an object of type *kind*; raises `PlanUnreadable`."""
    through = lens(kind, verb)
    if through is None:
        return ()
    try:
        before, after = through.decoder.decode(delta.before), through.decoder.decode(delta.after)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise PlanUnreadable(decoding.inside(error)) from error
    unknown = _unknown(delta.after_unknown, through.names)
    if not unknown and _says_nothing(before, after, through):
        return ()
    return risk.notice(risk.Seen(kind, verb, _values(before), _values(after), unknown))


def _says_nothing(before: Struct | None, after: Struct | None, through: Lens) -> bool:
    if before == after and not through.always:
        return True
    # Most objects have no attribute that matters.
    return all(side is None or side == through.blank for side in (before, after))


def _unknown(raw: Raw, names: frozenset[str]) -> Any:
    """Give what is hidden of the attributes that matter; false where nothing is."""
    if bytes(raw) in _NOTHING_HIDDEN:
        return False
    unknown = decoding.value(raw)
    return False if isinstance(unknown, dict) and names.isdisjoint(unknown) else unknown


def _values(side: Struct | None) -> Mapping[str, Any]:
    return {} if side is None else msgspec.structs.asdict(side)
