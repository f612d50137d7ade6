"""What is there after an apply, put together from what was there before and what the plan did."""

from collections.abc import Iterable, Mapping

from bot.domain.plan import Change, Verb
from bot.domain.risk import History

_NOTHING = History()


def before(
    objects: Mapping[str, str], lineage: str, then: History = _NOTHING, changes: Iterable[Change] = ()
) -> History:
    """What is there right before an apply; it stays the last word where the apply breaks off.

    What was there *then*, went in an apply that broke off, and is to be made anew by *changes*, is remembered until
    that is done: a second apply that breaks off must not make it look new.
    """
    made = {change.address for change in changes if change.verb is Verb.CREATE}
    lost = {address: kind for address, kind in (then.existed or {}).items() if address in made}
    return History(existed={**lost, **objects}, lineage=lineage)


def after(then: History, changes: Iterable[Change]) -> History:
    """What is there once all *changes* were carried out."""
    done = [change for change in changes if change.deposed is None]
    # First all that moves leaves its place, because another object may take it.
    left = {change.previous_address for change in done}
    there = {address: kind for address, kind in (then.existed or {}).items() if address not in left}
    for change in done:
        if change.verb in {Verb.DELETE, Verb.FORGET} and "create" not in change.actions:
            there.pop(change.address, None)
        elif change.verb in {Verb.CREATE, Verb.REPLACE, Verb.UPDATE, Verb.NO_OP, Verb.FORGET}:
            there[change.address] = change.type
    return then.model_copy(update={"existed": there})
