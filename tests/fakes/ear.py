"""Ears for kits that nobody talks to."""

from bot.domain.heard import Heard


async def deaf(_heard: Heard) -> None:
    """Take it for said, and do nothing."""
