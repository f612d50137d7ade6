"""Asks whether going back to the old colour of a switch would work, without a trace in the run's own rows."""

import asyncio

from bot.domain.colour import Colour
from bot.domain.errors import Broken, JournalBroken, Refused
from bot.domain.estate import Service
from bot.domain.lease import Lease
from bot.domain.report import CheckReport, Verdict
from bot.domain.run import Run
from bot.policy import leases
from runners import switching
from runners.ask import patience, tried
from runners.context import Context
from runners.kit import Kit

#: Seconds that one look may take.
PATIENCE = 600.0


async def look(kit: Kit, lease: Lease) -> tuple[CheckReport, ...]:
    """Ask every check of every service that is kept; what cannot be asked is UNKNOWN. Raises `JournalBroken` alone."""
    run = await kit.known(lease.run)
    try:
        async with asyncio.timeout(PATIENCE):
            context = await switching.surroundings(kit, run)
            services = [switching.named(kit, run, name) for name in lease.services]
            since = await _overtaken(kit, lease)
            found = await asyncio.gather(
                *(_service(kit, run, context, service, lease.colour) for service in services)
            )
    except JournalBroken:
        raise
    except (Broken, Refused) as error:
        return (_unknown(f"a look at {lease.colour}", kit.secrets.scrub(str(error))),)
    except TimeoutError:
        return (_unknown(f"a look at {lease.colour}", f"no answer within {PATIENCE:g} s"),)
    reports = (*since, *(report for reports in found for report in reports))
    return tuple(report.model_copy(update={"index": index}) for index, report in enumerate(reports))


async def _overtaken(kit: Kit, lease: Lease) -> list[CheckReport]:
    """Doubt the old colour once something was deployed there: its checks tell whether it answers, not with what."""
    applied = await kit.journal.last_applied(lease.environment)
    if applied is None or not leases.overtaken(lease, applied):
        return []
    detail = f"run {applied.id} was applied since, and may have put something else there"
    return [_unknown(f"what {lease.colour} is", detail)]


async def _service(
    kit: Kit, run: Run, context: Context, service: Service, colour: Colour
) -> list[CheckReport]:
    about = f"{service.name} {colour}: "

    async def keep(_: CheckReport) -> None:
        """Only the last answer counts."""

    found = await _targets(kit, run, context, service, colour)
    for wanted in service.verify:
        try:
            check = kit.checks[wanted.kind](wanted, context.about(service, colour))
            found.append(await tried(check, patience(kit.clock), keep, index=0, about=about))
        except JournalBroken:
            raise
        except (Broken, Refused) as error:
            found.append(_unknown(f"{about}{wanted.kind}", kit.secrets.scrub(str(error))))
    return found


async def _targets(
    kit: Kit, run: Run, context: Context, service: Service, colour: Colour
) -> list[CheckReport]:
    """Count who would answer there, where its switcher can."""
    title = f"{service.name} {colour}: targets"
    try:
        seen = await switching.switcher(kit, run, context, service).look()
    except JournalBroken:
        raise
    except (Broken, Refused) as error:
        return [_unknown(title, kit.secrets.scrub(str(error)))]
    health = seen.health(colour)
    if health is None:
        return []
    verdict = Verdict.PASS if health.healthy else Verdict.FAIL
    why = f" ({health.why})" if health.why else ""
    return [_report(title, verdict, kit.secrets.scrub(f"{health.healthy} of {health.total} healthy{why}"))]


def _unknown(title: str, detail: str) -> CheckReport:
    return _report(title, Verdict.UNKNOWN, detail)


def _report(title: str, verdict: Verdict, detail: str) -> CheckReport:
    return CheckReport(
        index=0, kind="look", title=title, verdict=verdict, detail=detail, attempts=1, seconds=0
    )
