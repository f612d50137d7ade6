"""One person's approval or rejection of exactly one plan."""

from enum import StrEnum

from pydantic import AwareDatetime

from bot.domain.person import Person
from bot.domain.value import GroupName, PlanDigest, RunId, Value

#: How a vote was cast that came by a button.
BY_BUTTON = "button"
#: How a vote was cast that came with the environment's name, written by hand.
BY_HAND = "typed"


class Choice(StrEnum):
    """What a vote says."""

    APPROVE = "approve"
    REJECT = "reject"


#: Names that no emoji may have, because they mean something else here.
RESERVED: frozenset[str] = frozenset({BY_BUTTON, BY_HAND, *Choice})


class Vote(Value):
    """A vote that stands. One person may have voted in several ways (an emoji and a button)."""

    run: RunId
    digest: PlanDigest
    voter: Person
    choice: Choice
    #: `button`, `typed` where the environment's name was written by hand, or the emoji's name without skin tone.
    via: str
    #: Of the groups that were asked for, those that the voter was in then.
    groups: frozenset[GroupName] = frozenset()
    #: When it was cast (aware).
    at: AwareDatetime
