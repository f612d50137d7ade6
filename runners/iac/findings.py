"""Shows the law the values that it wants to see, and keeps only what it noticed."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Raw, Struct

from bot.domain.errors import PlanUnreadable
from bot.domain.plan import Finding, Verb
from bot.policy import risk
from runners.iac import decoding
from runners.iac.planjson import Delta, Glance

_NOTHING_HIDDEN = (b"false", b"{}", b"null")
#: Verbs that say something about values even where these stay as they are.
_ENDS = frozenset({Verb.DELETE, Verb.REPLACE, Verb.UNKNOWN})


def findings(kind: str, verb: Verb, delta: Delta | Glance) -> tuple[Finding, ...]:
    """Give what the law notices where *verb* meets an object of type *kind*; raises `PlanUnreadable`."""
    decoder = _decoder(kind, verb)
    if decoder is None:
        return ()
    try:
        before, after = decoder.decode(delta.before), decoder.decode(delta.after)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise PlanUnreadable(decoding.inside(error)) from error
    unknown = _unknown(delta.after_unknown)
    if before == after and not unknown and verb not in _ENDS:
        return ()
    return risk.notice(risk.Seen(kind, verb, _values(before), _values(after), unknown))


def _unknown(raw: Raw) -> Any:
    return False if bytes(raw) in _NOTHING_HIDDEN else decoding.value(raw)


def _values(side: Any) -> Mapping[str, Any]:
    return {} if side is None else msgspec.structs.asdict(side)


@lru_cache(maxsize=4096)
def _decoder(kind: str, verb: Verb) -> msgspec.json.Decoder[Struct | None] | None:
    """Make what reads the attributes that matter and skips all others; `None` where none matters."""
    names = sorted(risk.watches(kind, verb))
    if not names:
        return None
    shape = msgspec.defstruct("Watched", [(name, Any, None) for name in names], gc=False)
    return msgspec.json.Decoder(shape | None)
