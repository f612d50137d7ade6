"""An environment that somebody keeps for themselves for a while."""

from datetime import datetime

from pydantic import AwareDatetime

from bot.domain.person import Person
from bot.domain.value import EnvironmentName, Value


class Lock(Value):
    """A lock as its row says; whether it still counts is for the clock to say."""

    id: int
    environment: EnvironmentName
    by: Person
    #: Somebody's own words, never markup.
    reason: str
    #: When it was taken (aware); renewing does not change it.
    at: AwareDatetime
    #: When it ends by itself (aware).
    until: AwareDatetime
    #: When somebody ended it earlier (aware), and who.
    ended_at: AwareDatetime | None = None
    ended_by: Person | None = None
    #: Why that person wanted the environment for themselves; empty where it was only given back.
    taken_over: str = ""

    def counts(self, now: datetime) -> bool:
        """Whether it keeps others out at *now*, whatever has or has not been said about it."""
        return self.ended_at is None and now < self.until
