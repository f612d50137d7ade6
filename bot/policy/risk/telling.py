"""From findings to reasons: what each one means, how serious it is, and how that is said."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bot.domain.plan import Change, ChangeClass, Finding
from bot.domain.risk import RiskCode, RiskReason

STANDARD, SIGNIFICANT, HIGH = ChangeClass.STANDARD, ChangeClass.SIGNIFICANT, ChangeClass.HIGH_RISK
#: The most serious last.
ORDER = tuple(ChangeClass)


class Meaning(NamedTuple):
    """What a finding means."""

    code: RiskCode
    change_class: ChangeClass
    #: `{at}` is the object's address.
    text: str
    #: Whether a change without a maintenance window is a class more serious.
    waits: bool = False


_MEANINGS: Mapping[Finding, Meaning] = {
    Finding.OPENED: Meaning(RiskCode.OPEN_TO_WORLD, HIGH, "{at} would let the whole world in"),
    Finding.MAY_OPEN: Meaning(RiskCode.OPEN_TO_WORLD, HIGH, "{at} does not say yet whom it would let in"),
    Finding.EXPOSED: Meaning(RiskCode.EXPOSED, HIGH, "{at} could be reached from the internet"),
    Finding.UNPROTECTED: Meaning(RiskCode.UNPROTECTED, HIGH, "{at} would lose its protection against deletion"),
    Finding.FORCED: Meaning(RiskCode.UNPROTECTED, HIGH, "{at} could be deleted with all that is in it"),
    Finding.UNSAVED: Meaning(RiskCode.UNPROTECTED, HIGH, "{at} would be deleted without a last snapshot"),
    Finding.NO_BACKUPS: Meaning(RiskCode.UNPROTECTED, HIGH, "{at} would have no backups or earlier versions any more"),
    Finding.KEY_OFF: Meaning(RiskCode.UNPROTECTED, HIGH, "{at} is a key that would be switched off, with all that it locks"),
    Finding.ENCRYPTION: Meaning(RiskCode.ENCRYPTION, HIGH, "{at} would be encrypted in another way, for which its data must be moved"),
    Finding.ENGINE: Meaning(RiskCode.DATABASE, HIGH, "{at} would run another engine or version, and cannot go back", waits=True),
    Finding.MACHINE: Meaning(RiskCode.DATABASE, SIGNIFICANT, "{at} would run on other machines", waits=True),
    Finding.PARAMETERS: Meaning(RiskCode.DATABASE, SIGNIFICANT, "{at} would run with other parameters", waits=True),
    Finding.STORAGE_DOWN: Meaning(RiskCode.DATABASE, HIGH, "{at} would have less storage", waits=True),
    Finding.STORAGE_UP: Meaning(RiskCode.DATABASE, STANDARD, "{at} would have more or other storage", waits=True),
    Finding.STANDBY_ON: Meaning(RiskCode.DATABASE, STANDARD, "{at} would get a standby", waits=True),
    Finding.STANDBY_OFF: Meaning(RiskCode.DATABASE, SIGNIFICANT, "{at} would lose its standby", waits=True),
    Finding.CREDENTIALS: Meaning(RiskCode.DATABASE, SIGNIFICANT, "{at} would have another password", waits=True),
}  # fmt: skip


def tell(change: Change) -> Iterator[RiskReason]:
    """Give a reason for every finding that asks for more than standard; one that it raises says so."""
    at_once = Finding.AT_ONCE in change.findings
    for finding in change.findings:
        meaning = _MEANINGS.get(finding)
        # What an object that goes was like is told with its loss.
        if meaning is None or (change.destroys and finding in {Finding.FORCED, Finding.UNSAVED}):
            continue
        hurried = at_once and meaning.waits
        asked = raised(meaning.change_class) if hurried else meaning.change_class
        if asked is not STANDARD:
            hurry = ", without waiting for its maintenance window" if hurried else ""
            yield reason(meaning.code, asked, change.address, meaning.text + hurry)


def raised(change_class: ChangeClass) -> ChangeClass:
    """Give the class above, if there is one."""
    return ORDER[min(ORDER.index(change_class) + 1, len(ORDER) - 1)]


def reason(code: RiskCode, change_class: ChangeClass, address: str, text: str) -> RiskReason:
    """Make a reason; `{at}` in *text* is *address*."""
    return RiskReason(
        code=code, address=address, text=text.replace("{at}", address), change_class=change_class
    )
