"""Plan JSON to `Plan`: what a saved plan would do, redacted, the most serious first."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from bot.domain.plan import Change, CheckResult, Counts, Plan, Verb
from bot.domain.value import PlanDigest
from runners.iac import planjson
from runners.iac.attributes import Sides, changed
from runners.iac.planjson import Delta, Document, ResourceChange, StateModule
from runners.iac.redaction import SHORTEST, Redactor, leaves

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
_RANK = {verb: rank for rank, verb in enumerate(Verb)}


class Reading(NamedTuple):
    """A plan as it may be shown, and what may not."""

    plan: Plan
    #: To be redacted wherever they appear.
    secrets: frozenset[str]


def read(
    data: bytes,
    *,
    digest: PlanDigest,
    lineage: str = "",
    serial: int = 0,
    secrets: frozenset[str] = frozenset(),
) -> Reading:
    """Read the output of `terraform show -json`; raises `PlanUnreadable`.

    *secrets* are redacted beside those that the plan itself marks. *lineage* and *serial* of the state are not in
    the JSON and come from the plan file.
    """
    document = planjson.decode(data)
    redactor = Redactor(secrets.union(_marked(document)))
    entries = document.resource_changes or []
    drifted = _changes(document.resource_drift or [], redactor)
    plan = Plan(
        digest=digest,
        terraform_version=document.terraform_version,
        changes=_changes(entries, redactor),
        drift=drifted,
        outputs=tuple(
            sorted(
                name for name, delta in (document.output_changes or {}).items() if delta.actions != ("no-op",)
            )
        ),
        checks=_failed_checks(document, redactor),
        counts=_counts(entries, drifts=len(drifted), actions=len(document.action_invocations or ())),
        applyable=document.applyable,
        complete=document.complete,
        errored=document.errored,
        deferred=len(document.deferred_changes or ()) + len(document.deferred_action_invocations or ()),
        lineage=lineage,
        serial=serial,
    )
    return Reading(plan=plan, secrets=redactor.secrets)


def verb(actions: tuple[str, ...]) -> Verb:
    """Give the one word for Terraform's tuple of actions; `UNKNOWN` for a tuple that is new to us."""
    return _VERBS.get(actions, Verb.UNKNOWN)


def _changes(entries: Iterable[ResourceChange], redactor: Redactor) -> tuple[Change, ...]:
    told = [entry for entry in entries if not _is_plain_no_op(entry)]
    return tuple(_change(entry, redactor) for entry in sorted(told, key=_seriousness))


def _is_plain_no_op(entry: ResourceChange) -> bool:
    return entry.change.actions == ("no-op",) and not _moved(entry) and entry.change.importing is None


def _seriousness(entry: ResourceChange) -> int:
    # An unknown tuple that names a deletion is seen among the deletions.
    return _RANK[Verb.DELETE if _is_unknown_deletion(entry) else verb(entry.change.actions)]


def _is_unknown_deletion(entry: ResourceChange) -> bool:
    return verb(entry.change.actions) is Verb.UNKNOWN and "delete" in entry.change.actions


def _change(entry: ResourceChange, redactor: Redactor) -> Change:
    delta = entry.change
    importing = delta.importing
    return Change(
        address=_address(entry),
        deposed=entry.deposed,
        type=entry.type,
        provider=entry.provider_name,
        verb=verb(delta.actions),
        actions=delta.actions,
        reason=entry.action_reason,
        previous_address=entry.previous_address if _moved(entry) else None,
        importing=redactor.text(importing.id or "(unknown)") if importing else None,
        attributes=() if delta.actions == ("no-op",) else _attributes(delta, redactor),
    )


def _attributes(delta: Delta, redactor: Redactor) -> Any:
    sides = Sides(
        before=planjson.value(delta.before),
        after=planjson.value(delta.after),
        unknown=planjson.value(delta.after_unknown),
        before_mask=planjson.value(delta.before_sensitive),
        after_mask=planjson.value(delta.after_sensitive),
    )
    return changed(sides, replace_paths=planjson.value(delta.replace_paths), redactor=redactor)


def _moved(entry: ResourceChange) -> bool:
    return entry.previous_address not in {None, "", entry.address}


def _address(entry: ResourceChange) -> str:
    """Give the address; drift in some older plans has none, so it is put together from its parts."""
    if entry.address:
        return entry.address
    index = "" if entry.index is None else f'["{entry.index}"]'
    if isinstance(entry.index, int):
        index = f"[{entry.index}]"
    parts = (entry.module_address, "data" if entry.mode == "data" else "", entry.type, entry.name)
    return ".".join(filter(None, parts)) + index or "(no address)"


def _counts(entries: list[ResourceChange], *, drifts: int, actions: int) -> Counts:
    verbs = [verb(entry.change.actions) for entry in entries]
    return Counts(
        create=verbs.count(Verb.CREATE)
        + sum(entry.change.actions == ("create", "forget") for entry in entries),
        update=verbs.count(Verb.UPDATE),
        delete=verbs.count(Verb.DELETE),
        replace=verbs.count(Verb.REPLACE),
        move=sum(map(_moved, entries)),
        import_=sum(entry.change.importing is not None for entry in entries),
        forget=verbs.count(Verb.FORGET),
        read=verbs.count(Verb.READ),
        no_op=verbs.count(Verb.NO_OP),
        drift=drifts,
        deposed=sum(entry.deposed is not None for entry in entries),
        unknown=verbs.count(Verb.UNKNOWN),
        action=actions,
    )


def _failed_checks(document: Document, redactor: Redactor) -> tuple[CheckResult, ...]:
    return tuple(
        CheckResult(
            address=check.address.to_display,
            status=check.status,
            problems=tuple(
                redactor.text(problem.message)
                for instance in check.instances or ()
                for problem in instance.problems or ()
            ),
        )
        for check in document.checks or ()
        if check.status != "pass"
    )


def _marked(document: Document) -> Iterator[str]:
    """Every string that the plan declares sensitive, wherever it declares it."""
    root = document.configuration.root_module if document.configuration else None
    for name, declared in (root.variables if root and root.variables else {}).items():
        if declared.sensitive:
            given = (document.variables or {}).get(name)
            yield from leaves(planjson.value(given.value if given else declared.value), mask=True)
    entries = (*(document.resource_changes or ()), *(document.resource_drift or ()))
    for delta in (*(entry.change for entry in entries), *(document.output_changes or {}).values()):
        yield from _covered(delta.before, delta.before_sensitive)
        yield from _covered(delta.after, delta.after_sensitive)
    prior = document.prior_state.values if document.prior_state else None
    if prior is None:
        return
    for output in (prior.outputs or {}).values():
        if output.sensitive:
            yield from leaves(planjson.value(output.value), mask=True)
    yield from _in_state(prior.root_module)


def _in_state(module: StateModule | None) -> Iterator[str]:
    """Secrets of objects in the state; data sources that were read in time stand nowhere else."""
    if module is None:
        return
    for held in module.resources or ():
        yield from _covered(held.values, held.sensitive_values)
    for inner in module.child_modules or ():
        yield from _in_state(inner)


def _covered(value: Any, mask: Any) -> Iterator[str]:
    # Most masks hide nothing, and decoding what nobody needs is what makes large plans slow.
    if b"true" in bytes(mask) and len(bytes(value)) > SHORTEST:
        yield from leaves(planjson.value(value), planjson.value(mask))
