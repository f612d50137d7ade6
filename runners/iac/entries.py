"""What one entry of a plan is: its verb, its address, and whether it is worth telling."""

from collections import Counter
from collections.abc import Mapping

from bot.domain.plan import Counts, Verb
from runners.iac.planjson import Importing, ResourceChange, Skimmed

#: Told where the plan says that something is taken over, but not what.
UNKNOWN_ID = "(unknown)"

_VERBS = {
    ("no-op",): Verb.NO_OP,
    ("create",): Verb.CREATE,
    ("read",): Verb.READ,
    ("update",): Verb.UPDATE,
    ("delete",): Verb.DELETE,
    ("delete", "create"): Verb.REPLACE,
    ("create", "delete"): Verb.REPLACE,
    ("forget",): Verb.FORGET,
    # The old object is let go of, not destroyed, so this is no replacement.
    ("create", "forget"): Verb.FORGET,
}


def verb(actions: tuple[str, ...] | None) -> Verb:
    """Give the one word for Terraform's tuple of actions; `UNKNOWN` for a tuple that is new to us, or none."""
    return _VERBS.get(actions or (), Verb.UNKNOWN)


def moved(entry: ResourceChange | Skimmed) -> bool:
    """Whether the object had another address before."""
    return entry.previous_address not in {None, "", entry.address}


def plain_no_op(entry: ResourceChange) -> bool:
    """Whether nothing at all happens to the object, its state included."""
    return entry.delta.acts == ("no-op",) and not moved(entry) and entry.delta.importing is None


def importing(found: Importing | None) -> str | None:
    """Give the id under which an object is taken over; `None` where none is."""
    if found is None:
        return None
    return (found.id or "(by its identity)") if found.known else UNKNOWN_ID


def address(entry: ResourceChange) -> str:
    """Give the address; drift in some older plans has none, so it is put together from its parts."""
    if entry.address:
        return entry.address
    index = "" if entry.index is None else f'["{entry.index}"]'
    if isinstance(entry.index, int):
        index = f"[{entry.index}]"
    parts = (entry.module_address, "data" if entry.mode == "data" else "", entry.type, entry.name)
    return ".".join(filter(None, parts)) + index or "(no address)"


def counts(
    acts: Mapping[tuple[str, ...], int], *, moves: int, imports: int, deposed: int, drifts: int, actions: int
) -> Counts:
    """Count by verbs, of how many objects have which actions.

    A deposed object that is deleted counts under deleted, where Terraform counts it, and under deposed.
    """
    verbs: Counter[Verb] = Counter()
    for tuple_of_one, amount in acts.items():
        verbs[verb(tuple_of_one)] += amount
    return Counts(
        create=verbs[Verb.CREATE] + acts.get(("create", "forget"), 0),
        update=verbs[Verb.UPDATE],
        delete=verbs[Verb.DELETE],
        replace=verbs[Verb.REPLACE],
        move=moves,
        import_=imports,
        forget=verbs[Verb.FORGET],
        read=verbs[Verb.READ],
        no_op=verbs[Verb.NO_OP],
        drift=drifts,
        deposed=deposed,
        unknown=verbs[Verb.UNKNOWN],
        action=actions,
    )
