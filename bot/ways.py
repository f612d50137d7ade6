"""What the house asks of its database about switches: part of the journal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.person import Person
from bot.domain.traffic import Shift
from bot.domain.value import RunId


class Ways(Protocol):
    """What was moved, and why a switch stays where it is. Times are aware and given by the caller."""

    async def shifting(self, run: RunId, shift: Shift) -> bool:
        """Begin a shift, or keep one that failed before it began.

        `False`, and nothing is kept, where the run has ended or, on the way forth, somebody stopped or rejected it.
        """
        ...

    async def shifted(self, run: RunId, shift: Shift, at: datetime) -> None:
        """What became of a shift."""
        ...

    async def shifts(self, run: RunId) -> Sequence[Shift]:
        """What was moved, and moved back, in order."""
        ...

    async def hold(self, run: RunId, why: str, by: Person | None, at: datetime) -> bool:
        """Let a switch stay where it is; `False` where it does already, or has ended."""
        ...

    async def release(self, run: RunId, by: Person | None, at: datetime) -> bool:
        """Let a switch go on; `False` where nothing holds it, or it has ended."""
        ...
