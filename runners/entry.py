"""What every run does first: it looks whether it may still begin, and an emergency says aloud what it goes past."""

from bot import timetable
from bot.domain.estate import RuleName
from bot.domain.ruling import Allow, Deny, ReasonCode
from bot.domain.run import Run
from bot.policy import decide
from runners import facts
from runners.kit import Kit

#: Times that Slack is asked again about people whose run has waited, and the seconds between.
ATTEMPTS, PAUSE = 8, 15.0


async def announce(kit: Kit, run: Run) -> None:
    """Say aloud that somebody goes past the rules of the day, and past which."""
    table = await timetable.of(
        run.environment,
        RuleName.EMERGENCY,
        kit.clock.now(),
        estate=kit.estate,
        journal=kit.journal,
        calendars=kit.calendars,
    )
    await kit.tell.override(run.id, table.freezes)


async def refusal(kit: Kit, run: Run) -> Deny | None:
    """Ask again, after a wait in the queue, whether it may begin; an answer that fails is waited for a little.

    Else a short outage of Slack would throw out one run after another.
    """
    if run.taken_up_at is None:
        return None
    ruling = decide.at_its_turn(await facts.at_its_turn(kit, run))
    for _ in range(ATTEMPTS):
        if not unanswered(ruling) or (await kit.known(run.id)).stop_by is not None:
            break
        await kit.engine.rung(run.id, PAUSE)
        ruling = decide.at_its_turn(await facts.at_its_turn(kit, run))
    if (await kit.known(run.id)).stop_by is not None:
        return None
    return ruling if isinstance(ruling, Deny) else None


def unanswered(ruling: Allow | Deny) -> bool:
    """Whether it was refused because Slack did not answer."""
    return isinstance(ruling, Deny) and any(
        reason.code is ReasonCode.LOOKUP_FAILED for reason in ruling.reasons
    )
