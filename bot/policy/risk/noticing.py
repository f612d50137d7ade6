"""What the law sees in the values of one object: findings, which name no value."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from bot.domain.plan import Finding, Verb
from bot.policy.risk import databases, doors
from bot.policy.risk.precursors import PRECURSORS
from bot.policy.risk.seen import Row, Seen

_CHANGING = frozenset({Verb.UPDATE, Verb.REPLACE, Verb.UNKNOWN})
_MAKING = frozenset({*_CHANGING, Verb.CREATE, Verb.FORGET})
_ENDING = frozenset({Verb.DELETE, Verb.REPLACE, Verb.UNKNOWN})
#: Said of an object that goes, they say that nothing of it is left.
_PARTING = frozenset({Finding.FORCED, Finding.UNSAVED})


@lru_cache(maxsize=4096)
def watches(kind: str, verb: Verb) -> frozenset[str]:
    """Name the attributes whose values matter where *verb* meets an object of type *kind*."""
    names = set(_first(databases.exposures(kind))) | set(doors.attributes(kind)) if verb in _MAKING else set()
    if verb in _CHANGING:
        for rows in databases.attributes(kind).values():
            names.update(_first(rows))
    if verb in _CHANGING | _ENDING:
        for rows in PRECURSORS.values():
            names.update(_first(rows))
    return frozenset(names)


def notice(seen: Seen) -> tuple[Finding, ...]:
    """Compare both sides of an object; the findings come in the order in which they are declared."""
    found = {*_reach(seen), *_differences(seen), *_partings(seen)}
    return tuple(finding for finding in Finding if finding in found)


def _reach(seen: Seen) -> Iterator[Finding]:
    if seen.verb not in _MAKING:
        return
    before = doors.doors(seen.kind, seen.before)
    after = doors.doors(seen.kind, _as_will_be(seen))
    if any(not any(door.within(other) for other in before) for door in after):
        yield Finding.OPENED
    fresh = seen.verb not in {Verb.UPDATE, Verb.UNKNOWN}
    # What a fresh object leaves to its provider is no door; what an old one hides may be.
    if not fresh and any(seen.sides(path)[2] for path in doors.sources(seen.kind)):
        yield Finding.MAY_OPEN
    for exposure in databases.exposures(seen.kind):
        before_leaves, after_leaves, unknown = seen.sides(exposure.path)
        if exposure.test(before_leaves, after_leaves, unknown and not fresh):
            yield Finding.EXPOSED


def _as_will_be(seen: Seen) -> Mapping[str, object]:
    """Give the side after, with a mark for what is known only later, so that it is not taken for nothing."""
    hidden = seen.unknown if isinstance(seen.unknown, Mapping) else {}
    named = {name: ["(unknown)"] for name in ("source_tags", "source_service_accounts") if hidden.get(name)}
    return {**seen.after, **named}


def _differences(seen: Seen) -> Iterator[Finding]:
    if seen.verb not in _CHANGING:
        return
    for table in (PRECURSORS, databases.attributes(seen.kind)):
        for finding, rows in table.items():
            if any(_differs(seen, row) for row in rows):
                yield finding


def _differs(seen: Seen, row: Row) -> bool:
    before, after, unknown = seen.sides(row.path)
    # A new object in place of the old gets some values from its provider, whatever they were before.
    return not (unknown and seen.verb is Verb.REPLACE) and row.test(before, after, unknown)


def _partings(seen: Seen) -> Iterator[Finding]:
    if seen.verb not in _ENDING:
        return
    for finding in _PARTING:
        if any(row.test((), seen.sides(row.path)[0], False) for row in PRECURSORS[finding]):
            yield finding


def _first(rows: tuple[Row, ...]) -> Iterator[str]:
    return (row.path[0] for row in rows)
