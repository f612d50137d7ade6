"""The effect of a plan: one digest over all that would change, and over nothing else."""

import hashlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Raw

from bot.domain.errors import PlanUnreadable
from runners.iac import decoding
from runners.iac.entries import address, plain_no_op
from runners.iac.planjson import Delta, Document, ResourceChange

#: Numbers as they are written: two that differ in the last digit are two.
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


def effect(document: Document) -> str:
    """Give the SHA-256, as hex, over what *document* would change; raises `PlanUnreadable`.

    Neither the order of entries and keys nor the state's serial and lineage make a difference. Two plans with the
    same effect do the same.
    """
    parts = sorted(_parts(document))
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _parts(document: Document) -> Iterator[str]:
    for entry in document.resource_changes or ():
        if not plain_no_op(entry):
            yield _written("object", _entry(entry))
    for name, delta in (document.output_changes or {}).items():
        if delta.acts != ("no-op",):
            yield _written("output", (name, _delta(delta)))
    for name in ("deferred_changes", "action_invocations", "deferred_action_invocations"):
        # These come in an order that may mean something: the place is a part of what is done.
        for place, raw in enumerate(getattr(document, name) or ()):
            yield _written(name, (place, _value(raw)))


def _entry(entry: ResourceChange) -> tuple[Any, ...]:
    who = (address(entry), entry.deposed, entry.mode, entry.type, entry.provider_name)
    return (who, entry.previous_address, _delta(entry.delta))


def _delta(delta: Delta) -> tuple[Any, ...]:
    taken = delta.importing
    raws = (delta.before, delta.after, delta.after_unknown, delta.replace_paths)
    return (
        delta.actions,
        (taken.id, taken.unknown, _value(taken.identity)) if taken else None,
        *map(_value, raws),
    )


def _value(raw: Raw) -> Any:
    try:
        return _ordered(_DECODER.decode(raw))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, ArithmeticError) as error:
        raise PlanUnreadable(decoding.inside(error)) from error


def _ordered(value: Any) -> Any:
    """Write objects as pairs in the order of their keys; no list can look like them."""
    if isinstance(value, dict):
        return ("object", tuple((key, _ordered(value[key])) for key in sorted(value)))
    if isinstance(value, list):
        return ("list", tuple(map(_ordered, value)))
    return value


def _written(what: str, value: Iterable[Any]) -> str:
    return f"{what} {tuple(value)!r}"
