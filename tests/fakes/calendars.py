"""Calendars of nobody."""

from bot.domain.window import Freeze


class NoCalendars:
    """Implements `bot.ports.Calendars`."""

    async def freezes(self) -> tuple[Freeze, ...]:
        """None."""
        return ()
