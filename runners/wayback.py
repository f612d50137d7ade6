"""Going back: every service that a switch touched returns to where it was, the last one first, and people hear of it at once."""

import logging
from datetime import timedelta
from typing import NamedTuple

from bot.domain.errors import Broken, JournalBroken, Refused, TrafficMoved
from bot.domain.report import Verdict
from bot.domain.run import Outcome, Run
from bot.domain.traffic import Shift, ShiftState, Weights
from bot.domain.window import Freeze
from bot.policy import returning
from bot.policy.returning import Return
from runners import switching
from runners.ask import ask
from runners.context import Context
from runners.kit import Kit
from runners.traffic import Switcher

log = logging.getLogger(__name__)

#: Seconds between two rounds while something cannot be put back: first, and at most.
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 30.0
#: A first round that takes longer has had its answer.
_MOMENT = timedelta(seconds=5)
#: So long it is tried; then people have to.
PATIENCE = timedelta(minutes=30)
#: So long the environment is frozen after a way back that failed, unless somebody lifts that.
FREEZE = timedelta(days=7)


class _Left(NamedTuple):
    """What is not back yet."""

    #: One sentence, redacted.
    text: str
    #: Nobody said no; there was no answer, or one that asks for a pause.
    passing: bool = False


class End(NamedTuple):
    """How a run ends."""

    outcome: Outcome
    #: One sentence or more, redacted.
    text: str


async def go_back(kit: Kit, run: Run, halt: End) -> End:
    """Put everything back because of *halt*, and say how the run ends; nothing is done where nothing was moved."""
    bound = await kit.journal.binding(run.id)
    if bound is None or not returning.way(bound.moves, await kit.journal.shifts(run.id)):
        return halt
    log.warning("return.began", extra={"run": run.id, "why": halt.text})
    held = await kit.journal.release(run.id, None, kit.clock.now())
    await kit.tell.returning(run.id, halt.text)
    if held:
        await kit.tell.released(run.id)
    began, pause = kit.clock.now(), _FIRST_PAUSE
    until = began + PATIENCE
    told: tuple[str, ...] = ()
    first = True
    while found := await _tried(kit, run):
        left = tuple(one.text for one in found)
        # What gives no answer often gives one a moment later, and nobody need be called for that.
        moment = first and all(one.passing for one in found) and kit.clock.now() < began + _MOMENT
        if left != told and not moment:
            await _freeze(kit, run)
            await kit.tell.stuck(run.id, left)
            told = left
        first = False
        if kit.clock.now() >= until:
            text = f"{halt.text} Going back failed: {' '.join(left)} {run.environment} is frozen, and people must look."
            return End(Outcome.UNKNOWN, text)
        await kit.engine.rung(run.id, pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
    log.warning("return.done", extra={"run": run.id})
    return await _verified(kit, run, halt)


async def _tried(kit: Kit, run: Run) -> tuple[_Left, ...]:
    """Make a round of which no fault of ours keeps the next one from being made."""
    try:
        return await _round(kit, run)
    except JournalBroken:
        raise
    except Exception:
        # A fault of ours must end no way back: it is told, the environment is frozen, and it is tried again.
        log.exception("return.crashed", extra={"run": run.id})
        return (_Left("Interlock itself failed in it; its log says more."),)


async def _round(kit: Kit, run: Run) -> tuple[_Left, ...]:
    """Try everything that is not back yet; what cannot be done hinders nothing else."""
    bound = await kit.bound(run)
    try:
        context = await switching.surroundings(kit, run)
    except JournalBroken:
        raise
    except (Broken, Refused) as error:
        return (_Left(_sentence(kit, "what steers the traffic is not known", error)),)
    left = []
    for one in returning.way(bound.moves, await kit.journal.shifts(run.id)):
        try:
            await _return(kit, run, context, one)
        except JournalBroken:
            raise
        except (Broken, Refused) as error:
            left.append(_Left(_sentence(kit, one.service, error), passing=isinstance(error, Broken)))
        except Exception:
            # A fault of ours with one service must not keep the others where they are.
            log.exception("return.crashed", extra={"run": run.id, "service": one.service})
            left.append(_Left(f"{one.service}: Interlock itself failed in it; its log says more."))
    await kit.tell.moving(run.id)
    return tuple(left)


async def _return(kit: Kit, run: Run, context: Context, one: Return) -> None:
    """Put one service back, where nobody else's weights are there; raises what hinders it."""
    switcher = switching.switcher(kit, run, context, switching.named(kit, run, one.service))
    now = await switcher.weights()
    if now not in one.ours:
        now = await _ended(kit, run, switcher, one, now)
    await _put(kit, run, switcher, one.service, now, one.to)


async def _ended(kit: Kit, run: Run, switcher: Switcher, one: Return, found: Weights) -> Weights:
    """End a shift that was cut off when only some of its places were written; raises `Refused` where this is none."""
    msg = (
        f"somebody else changed the weights: {found} is there, which this run never wrote. "
        f"It is left alone; {one.to} would be right."
    )
    if one.half is None:
        raise Refused(msg)
    try:
        await _put(kit, run, switcher, one.service, *one.half)
    except TrafficMoved as error:
        raise Refused(msg) from error
    return one.half[1]


async def _put(kit: Kit, run: Run, switcher: Switcher, service: str, expected: Weights, to: Weights) -> None:
    """Write *to* where *expected* is, and keep both in the rows."""
    shift = Shift(
        index=len(await kit.journal.shifts(run.id)),
        move=None,
        service=service,
        before=expected,
        after=to,
        state=ShiftState.BEGUN,
        at=kit.clock.now(),
    )
    await kit.journal.shifting(run.id, shift)
    try:
        found = await switcher.shift(expected, to, back=True)
    except JournalBroken:
        raise
    except (Broken, Refused) as error:
        now = kit.clock.now()
        change = {"state": ShiftState.FAILED, "text": kit.secrets.scrub(str(error)), "ended_at": now}
        await kit.journal.shifted(run.id, shift.model_copy(update=change), now)
        raise
    now = kit.clock.now()
    done = shift.model_copy(update={"state": ShiftState.DONE, "found": found, "ended_at": now})
    await kit.journal.shifted(run.id, done, now)


async def _freeze(kit: Kit, run: Run) -> None:
    """Let nobody begin anything there before somebody has looked."""
    now = kit.clock.now()
    freeze = Freeze(
        name=_freeze_name(run),
        from_=now,
        to=now + FREEZE,
        environments=(run.environment,),
        source="slack",
    )
    await kit.journal.freeze(freeze, now)


def _freeze_name(run: Run) -> str:
    return f"run {run.id} could not go back"


async def _frozen(kit: Kit, run: Run) -> str:
    """Say that the environment is frozen still, where going back took more than one try; else empty."""
    freezes = await kit.journal.freezes(kit.clock.now())
    if _freeze_name(run) not in {freeze.name for freeze in freezes}:
        return ""
    return f" It took more than one try, so {run.environment} stays frozen until somebody lifts “{_freeze_name(run)}”."


async def _verified(kit: Kit, run: Run, halt: End) -> End:
    """Ask the old colour's checks; whatever they say is said."""
    outcome = Outcome.CANCELLED if halt.outcome is Outcome.CANCELLED else Outcome.RETURNED
    bad = await _bad(kit, run)
    text = f"{halt.text} Everything is back on {switching.colours(run)[1]}"
    frozen = await _frozen(kit, run)
    if not bad:
        return End(outcome, f"{text}.{frozen}")
    return End(Outcome.UNKNOWN, f"{text}, but that is not well: {bad}{frozen}")


async def _bad(kit: Kit, run: Run) -> str:
    back = switching.colours(run)[1]
    bound = await kit.bound(run)
    try:
        context = await switching.surroundings(kit, run)
        index = len((await kit.journal.report(run.id, kit.clock.now())).checks)
        for name in dict.fromkeys(move.service for move in bound.moves):
            service = switching.named(kit, run, name)
            for wanted in service.verify:
                check = kit.checks[wanted.kind](wanted, context.about(service, back))
                report = await ask(kit, run.id, index, check, f"{name} {back}: ")
                index += 1
                if report.verdict is not Verdict.PASS:
                    return f"{report.title}: {report.detail}"
    except JournalBroken:
        raise
    except (Broken, Refused) as error:
        return kit.secrets.scrub(str(error))
    except Exception:
        # Everything is back by now; that nobody could look is said, and is no pass.
        log.exception("return.unverified", extra={"run": run.id})
        return "Interlock itself failed in looking; its log says more."
    return ""


def _sentence(kit: Kit, what: str, error: Exception) -> str:
    said = kit.secrets.scrub(f"{what}: {error}").strip()
    return said if said.endswith(".") else f"{said}."
