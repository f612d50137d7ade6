"""The values of one object before and after, as far as the law looks at them, and how two of them compare."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from bot.domain.plan import Verb

_WORDS_FOR_ON = frozenset(
    {
        "true", "active", "enabled", "prevent", "on", "protected", "delete_protection_enabled",
        "point_in_time_recovery_enabled",
    }
)  # fmt: skip
#: `settings.tier`: keys from the top; lists on the way are gone through.
Path = tuple[str, ...]
Leaves = tuple[Any, ...]


class Seen(NamedTuple):
    """One object; a side that is not there is empty."""

    kind: str
    verb: Verb
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    #: What is known only after the apply: true where it is unknown as a whole.
    unknown: Any = False

    def sides(self, path: Path) -> tuple[Leaves, Leaves, bool]:
        """Give all that stands at *path* before and after, and whether a part of the latter is unknown."""
        return tuple(_at(self.before, path)), tuple(_at(self.after, path)), _hidden(self.unknown, path)

    def touched(self) -> frozenset[str]:
        """Name the attributes that differ, or may."""
        before, after, unknown = self.before, self.after, self.unknown
        names = {*before, *after}
        if unknown is True:
            return frozenset(names)
        hidden = unknown if isinstance(unknown, Mapping) else {}
        return frozenset({name for name in names if before.get(name) != after.get(name)} | hidden.keys())


#: Whether two sides differ in a way that matters: before, after, unknown.
Test = Callable[[Leaves, Leaves, bool], bool]


class Row(NamedTuple):
    """One line of a table: what is noticed where."""

    path: Path
    test: Test


def row(path: str, test: Test) -> Row:
    """Write a line of a table."""
    return Row(tuple(path.split(".")), test)


def changed(before: Leaves, after: Leaves, unknown: bool) -> bool:
    """Whether it differs, or may."""
    return unknown or _plain(before) != _plain(after)


def off(before: Leaves, after: Leaves, unknown: bool) -> bool:
    """Whether something that was on is off, or may be: counted, because of two one may go."""
    return sum(map(_on, before)) > (0 if unknown else sum(map(_on, after)))


def on(before: Leaves, after: Leaves, unknown: bool) -> bool:
    """Whether something that was off is on, or may be."""
    return not any(map(_on, before)) and (unknown or any(map(_on, after)))


def asked(_: Leaves, after: Leaves, unknown: bool) -> bool:
    """Whether something is on, whatever it was before, or may be."""
    return unknown or any(map(_on, after))


def gained(*words: str) -> Test:
    """Make a test for whether one of *words* comes where none was."""
    return lambda before, after, _: (
        any(word in after for word in words) and not any(word in before for word in words)
    )


def lost(*words: str) -> Test:
    """Make a test for whether all of *words* go, or may."""
    return lambda before, after, unknown: (
        any(word in before for word in words) and (unknown or not any(word in after for word in words))
    )


def zero(before: Leaves, after: Leaves, unknown: bool) -> bool:
    """Whether nothing is left of a number, or may be: not written down is nothing."""
    return any(number > 0 for number in _numbers(before)) and (
        unknown or not any(number > 0 for number in _numbers(after))
    )


def none_left(before: Leaves, after: Leaves, unknown: bool) -> bool:
    """Whether a number that is not written down, and so is good, becomes nothing."""
    del unknown
    after_numbers = _numbers(after)
    return bool(after_numbers) and max(after_numbers) <= 0 and 0 not in _numbers(before)


def down(before: Leaves, after: Leaves, unknown: bool) -> bool:
    """Whether a number falls, or may."""
    was, becomes = _numbers(before), _numbers(after)
    return bool(was) and (unknown or (bool(becomes) and max(becomes) < max(was)))


def up(before: Leaves, after: Leaves, unknown: bool) -> bool:
    """Whether a number rises."""
    was, becomes = _numbers(before), _numbers(after)
    return not unknown and bool(was) and bool(becomes) and max(becomes) > max(was)


def _at(value: Any, path: Path) -> Iterator[Any]:
    if isinstance(value, list):
        for inner in value:
            yield from _at(inner, path)
    elif not path:
        yield value
    elif isinstance(value, Mapping):
        yield from _at(value.get(path[0]), path[1:])


def _hidden(unknown: Any, path: Path) -> bool:
    if isinstance(unknown, list):
        return any(_hidden(inner, path) for inner in unknown)
    if isinstance(unknown, Mapping):
        inside = [unknown.get(path[0])] if path else unknown.values()
        return any(_hidden(inner, path[1:]) for inner in inside)
    return unknown is True


def _plain(leaves: Leaves) -> Leaves:
    """Absent and null are the same thing to Terraform."""
    return tuple(leaf for leaf in leaves if leaf is not None)


def _on(leaf: Any) -> bool:
    if isinstance(leaf, str):
        return leaf.lower() in _WORDS_FOR_ON
    return leaf is True


def _numbers(leaves: Leaves) -> list[float]:
    found = []
    for leaf in leaves:
        try:
            number = float(leaf) if isinstance(leaf, str | int | float) else None
        except (ValueError, OverflowError):
            number = None
        if number is not None:
            found.append(number)
    return found
