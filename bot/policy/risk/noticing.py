"""What the law sees in the values of one object: findings, which name no value."""

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from bot.domain.plan import Finding, Verb
from bot.policy.risk import databases, doors, public
from bot.policy.risk.precursors import PRECURSORS
from bot.policy.risk.seen import Row, Seen

#: Tuples, because members of an enumeration are found in them without being hashed.
_CHANGING = (Verb.UPDATE, Verb.REPLACE, Verb.UNKNOWN)
_MAKING = (*_CHANGING, Verb.CREATE, Verb.FORGET)
_ENDING = (Verb.DELETE, Verb.REPLACE, Verb.UNKNOWN)
#: Said of an object that goes, they say that nothing of it is left.
_PARTING = (Finding.FORCED, Finding.UNSAVED)


@lru_cache(maxsize=4096)
def watches(kind: str, verb: Verb) -> frozenset[str]:
    """Name the attributes whose values matter where *verb* meets an object of type *kind*."""
    names = set(_reaching(kind)) if verb in _MAKING else set()
    if verb in _CHANGING:
        names.update(_rows(kind), (row.path[0] for row in _hurries(kind)))
    if verb in _ENDING:
        names.update(row.path[0] for finding in _PARTING for row in PRECURSORS[finding])
    return frozenset(names)


def notice(seen: Seen) -> tuple[Finding, ...]:
    """Compare both sides of an object; the findings come in the order in which they are declared."""
    touched = seen.touched()
    found = {*_reach(seen, touched), *_differences(seen, touched), *_partings(seen)}
    if not found:
        return ()
    if seen.verb in _CHANGING and any(_differs(seen, row) for row in _hurries(seen.kind)):
        found.add(Finding.AT_ONCE)
    return tuple(finding for finding in Finding if finding in found)


def _reach(seen: Seen, touched: Collection[str]) -> Iterator[Finding]:
    if seen.verb not in _MAKING or _reaching(seen.kind).isdisjoint(touched):
        return
    before = doors.doors(seen.kind, seen.before)
    after = doors.doors(seen.kind, _as_will_be(seen))
    fresh = seen.verb not in {Verb.UPDATE, Verb.UNKNOWN}
    if any(not any(door.within(other) for other in before) for door in after) or any(
        _leads(seen, way, fresh=fresh) for way in public.ways(seen.kind)
    ):
        yield Finding.OPENED
    # What a fresh object leaves to its provider is no door; what an old one hides may be.
    if not fresh and any(seen.sides(path)[2] for path in doors.sources(seen.kind)):
        yield Finding.MAY_OPEN
    if any(_leads(seen, exposure, fresh=fresh) for exposure in databases.exposures(seen.kind)):
        yield Finding.EXPOSED


def _leads(seen: Seen, row: Row, *, fresh: bool) -> bool:
    before, after, unknown = seen.sides(row.path)
    return row.test(before, after, unknown and not fresh)


def _as_will_be(seen: Seen) -> Mapping[str, object]:
    """Give the side after, with a mark for what is known only later, so that it is not taken for nothing."""
    hidden = seen.unknown if isinstance(seen.unknown, Mapping) else {}
    named = {name: ["(unknown)"] for name in ("source_tags", "source_service_accounts") if hidden.get(name)}
    return {**seen.after, **named}


def _differences(seen: Seen, touched: Collection[str]) -> Iterator[Finding]:
    if seen.verb not in _CHANGING:
        return
    rows = _rows(seen.kind)
    for name in touched:
        for finding, row in rows.get(name, ()):
            if _differs(seen, row):
                yield finding


def _differs(seen: Seen, row: Row) -> bool:
    before, after, unknown = seen.sides(row.path)
    # A new object in place of the old gets some values from its provider, whatever they were before.
    return not (unknown and seen.verb is Verb.REPLACE) and row.test(before, after, unknown)


def _partings(seen: Seen) -> Iterator[Finding]:
    if seen.verb not in _ENDING:
        return
    for finding in _PARTING:
        for row in PRECURSORS[finding]:
            if seen.before.get(row.path[0]) and row.test((), seen.sides(row.path)[0], False):
                yield finding


@lru_cache(maxsize=4096)
def _rows(kind: str) -> Mapping[str, tuple[tuple[Finding, Row], ...]]:
    """Give all lines of the tables for *kind*, by the first key of their paths."""
    lines: dict[str, tuple[tuple[Finding, Row], ...]] = {}
    for table in (PRECURSORS, databases.attributes(kind)):
        for finding, rows in table.items():
            for row in rows if finding is not Finding.AT_ONCE else ():
                lines[row.path[0]] = (*lines.get(row.path[0], ()), (finding, row))
    return lines


@lru_cache(maxsize=4096)
def _reaching(kind: str) -> frozenset[str]:
    """Name the attributes that say who can reach an object of type *kind*."""
    rows = (*databases.exposures(kind), *public.ways(kind))
    return frozenset(doors.attributes(kind)) | {row.path[0] for row in rows}


def _hurries(kind: str) -> tuple[Row, ...]:
    """Give what says that a change of a database waits for nothing."""
    return databases.attributes(kind).get(Finding.AT_ONCE, ())
