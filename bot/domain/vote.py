"""One person's approval or rejection of exactly one plan."""

from enum import StrEnum

from pydantic import AwareDatetime

from bot.domain.person import Person
from bot.domain.value import PlanDigest, RunId, Value


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
    #: `button`, or the emoji's name without skin tone.
    via: str
    #: When it was cast (aware).
    at: AwareDatetime
