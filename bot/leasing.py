"""Gathers, at the door, what the law looks at before an old colour is kept longer or given up."""

from datetime import timedelta

from bot import opening, past
from bot.domain.estate import Estate, SwitchSettings
from bot.domain.lease import Lease
from bot.domain.permission import Capability
from bot.domain.request import Origin
from bot.domain.value import RunId
from bot.journal import Journal
from bot.policy.facts import RequestFacts
from bot.ports import Clock, Directory


async def facts(
    number: RunId | None,
    origin: Origin,
    *,
    estate: Estate,
    journal: Journal,
    directory: Directory,
    clock: Clock,
) -> RequestFacts:
    """Look at the switch of that *number*, or at the only one that keeps an old colour, and at whoever asks."""
    if number is None:
        kept = [lease for lease in await journal.leases() if lease.ended_at is None]
        number = kept[0].run if len(kept) == 1 else None
    run = await journal.run(number) if number is not None else None
    lease = await journal.leased(run.id) if run else None
    found = await opening.on_the_way(
        run, Capability.SWITCH, origin, estate=estate, journal=journal, directory=directory, clock=clock
    )
    return found.model_copy(
        update={
            "lease": await past.standing(lease, journal) if lease else None,
            "holder": await journal.holder(run.environment) if run else None,
            "queue": tuple(await journal.queue(run.environment)) if run else (),
        }
    )


def usual(lease: Lease | None, estate: Estate) -> timedelta:
    """How long a fresh one is kept there."""
    found = estate.environments.get(lease.environment) if lease else None
    return (found.switch if found else SwitchSettings()).keep_old
