"""Gathers, for the law, what lies behind an environment that is to go back."""

from bot.domain.lease import Lease
from bot.domain.request import Rollback
from bot.domain.run import Run
from bot.journal import Journal
from bot.policy import leases
from bot.policy.reverting import Trail
from bot.policy.rollback import Past


async def of(request: Rollback, journal: Journal) -> Past:
    """Look at the run that is meant, and at what it left behind; raises `JournalBroken`."""
    where = request.environment
    run = await (journal.changed(where) if request.run is None else journal.run(request.run))
    lease = await journal.leased(run.id) if run else None
    holder = await journal.holder(where)
    return Past(
        run=run,
        holder=holder,
        returning=holder is not None and any(one.move is None for one in await journal.shifts(holder.id)),
        lease=lease,
        newer=tuple(await journal.switched(where, lease.began_at)) if lease else (),
        trail=await trail(run, journal) if run and run.switch is None else None,
    )


async def trail(run: Run, journal: Journal) -> Trail:
    """Look around the deploy *run*; raises `JournalBroken`."""
    claim = await journal.claimed(run.digest) if run.digest else None
    return Trail(
        run=run,
        applied=claim is not None and claim.run == run.id,
        good=await journal.good_before(run),
        since=await journal.good_since(run),
    )


async def standing(lease: Lease, journal: Journal) -> Lease:
    """Say what is left of *lease* after newer switches; raises `JournalBroken`."""
    return leases.standing(lease, await journal.switched(lease.environment, lease.began_at))
