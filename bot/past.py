"""Gathers, for the law, what lies behind an environment that is to go back."""

from bot.domain.lease import Lease
from bot.domain.request import Rollback
from bot.journal import Journal
from bot.policy import leases
from bot.policy.rollback import Past


async def of(request: Rollback, journal: Journal) -> Past:
    """Look at the run that is meant, and at what it left behind; raises `JournalBroken`."""
    where = request.environment
    run = await (journal.changed(where) if request.run is None else journal.run(request.run))
    lease = await journal.leased(run.id) if run else None
    return Past(
        run=run,
        holder=await journal.holder(where),
        lease=lease,
        newer=tuple(await journal.switched(where, lease.began_at)) if lease else (),
        commit=await journal.deployed(where),
    )


async def standing(lease: Lease, journal: Journal) -> Lease:
    """Say what is left of *lease* after newer switches; raises `JournalBroken`."""
    return leases.standing(lease, await journal.switched(lease.environment, lease.began_at))
