"""Where the estate asks for another class than the tables do."""

from bot.domain.plan import Change, ChangeClass, Verb
from bot.domain.risk import RiskCode, RiskReason
from bot.domain.rules import Override
from bot.policy.risk.patterns import matches
from bot.policy.risk.telling import ORDER, reason


def meant(change: Change, overrides: tuple[Override, ...]) -> Override | None:
    """Find the override that counts for *change*: of several the most serious, as one that lowers is an exception."""
    named = [each for each in overrides if _names(each, change)]
    return max(named, key=lambda each: (ORDER.index(each.class_), not each.because), default=None)


def overridden(change: Change, found: tuple[RiskReason, ...], by: Override) -> tuple[RiskReason, ...]:
    """Give the reasons as the estate wants them; what is lowered is told as one reason with its `because`."""
    if change.verb in {Verb.NO_OP, Verb.READ} and not found:
        return found
    highest = max((ORDER.index(each.change_class) for each in found), default=0)
    wanted = ORDER.index(by.class_)
    at = change.address
    if highest < wanted:
        because = f", because: {by.because}" if by.because else ""
        text = f"{{at}} counts as {by.class_.value} in this estate{because}"
        return (*found, reason(RiskCode.RAISED, by.class_, at, text))
    if highest > wanted and by.because:
        text = f"{{at}} counts as {by.class_.value} instead of {ORDER[highest].value}, because: {by.because}"
        kept = tuple(each for each in found if ORDER.index(each.change_class) <= wanted)
        return (*kept, reason(RiskCode.OVERRIDDEN, by.class_, at, text))
    return found


def lowers(by: Override) -> bool:
    """Whether *by* may make anything less serious."""
    return bool(by.because) and by.class_ is not ChangeClass.HIGH_RISK


def _names(override: Override, change: Change) -> bool:
    pattern = (override.match,)
    return matches(change.address, pattern) or (change.type != "" and matches(change.type, pattern))
