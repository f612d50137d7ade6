"""What follows a deploy that turned out bad: a run that takes it back, where the estate wants that."""

import logging
from typing import NamedTuple

from bot import past
from bot.domain.errors import JournalBroken
from bot.domain.person import INTERLOCK
from bot.domain.report import Report, Verdict
from bot.domain.ruling import Deny
from bot.domain.run import DEPLOY_BACK, StepName
from bot.domain.value import RunId
from bot.journal import NewRun
from bot.policy import reverting
from bot.policy.reverting import Failure
from runners.kit import Kit
from runners.steps import Halt

log = logging.getLogger(__name__)


class Aftermath(NamedTuple):
    """What is done, and said, at the end of a run."""

    #: The run that takes the environment over in the very moment of the end.
    then: NewRun | None = None
    #: Why there is none, where the estate wants one.
    why: str = ""


async def of(kit: Kit, number: RunId, halt: Halt, step: StepName | None) -> Aftermath:
    """Look at what the run leaves behind, and ask the law; raises `JournalBroken` alone, for every walk comes to its end."""
    try:
        return await _of(kit, number, halt, step)
    except JournalBroken:
        raise
    except Exception:
        # The run must end, whatever our own fault here; it says that nobody knows.
        log.exception("aftermath.crashed", extra={"run": number})
        return Aftermath(why="Whether it goes back by itself could not be found out.")


async def _of(kit: Kit, number: RunId, halt: Halt, step: StepName | None) -> Aftermath:
    run = await kit.known(number)
    environment = kit.estate.environments.get(run.environment)
    if environment is None or run.outcome is not None:
        return Aftermath()
    if not reverting.asked(environment.on_bad_bake, run, halt.outcome, step):
        return Aftermath()
    report = await kit.journal.report(number, kit.clock.now())
    failure = Failure(
        outcome=halt.outcome, step=step, judged=_judged(report), seen_at=halt.at, now=report.now
    )
    trail = await past.trail(run, kit.journal)
    ruling = reverting.by_itself(environment.on_bad_bake, failure, trail)
    if isinstance(ruling, Deny):
        why = " ".join(reason.text for reason in ruling.reasons)
        return Aftermath(why=f"It does not go back by itself: {why}")
    if ruling is None or trail.good is None or trail.good.commit is None:
        return Aftermath()
    return Aftermath(
        NewRun(
            environment=run.environment,
            by=INTERLOCK,
            channel=kit.estate.channel(run.environment),
            ref=trail.good.commit,
            recipe=DEPLOY_BACK,
            reverts=run.id,
            review=True,
            # However often this end is written down, one run goes back from it.
            asked=f"rollback:{run.id}",
        )
    )


def _judged(report: Report) -> bool:
    """Whether a check or the bake said FAIL."""
    finding = report.bake.finding if report.bake else None
    baked = finding is not None and finding.final and finding.verdict is Verdict.FAIL
    return baked or any(check.verdict is Verdict.FAIL for check in report.checks)
