"""What the house asks of its database about going back: what was done last, and old colours that are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.lease import Lease
from bot.domain.person import Person
from bot.domain.report import CheckReport
from bot.domain.run import Run
from bot.domain.value import EnvironmentName, RunId
from bot.policy.leases import Switched


class Keeping(Protocol):
    """Changes of one lease happen one after the other, each on what the one before left."""

    async def changed(self, environment: EnvironmentName) -> Run | None:
        """The run that ended last there and may have changed something."""
        ...

    async def last_applied(self, environment: EnvironmentName) -> Run | None:
        """The run that ended last there of those that applied a plan, whatever came of it."""
        ...

    async def good_before(self, run: Run) -> Run | None:
        """The deploy that last ended well there before the end of *run*, of those that nobody took back."""
        ...

    async def good_since(self, run: Run) -> Run | None:
        """The deploy that last ended well there after the end of *run*."""
        ...

    async def switched(self, environment: EnvironmentName, since: datetime) -> Sequence[Switched]:
        """Switches there that made all their moves and ended after *since*, oldest first; none that went back by itself."""
        ...

    async def lease(self, lease: Lease, at: datetime) -> None:
        """Keep the old colour of a switch, once."""
        ...

    async def leased(self, run: RunId) -> Lease | None:
        """The old colour that this switch left behind."""
        ...

    async def leases(self) -> Sequence[Lease]:
        """Those of which something is still to be said, oldest first."""
        ...

    async def looked(self, run: RunId, checks: tuple[CheckReport, ...], at: datetime) -> Lease | None:
        """What its checks say now; `None`, and nothing is kept, where it has ended meanwhile."""
        ...

    async def extend(self, run: RunId, until: datetime, by: Person, asked: str, at: datetime) -> Lease | None:
        """Keep it until then, once for the words of this key; `None` where it has ended meanwhile."""
        ...

    async def narrow(self, run: RunId, services: tuple[str, ...], at: datetime) -> None:
        """Keep it for these services only: the others have moved on."""
        ...

    async def end_lease(self, ended: Lease) -> Lease | None:
        """End it as *ended* says; `None` where it has ended before."""
        ...

    async def settle_lease(self, run: RunId) -> None:
        """Its end is told, and nothing more is to be said of it."""
        ...
