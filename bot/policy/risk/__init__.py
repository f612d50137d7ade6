"""How serious a plan is: what becomes of each object, what the estate says about it, and the plan as a whole."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from bot.domain.plan import Change, ChangeClass, Plan, Verb
from bot.domain.risk import History, Risk, RiskCode, RiskReason
from bot.domain.rules import RiskRules
from bot.policy.risk import fate, identity, network, overriding, whole
from bot.policy.risk.noticing import notice, watches
from bot.policy.risk.seen import Seen

__all__ = ["Seen", "calm", "judge", "notice", "watches"]

_CODES = {code: place for place, code in enumerate(RiskCode)}
_CLASSES = {change_class: -place for place, change_class in enumerate(ChangeClass)}
_NO_RULES = RiskRules()
_NO_HISTORY = History()


def judge(plan: Plan, rules: RiskRules = _NO_RULES, history: History = _NO_HISTORY) -> Risk:
    """Compute the class of *plan*, the highest that any part of it asks for, and what it would lose."""
    found = _in_order(_reasons(plan, rules, history))
    losses = _in_order(_losses(plan, rules))
    highest = found[0].change_class if found else ChangeClass.STANDARD
    return Risk(change_class=highest, reasons=found, losses=losses)


@lru_cache(maxsize=4096)
def calm(kind: str, verb: Verb) -> bool:
    """Whether *verb* on an object of type *kind* is no reason by itself; what `notice` finds may be."""
    return verb in (Verb.NO_OP, Verb.READ) or (
        verb in (Verb.CREATE, Verb.UPDATE) and not identity.grants(kind) and not network.guards(kind)
    )


def _reasons(plan: Plan, rules: RiskRules, history: History) -> Iterator[RiskReason]:
    yield from whole.reasons(plan, rules.caps, history)
    there = _without_what_moves(history, plan)
    for change in plan.changes:
        found = tuple(fate.reasons(change, rules.stateful, there))
        yield from _as_the_estate_wants(change, found, rules)
    for change in plan.drift:
        found = tuple(whole.drifted(change, rules.stateful))
        yield from _as_the_estate_wants(change, found, rules) if found else ()


def _without_what_moves(history: History, plan: Plan) -> History:
    """Where an object moves away, one that is made in its old place is new."""
    left = {change.previous_address for change in plan.changes} - {None}
    if history.existed is None:
        return history
    stays = {address: kind for address, kind in history.existed.items() if address not in left}
    return history.model_copy(update={"existed": stays})


def _as_the_estate_wants(
    change: Change, found: tuple[RiskReason, ...], rules: RiskRules
) -> tuple[RiskReason, ...]:
    override = overriding.meant(change, rules.overrides) if rules.overrides else None
    return overriding.overridden(change, found, override) if override else found


def _losses(plan: Plan, rules: RiskRules) -> Iterator[RiskReason]:
    for change in plan.changes:
        if lost := fate.loss(change, rules.stateful):
            override = overriding.meant(change, rules.overrides)
            if not (override and overriding.lowers(override)):
                yield lost


def _in_order(reasons: Iterable[RiskReason]) -> tuple[RiskReason, ...]:
    """Sort by weight, code and address, each reason once."""
    weighed = {
        (_CLASSES[each.change_class], _CODES[each.code], each.address, each.text): each for each in reasons
    }
    return tuple(weighed[weight] for weight in sorted(weighed))
