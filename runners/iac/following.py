"""Follows an apply through its log, whoever started it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.domain.report import Ledger, PieceState
from bot.ports import Planned
from runners.iac import diagnostics
from runners.iac.events import Fold
from runners.iac.logfile import Tail
from runners.iac.process import POLL
from runners.iac.redaction import Redactor

#: Seconds between two ledgers at least; a large apply sends thousands of events a second.
EVERY = 0.2


class Following:
    """What is known of one apply, from its events and its other words."""

    def __init__(self, log: Path, complaints: Path, planned: Planned) -> None:
        self._log = Tail(log)
        self._complaints = Tail(complaints)
        self._fold = Fold(planned.plan, Redactor(planned.secrets))

    def look(self) -> bool:
        """Take in what is new; says whether there may be more at once."""
        for line in self._log.lines():
            self._fold.line(line)
        return self._log.behind

    @property
    def fresh(self) -> bool:
        """Whether the ledger changed since it was last given."""
        return self._fold.fresh

    def ledger(self) -> Ledger:
        """Give the ledger so far."""
        return self._fold.ledger()

    def last_word(self, exit_code: int | None) -> Ledger:
        """Give the ledger of an apply whose process is gone; *exit_code* is `None` where nobody saw it end."""
        for line in self._log.rest():
            self._fold.line(line)
        said = self._complaints.rest()
        for line in said:
            self._fold.line(line)
        ledger = self._fold.ledger()
        if exit_code and not ledger.errors and not ledger.those(PieceState.FAILED):
            words = diagnostics.first_error("\n".join(said)) if said else _ending(exit_code)
            self._fold.error(words)
        return self._fold.ledger()


async def follow(
    following: Following,
    *,
    ended: Callable[[float], Awaitable[bool]],
    interrupt: Callable[[], None],
    watch: Callable[[Ledger], None],
    stop: Callable[[], bool],
) -> None:
    """Tell *watch* of every change until the process has *ended*, and *interrupt* it once when *stop* says so."""
    loop = asyncio.get_running_loop()
    told = 0.0
    interrupted = False
    pause = POLL
    while not await ended(pause):
        pause = 0.0 if following.look() else POLL
        if following.fresh and loop.time() - told >= EVERY:
            told = loop.time()
            watch(following.ledger())
        if not interrupted and stop():
            interrupted = True
            interrupt()


def _ending(exit_code: int) -> str:
    if exit_code < 0:
        return f"Terraform was ended by signal {-exit_code}."
    return f"Terraform ended with exit status {exit_code} and named no error."
