"""Since when a colour does what it does."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.traffic import Shift, ShiftState


def moved(service: str, made: Sequence[Shift]) -> datetime | None:
    """When *service* was moved last, among all shifts that were *made*; `None` where it was not."""
    ends = [one.ended_at or one.at for one in made if one.service == service and one.state is ShiftState.DONE]
    return max(ends, default=None)
