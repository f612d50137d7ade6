"""The changes of a plan as lines in code blocks, as many as find room, the dangerous ones first."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from bot.domain.plan import Change, Plan, Verb
from bot.render import blocks, text

T = TypeVar("T")

#: Verbs that take something away, or may.
DANGEROUS = (Verb.REPLACE, Verb.DELETE, Verb.UNKNOWN)

#: What a change is marked with, as Terraform marks it.
SIGNS = {
    Verb.REPLACE: "-/+",
    Verb.DELETE: "-",
    Verb.FORGET: ".",
    Verb.UNKNOWN: "?",
    Verb.UPDATE: "~",
    Verb.CREATE: "+",
    Verb.READ: "<=",
    Verb.NO_OP: "=",
}
#: Attributes of one object that a card shows before it says how many more there are.
_MOST_ATTRIBUTES = 20
_MOST_ADDRESS = 160
_MOST_LINE = 240
#: JSON around the text of one section.
_FRAME = 120


class Group(NamedTuple):
    """Entries of one kind under one title, written only as far as somebody reads them."""

    title: str
    #: `updated objects`: the kind, for the line that says how many are left out.
    name: str
    #: How many there are.
    total: int
    entries: Iterator[str]


def dangerous(plan: Plan) -> Group:
    """Everything that is destroyed, replaced or of unknown effect: a line each, replacements first."""
    order = {verb: place for place, verb in enumerate(DANGEROUS)}
    meant = sorted((each for each in plan.changes if each.verb in order), key=lambda each: order[each.verb])
    return _group("", "destroyed or replaced objects", meant, head)


def details(plan: Plan) -> tuple[Group, ...]:
    """Everything else in the order in which people must see it; empty groups are left out."""
    replaced = [each for each in plan.changes if each.verb is Verb.REPLACE and each.attributes]
    moved = [each for each in plan.changes if each.previous_address]
    imported = [each for each in plan.changes if each.importing]
    forgotten = _those(plan, Verb.FORGET)
    groups = (
        _group("What forces or follows the replacements", "replacements", replaced, _entry),
        _group("Updated", "updated objects", _those(plan, Verb.UPDATE), _entry),
        _group("Created", "created objects", _those(plan, Verb.CREATE), head),
        _group("Moved", "moved objects", moved, _move),
        _group("Imported", "imported objects", imported, _import),
        _group("Forgotten, and left in the world", "forgotten objects", forgotten, head),
        _group("Read during the apply", "data sources", _those(plan, Verb.READ), head),
        _group("Outputs that change", "outputs", plan.outputs, _line),
        _group("Changed outside since the last apply", "drifted objects", plan.drift, _entry),
    )
    return tuple(group for group in groups if group.total)


def pack(group: Group, room: int) -> tuple[list[blocks.Block], int]:
    """Sections with as many whole entries as *room* (in characters of JSON) lets in, and how many these are."""
    packed: list[blocks.Block] = []
    chunk: list[str] = []
    title = f"*{group.title}* ({text.number(group.total)})\n" if group.title else ""
    shown = in_chunk = 0
    left = room - _FRAME - len(title)

    def close() -> None:
        heading = "" if packed else title
        packed.append(blocks.section(f"{heading}{text.fence(chr(10).join(chunk))}"))

    for entry in group.entries:
        escaped = text.escape(entry, 2_700)
        cost = len(json.dumps(escaped, ensure_ascii=False))
        full = bool(chunk) and in_chunk + len(escaped) + 1 > 2_700
        if cost + (_FRAME if full else 0) > left:
            break
        if full:
            close()
            chunk, in_chunk = [], 0
            left -= _FRAME
        chunk.append(entry)
        in_chunk += len(escaped) + 1
        left -= cost
        shown += 1
    if chunk:
        close()
    return packed, shown


def _group(title: str, name: str, things: Sequence[T], write: Callable[[T], str]) -> Group:
    return Group(title=title, name=name, total=len(things), entries=map(write, things))


def _those(plan: Plan, verb: Verb) -> Sequence[Change]:
    return [each for each in plan.changes if each.verb is verb]


def _line(untrusted: str, limit: int = _MOST_LINE) -> str:
    return text.shorten(text.one_line(untrusted), limit)


def _address(untrusted: str) -> str:
    return text.shorten_middle(text.one_line(untrusted), _MOST_ADDRESS)


def head(change: Change) -> str:
    """One object in a line: what happens to it, and why."""
    deposed = f" (deposed {_line(change.deposed, 20)})" if change.deposed is not None else ""
    return f"{SIGNS[change.verb]} {_address(change.address)}{deposed}{_note(change)}"


def _note(change: Change) -> str:
    if change.verb is Verb.UNKNOWN:
        return f"  # unknown actions: {_line(', '.join(change.actions), 60)}"
    forces = tuple(_line(each.path, 60) for each in change.attributes if each.forces_replacement)
    if forces:
        return f"  # forced by {text.listed(forces, 3)}"
    reason = (change.reason or "").replace("_", " ")
    return f"  # {_line(reason, 80)}" if reason else ""


def _entry(change: Change) -> str:
    """One object and its attributes, as a diff."""
    lines = [head(change)]
    for attribute in change.attributes[:_MOST_ATTRIBUTES]:
        before, after = _side(attribute.before), _side(attribute.after)
        forces = "  # forces replacement" if attribute.forces_replacement else ""
        lines.append(f"    {_line(attribute.path, 80)}: {before} -> {after}{forces}")
    if (more := len(change.attributes) - _MOST_ATTRIBUTES) > 0:
        lines.append(f"    … {text.plural(more, 'more attribute')}")
    return "\n".join(lines)


def _side(shown: str | None) -> str:
    return "(none)" if shown is None else _line(shown, 90)


def _move(change: Change) -> str:
    return f"{_address(change.previous_address or '')} -> {_address(change.address)}"


def _import(change: Change) -> str:
    return f"{_address(change.address)}  # id {_line(change.importing or '', 80)}"
