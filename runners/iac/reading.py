"""Plan JSON to `Plan`: what a saved plan would do, redacted, the most serious first."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from bot.domain.plan import Change, Plan, Verb
from bot.domain.value import PlanDigest
from runners.iac import decoding
from runners.iac.attributes import Sides, changed
from runners.iac.effect import effect
from runners.iac.entries import address, counts, importing, moved, plain_no_op, verb
from runners.iac.findings import findings
from runners.iac.framing import framed
from runners.iac.planjson import Delta, Document, ResourceChange, StateModule
from runners.iac.redaction import SHORTEST, Redactor, leaves

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
    document = decoding.decode(data, Document)
    redactor = Redactor(secrets.union(_marked(document)))
    entries = document.resource_changes or []
    drifted = _changes(document.resource_drift or [], redactor)
    counted = counts(
        Counter(entry.delta.acts for entry in entries),
        moves=sum(map(moved, entries)),
        imports=sum(entry.delta.importing is not None for entry in entries),
        deposed=sum(bool(entry.deposed) for entry in entries),
        drifts=len(drifted),
        actions=len(document.action_invocations or ()),
    )
    plan = Plan(
        digest=digest,
        changes=_changes(entries, redactor),
        drift=drifted,
        counts=counted,
        lineage=lineage,
        serial=serial,
        effect=effect(document),
        **framed(document, redactor),
    )
    return Reading(plan=plan, secrets=redactor.secrets)


def _changes(entries: Iterable[ResourceChange], redactor: Redactor) -> tuple[Change, ...]:
    told = [entry for entry in entries if not plain_no_op(entry)]
    return tuple(_change(entry, redactor) for entry in sorted(told, key=_seriousness))


def _seriousness(entry: ResourceChange) -> int:
    # An unknown tuple that names a deletion is seen among the deletions.
    acts = entry.delta.acts
    meant = verb(acts)
    return _RANK[Verb.DELETE if meant is Verb.UNKNOWN and "delete" in acts else meant]


def _change(entry: ResourceChange, redactor: Redactor) -> Change:
    delta = entry.delta
    meant = verb(delta.acts)
    taken = importing(delta.importing)
    return Change(
        address=address(entry),
        deposed=entry.deposed or None,
        type=entry.type,
        provider=entry.provider_name,
        verb=meant,
        actions=delta.acts,
        reason=entry.action_reason,
        previous_address=entry.previous_address if moved(entry) else None,
        importing=None if taken is None else redactor.text(taken),
        attributes=() if meant is Verb.NO_OP else _attributes(delta, redactor),
        findings=findings(entry.type, meant, delta),
    )


def _attributes(delta: Delta, redactor: Redactor) -> Any:
    sides = Sides(
        before=decoding.value(delta.before),
        after=decoding.value(delta.after),
        unknown=decoding.value(delta.after_unknown),
        before_mask=decoding.value(delta.before_sensitive),
        after_mask=decoding.value(delta.after_sensitive),
    )
    return changed(sides, replace_paths=decoding.value(delta.replace_paths), redactor=redactor)


def _marked(document: Document) -> Iterator[str]:
    """Every string that the plan declares sensitive, wherever it declares it."""
    root = document.configuration.root_module if document.configuration else None
    for name, declared in (root.variables if root and root.variables else {}).items():
        if declared.sensitive:
            given = (document.variables or {}).get(name)
            yield from leaves(decoding.value(given.value if given else declared.value), mask=True)
    entries = (*(document.resource_changes or ()), *(document.resource_drift or ()))
    for delta in (*(entry.delta for entry in entries), *(document.output_changes or {}).values()):
        yield from _covered(delta.before, delta.before_sensitive)
        yield from _covered(delta.after, delta.after_sensitive)
    prior = document.prior_state.values if document.prior_state else None
    if prior is None:
        return
    for output in (prior.outputs or {}).values():
        if output.sensitive:
            yield from leaves(decoding.value(output.value), mask=True)
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
        yield from leaves(decoding.value(value), decoding.value(mask))
