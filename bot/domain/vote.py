"""One person's approval or rejection of exactly one plan."""

from enum import StrEnum

from pydantic import AwareDatetime

from bot.domain.person import Person
from bot.domain.value import GroupName, PlanDigest, RunId, Value


class Choice(StrEnum):
    """What a vote says."""

    APPROVE = "approve"
    REJECT = "reject"


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
