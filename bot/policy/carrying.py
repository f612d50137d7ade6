"""Whether votes on one plan may stand for another, which was made because the state had moved on."""

from bot.domain.ruling import Ask
from bot.policy.facts import Bound

#: What a fresh plan of the same change differs in. Another lineage is another state, whatever the plan says.
_FRESH = {"digest", "serial"}


def survive(old: Bound, new: Bound, effects: tuple[str, str], asks: tuple[Ask, Ask]) -> bool:
    """Whether the *new* plan would do exactly what the *old* one would, and needs the same votes.

    *effects* are digests of everything that each plan would change; an empty one is nobody's.
    """
    same = old.model_dump(exclude=_FRESH) == new.model_dump(exclude=_FRESH)
    return same and bool(effects[0]) and effects[0] == effects[1] and asks[0] == asks[1]
