"""How a bake lies in time, and what it needs."""

from datetime import datetime

from bot.domain.estate import BakeSettings

#: Fewer requests than this never fail a bake early.
LEAST = 20


class Frame:
    """The settings of a bake, reckoned out once."""

    def __init__(self, settings: BakeSettings, until: datetime) -> None:
        """Lay it so that it ends at *until* as planned."""
        self.every = settings.every
        self.until = until
        self.began = until - settings.for_
        #: Evidence that is still missing then is for people to do without.
        self.limit = until + (settings.for_ if settings.extend is None else settings.extend)
        #: Looks that the planned bake takes.
        self.looks = max(1, settings.for_ // settings.every)
        #: Requests without which nothing passes; no traffic proves nothing, whatever the estate asks for.
        self.needed = max(1, settings.min_requests)
        #: Requests without which nothing fails early.
        self.least = max(1, min(LEAST, settings.min_requests))

    def slot(self, at: datetime) -> int:
        """Number the interval that *at* lies in, backwards from the planned end."""
        return (self.until - at) // self.every
