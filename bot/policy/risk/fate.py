"""What becomes of one object, by the verb that meets it and the type that it has."""

from collections.abc import Iterator

from bot.domain.plan import Change, Finding, Verb
from bot.domain.risk import History, RiskCode, RiskReason
from bot.policy.risk import data, guardians, identity, network, outage
from bot.policy.risk.families import surveyed
from bot.policy.risk.telling import HIGH, SIGNIFICANT, reason, tell

_STILL = (Verb.NO_OP, Verb.READ)


def reasons(change: Change, stateful: tuple[str, ...], history: History) -> Iterator[RiskReason]:
    """Give all that makes this one change more than standard; *stateful* are types that the estate adds."""
    kept = data.keeps(change.type, stateful)
    yield from _end(change, kept=kept)
    yield from _beside(change)
    yield from tell(change)
    if _is_remade(change, history):
        gone = "; what it kept is gone already, unless there is a copy" if kept else ""
        text = f"{{at}} existed after the last apply here and would be made anew{gone}"
        yield reason(RiskCode.REMADE, HIGH, change.address, text)


def loss(change: Change, stateful: tuple[str, ...]) -> RiskReason | None:
    """Say what this change would lose for good; `None` where that is nothing."""
    at = change.address
    if change.destroys and data.keeps(change.type, stateful):
        code = RiskCode.STATEFUL_REPLACE if change.verb is Verb.REPLACE else RiskCode.STATEFUL_DELETE
        what = _WHAT[code]
        if change.deposed is not None:
            code, what = (
                RiskCode.DEPOSED,
                f"the old object of {{at}} that was left behind ({change.deposed}) and its data go",
            )
        more = "".join(_PARTING[finding] for finding in change.findings if finding in _PARTING)
        return reason(code, HIGH, at, what + more)
    if Finding.ENCRYPTION in change.findings:
        text = "the data of {at} can be kept only as a copy under the new key: the object itself cannot change its encryption"
        return reason(RiskCode.ENCRYPTION, HIGH, at, text)
    return None


_WHAT = {
    RiskCode.STATEFUL_DELETE: "{at} and all data in it go",
    RiskCode.STATEFUL_REPLACE: "all data in {at} go; an empty one takes its place",
}
_PARTING = {
    Finding.FORCED: ", even if it is not empty",
    Finding.UNSAVED: ", and no last snapshot is taken",
}


def _end(change: Change, *, kept: bool) -> Iterator[RiskReason]:
    """Give one reason, the gravest, for an object that ends or may end."""
    at = change.address
    if change.deposed is not None and change.verb is not Verb.NO_OP:
        text = "what a failed replacement of {at} left behind would be destroyed"
        yield reason(RiskCode.DEPOSED, HIGH, at, text + (", and it keeps data" if kept else ""))
        return
    if change.verb is Verb.UNKNOWN:
        yield reason(
            RiskCode.UNKNOWN_ACTION, HIGH, at, "what the plan would do to {at} is not known to this version"
        )
    if change.verb is Verb.FORGET:
        text = "{at} would be left in the world with nothing looking after it"
        yield reason(RiskCode.FORGET, HIGH, at, text)
    if change.destroys:
        yield _destruction(change, kept=kept)


def _destruction(change: Change, *, kept: bool) -> RiskReason:
    at, replaced = change.address, change.verb is Verb.REPLACE
    if kept and replaced:
        text = "{at} keeps data and would be replaced by an empty one"
        return reason(RiskCode.STATEFUL_REPLACE, HIGH, at, text)
    if kept:
        return reason(RiskCode.STATEFUL_DELETE, HIGH, at, "{at} keeps data and would be destroyed")
    end = "replaced" if replaced else "destroyed"
    if outage.carries(change.type):
        text = f"{{at}} would be {end}, and what is reached through it would be down"
        return reason(RiskCode.OUTAGE, HIGH, at, text)
    if guardians.guards(change.type) and not replaced:
        text = "{at} would be destroyed, and what it keeps from being lost would be kept no longer"
        return reason(RiskCode.UNPROTECTED, HIGH, at, text)
    code = RiskCode.REPLACE if replaced else RiskCode.DELETE
    if surveyed(change):
        return reason(code, SIGNIFICANT, at, f"{{at}} would be {end}")
    return reason(code, HIGH, at, f"{{at}} would be {end}, and whether it keeps data is not known here")


def _beside(change: Change) -> Iterator[RiskReason]:
    at = change.address
    if change.verb not in _STILL:
        if identity.sets_all(change.type):
            text = "{at} sets who may do what, and takes away every right that it does not name"
            yield reason(RiskCode.AUTHORITATIVE, HIGH, at, text)
        elif identity.grants(change.type):
            yield reason(RiskCode.IDENTITY, SIGNIFICANT, at, "{at} says who may do what")
        if network.guards(change.type):
            yield reason(RiskCode.NETWORK, SIGNIFICANT, at, "{at} says who may reach what")
    if change.importing == "(unknown)":
        text = "which object {at} would take over is not known yet"
        yield reason(RiskCode.IMPORT_UNKNOWN, HIGH, at, text)
    if change.previous_address is not None:
        yield reason(RiskCode.MOVE, SIGNIFICANT, at, "{at} would be known under a new address")


def _is_remade(change: Change, history: History) -> bool:
    made = change.verb is Verb.CREATE and change.deposed is None and change.importing is None
    return made and history.existed is not None and change.address in history.existed
