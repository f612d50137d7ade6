"""Plan JSON to as much of a `Plan` as the law needs: no values, and of calm changes nothing but their number.

Changes are taken up one by one, so that a plan of any size costs little more than its own bytes.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec
from msgspec import Raw

from bot.domain.errors import PlanUnreadable
from bot.domain.plan import Change, Finding, Plan, Verb
from bot.domain.value import PlanDigest
from bot.policy import risk
from runners.iac import decoding
from runners.iac.decoding import Bytes
from runners.iac.entries import address, counts, importing, moved, verb
from runners.iac.findings import findings
from runners.iac.framing import framed
from runners.iac.planjson import Glance, ResourceChange, Sheaf, Skimmed
from runners.iac.redaction import Redactor

_NO_OP = ("no-op",)
_SILENT = Glance()
_decode = msgspec.json.Decoder(Skimmed).decode
#: What an address is put together from where there is none.
_decode_whole = msgspec.json.Decoder(ResourceChange).decode


@dataclass
class _Gathered:
    """What was seen of a list of changes."""

    acts: Counter[tuple[str, ...]] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)
    moves: int = 0
    imports: int = 0
    deposed: int = 0
    #: Objects to which nothing happens but a move or an import.
    renamed: int = 0


def skim(data: Bytes, *, everything: bool = False) -> Plan:
    """Read the output of `terraform show -json`; raises `PlanUnreadable`.

    With *everything*, calm changes are among the changes too, for those who have an opinion about all of them.
    The plan has no digest, no effect and no attributes.
    """
    document = decoding.decode(data, Sheaf)
    found = _gather(document.resource_changes or (), everything=everything)
    drift = _gather(document.resource_drift or (), everything=everything)
    return Plan(
        digest=PlanDigest(""),
        changes=tuple(found.changes),
        drift=tuple(drift.changes),
        counts=counts(
            found.acts,
            moves=found.moves,
            imports=found.imports,
            deposed=found.deposed,
            drifts=drift.acts.total() - drift.acts[_NO_OP] + drift.renamed,
            actions=len(document.action_invocations or ()),
        ),
        **framed(document, Redactor(())),
    )


def _gather(raws: Iterable[Raw], *, everything: bool) -> _Gathered:
    gathered = _Gathered()
    try:
        for raw in raws:
            entry = _decode(raw)
            glance = entry.change or _SILENT
            actions = glance.actions or ()
            gathered.acts[actions] += 1
            special = entry.previous_address or entry.deposed or glance.importing
            if actions == _NO_OP and not special:
                continue
            meant, calm = _way(entry.type, actions)
            found = findings(entry.type, meant, glance)
            if special or found or everything or not calm:
                _note(gathered, entry, found, raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        msg = f"{decoding.inside(error)} It is in change {gathered.acts.total() + 1} of its list."
        raise PlanUnreadable(msg) from error
    return gathered


@lru_cache(maxsize=4096)
def _way(kind: str, actions: tuple[str, ...]) -> tuple[Verb, bool]:
    """Give the verb, and whether it is no news by itself for an object of type *kind*."""
    meant = verb(actions)
    return meant, risk.calm(kind, meant)


def _note(gathered: _Gathered, entry: Skimmed, found: tuple[Finding, ...], raw: Raw) -> None:
    glance = entry.change or _SILENT
    actions = glance.actions or ()
    meant = verb(actions)
    taken = importing(glance.importing)
    before = entry.previous_address if moved(entry) else None
    gathered.moves += before is not None
    gathered.imports += taken is not None
    gathered.deposed += bool(entry.deposed)
    gathered.renamed += actions == _NO_OP and (before is not None or taken is not None)
    gathered.changes.append(
        Change(
            address=entry.address or address(_decode_whole(raw)),
            deposed=entry.deposed or None,
            type=entry.type,
            provider=entry.provider_name,
            verb=meant,
            actions=actions,
            reason=entry.action_reason,
            previous_address=before,
            importing=taken,
            findings=found,
        )
    )
