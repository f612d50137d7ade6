"""What changes inside one object: before and after, walked side by side."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from bot.domain.plan import Attribute
from runners.iac.redaction import SENSITIVE, Redactor

UNKNOWN = "(known after apply)"
#: Longest rendered value, in characters.
LONGEST = 400

#: There is no such attribute; to Terraform that is the same as null.
_ABSENT: Any = object()

_Path = tuple[str | int, ...]


class Sides(NamedTuple):
    """A value before and after, with what is said about it."""

    before: Any
    after: Any
    #: True, or true somewhere inside: not known until apply.
    unknown: Any = False
    before_mask: Any = False
    after_mask: Any = False

    def at(self, key: str | int) -> "Sides":
        """Give the same one level down."""
        return Sides(*(_inside(side, key, default) for side, default in zip(self, _DEFAULTS, strict=True)))


_DEFAULTS = (_ABSENT, _ABSENT, False, False, False)


def changed(sides: Sides, *, replace_paths: Any, redactor: Redactor) -> tuple[Attribute, ...]:
    """Everything that differs, sorted by path; *replace_paths* is Terraform's own list."""
    told = replace_paths if isinstance(replace_paths, list) else ()
    forcing = [tuple(path) for path in told if isinstance(path, list)]
    return tuple(
        Attribute(
            path=redactor.text(_written(path)),
            before=before,
            after=after,
            forces_replacement=any(_touches(path, force) for force in forcing),
        )
        for path, before, after in _walk((), sides, redactor)
    )


def _walk(path: _Path, sides: Sides, redactor: Redactor) -> Iterator[tuple[_Path, str | None, str | None]]:
    before, after, unknown, before_mask, after_mask = sides
    if before_mask is True or after_mask is True:
        if _holds_true(unknown) or not _same(before, after):
            yield path, _masked(before), _masked(after, known=unknown is not True)
        return
    if unknown is True:
        yield path, _shown(before, redactor), UNKNOWN
        return
    if _same(before, after) and not _holds_true(unknown):
        return
    if _is_branch(before, after, unknown, dict):
        for key in _keys(before, after, unknown):
            yield from _walk((*path, key), sides.at(key), redactor)
        return
    if _is_branch(before, after, unknown, list) and not _is_plain(sides):
        for index, pair in _elements(sides):
            yield from _walk((*path, index), pair, redactor)
        return
    if (documents := _documents(before, after)) is not None:
        yield from _walk(path, Sides(*documents), redactor)
        return
    window = _window(redactor.value(before), redactor.value(after))
    yield path, _rendered(window[0]), _rendered(window[1])


def _inside(side: Any, key: str | int, default: Any) -> Any:
    if side is True:
        return True if default is False else _ABSENT
    if isinstance(side, dict) and isinstance(key, str):
        return side.get(key, default)
    if isinstance(side, list) and isinstance(key, int) and key < len(side):
        return side[key]
    return default


def _same(before: Any, after: Any) -> bool:
    """Whether nothing changes; absent and null are the same thing to Terraform."""
    before = None if before is _ABSENT else before
    after = None if after is _ABSENT else after
    return bool(before == after)


def _holds_true(mask: Any) -> bool:
    if isinstance(mask, dict):
        return any(map(_holds_true, mask.values()))
    if isinstance(mask, list):
        return any(map(_holds_true, mask))
    return mask is True


def _is_branch(before: Any, after: Any, unknown: Any, kind: type) -> bool:
    """Whether to look inside: a side is a non-empty *kind*, and the other is one too or nothing."""
    sides = [side for side in (before, after) if side is not None and side is not _ABSENT]
    if not all(isinstance(side, kind) for side in sides):
        return False
    return any(sides) or (isinstance(unknown, kind) and _holds_true(unknown))


def _keys(*sides: Any) -> list[str]:
    found = {key: None for side in sides if isinstance(side, dict) for key in side}
    return sorted(found)


def _is_plain(sides: Sides) -> bool:
    """Whether a list is short, holds no objects and hides nothing, so that it reads best in one piece."""
    for side in sides[:2]:
        if side is None or side is _ABSENT:
            continue
        if any(isinstance(item, dict | list) for item in side) or len(_compact(side)) > LONGEST:
            return False
    return not any(map(_holds_true, sides[2:]))


def _elements(sides: Sides) -> Iterator[tuple[int, Sides]]:
    before = sides.before if isinstance(sides.before, list) else []
    after = sides.after if isinstance(sides.after, list) else []
    hidden = any(map(_holds_true, sides[2:]))
    if hidden or len(before) == len(after):
        length = max(len(before), len(after), len(sides.unknown) if isinstance(sides.unknown, list) else 0)
        yield from ((index, sides.at(index)) for index in range(length))
        return
    # One element more or less shifts all others: only those that are on one side alone are worth telling.
    left = [_compact(item) for item in before]
    right = [_compact(item) for item in after]
    yield from ((index, Sides(before[index], _ABSENT)) for index in _alone(left, right))
    yield from ((index, Sides(_ABSENT, after[index])) for index in _alone(right, left))


def _alone(these: list[str], those: list[str]) -> Iterator[int]:
    """Places in *these* of what *those* lack, counted: of two equal ones one may be alone."""
    spare = Counter(those)
    for index, item in enumerate(these):
        if spare[item]:
            spare[item] -= 1
        else:
            yield index


def _documents(before: Any, after: Any) -> tuple[Any, Any] | None:
    """Both sides as JSON documents where they are such in strings, as policies are; `None` otherwise."""
    parsed = []
    for side in (before, after):
        if side is None or side is _ABSENT:
            parsed.append(side)
            continue
        if not isinstance(side, str) or not side.lstrip().startswith(("{", "[")):
            return None
        try:
            document = json.loads(side)
        except (ValueError, RecursionError):
            return None
        if not document:
            return None
        parsed.append(document)
    kinds = {type(side) for side in parsed if isinstance(side, dict | list)}
    if len(kinds) != 1 or _same(parsed[0], parsed[1]):
        return None
    return parsed[0], parsed[1]


def _window(before: Any, after: Any) -> tuple[Any, Any]:
    """Leave out what two long texts have in common, so that the change itself fits."""
    if not (isinstance(before, str) and isinstance(after, str)) or max(len(before), len(after)) <= LONGEST:
        return before, after
    by_line = "\n" in before and "\n" in after
    left: Sequence[str] = before.splitlines(keepends=True) if by_line else before
    right: Sequence[str] = after.splitlines(keepends=True) if by_line else after
    start = _common(left, right)
    end = _common(left[start:][::-1], right[start:][::-1])
    start, end = max(0, start - (1 if by_line else 20)), max(0, end - (1 if by_line else 20))

    def cut(parts: Sequence[str]) -> str:
        middle = "".join(parts[start : len(parts) - end])
        mark = "…\n" if by_line else "…"
        return (mark if start else "") + middle + ("…" if end else "")

    return cut(left), cut(right)


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return index
    return min(len(left), len(right))


def _masked(side: Any, *, known: bool = True) -> str | None:
    if not known:
        return UNKNOWN
    return None if side is None or side is _ABSENT else SENSITIVE


def _shown(side: Any, redactor: Redactor) -> str | None:
    return _rendered(redactor.value(side))


def _rendered(side: Any) -> str | None:
    if side is None or side is _ABSENT:
        return None
    text = side if isinstance(side, str) and "\n" in side else _compact(side)
    if len(text) <= LONGEST:
        return text
    note = f"… ({len(text)} characters)"
    return text[: LONGEST - len(note)] + note


def _compact(side: Any) -> str:
    return json.dumps(side, ensure_ascii=False, separators=(",", ":"))


def _written(path: _Path) -> str:
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.replace("_", "").replace("-", "").isalnum():
            text += f".{step}" if text else step
        else:
            text += f"[{json.dumps(step, ensure_ascii=False)}]"
    return text or "(everything)"


def _touches(path: _Path, force: _Path) -> bool:
    shorter = min(len(path), len(force))
    return path[:shorter] == force[:shorter]
