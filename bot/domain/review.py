"""What must be looked at after an emergency."""

from pydantic import AwareDatetime

from bot.domain.person import Person
from bot.domain.value import EnvironmentName, RunId, Value


class Review(Value):
    """Opened with an emergency's run; stays open until somebody else closes it."""

    run: RunId
    environment: EnvironmentName
    #: Who asked for the emergency.
    by: Person
    ticket: str
    #: Somebody's own words.
    reason: str
    at: AwareDatetime
    closed_at: AwareDatetime | None = None
    closed_by: Person | None = None
    #: What whoever closed it found; somebody's own words.
    note: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody still has to look."""
        return self.closed_at is None
