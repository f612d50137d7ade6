"""What a fresh plan means: its class, what that needs, and when it may run."""

from bot import forecast
from bot.domain.estate import RuleName
from bot.domain.plan import ChangeClass, Counts, Plan
from bot.domain.ruling import Ask, Deny
from bot.domain.run import Run, StepName, Switching
from bot.domain.traffic import Move
from bot.domain.value import Commit, PlanDigest
from bot.journal import Binding
from bot.policy import decide, moving, risk, waiting
from bot.policy.facts import PlanFacts
from bot.ports import Planned
from runners.kit import Kit

#: The commit of a switch where nothing was ever deployed.
NOWHERE = Commit("0" * 40)


async def judge(kit: Kit, run: Run, planned: Planned, moves: tuple[Move, ...] = ()) -> Binding | Deny:
    """Bind the plan of *run* to what it needs, and what it *moves*; or say why the law has no place for it."""
    history = await kit.journal.history(run.environment)
    judged = risk.judge(planned.plan, kit.estate.risk, history)
    losses = tuple(loss.text for loss in judged.losses)
    confirmers = kit.estate.loss_confirmers(run.environment)
    ask = decide.on_plan(
        PlanFacts(
            environment=run.environment,
            change_class=judged.change_class,
            rule=kit.estate.rule(run.environment, RuleName.of(judged.change_class, run.wish)),
            emergency=run.wish.emergency is not None,
            back=run.back is not None,
            # A plan that is only shown is shown, even where nobody could approve it.
            losses=losses if confirmers or StepName.APPLY in run.recipe else (),
            loss_confirmers=confirmers,
            why=tuple(reason.text for reason in judged.reasons),
        )
    )
    if isinstance(ask, Deny):
        return ask
    waits = StepName.WINDOW in run.recipe
    if waits and (never := await _never(kit, run, judged.change_class, moves)):
        return never
    return Binding(
        run=run.id,
        plan=planned.plan,
        file=str(planned.file),
        diff=planned.diff,
        commit=commit(run),
        estate=kit.estate.digest,
        change_class=judged.change_class,
        ask=ask,
        window=window(kit, run, judged.change_class),
        losses=losses,
        moves=moves,
    )


async def judge_moves(kit: Kit, run: Run, moves: tuple[Move, ...], digest: PlanDigest) -> Binding | Deny:
    """Bind the *moves* of the switch *run*, which have this *digest*, to what they need."""
    switch = switching(run)
    change_class = moving.change_class(moves, switch.colour)
    rule = kit.estate.rule(run.environment, RuleName.of(change_class, run.wish))
    facts = PlanFacts(
        environment=run.environment,
        change_class=change_class,
        rule=rule,
        emergency=run.wish.emergency is not None,
        why=moving.why(moves, switch.colour),
    )
    # Nothing stands between people and a way back to what is known to be good.
    ask = decide.on_plan(facts) if switch.back is None else Ask(votes=0, of=(), reasons=())
    if isinstance(ask, Deny):
        return ask
    waits = StepName.WINDOW in run.recipe
    if waits and (never := await _never(kit, run, change_class, moves)):
        return never
    return Binding(
        run=run.id,
        plan=Plan(digest=digest, terraform_version="", changes=(), counts=Counts()),
        file="",
        diff="",
        commit=run.commit or NOWHERE,
        estate=kit.estate.digest,
        change_class=change_class,
        ask=ask,
        window=window(kit, run, change_class),
        moves=moves,
    )


async def _never(kit: Kit, run: Run, change_class: ChangeClass, moves: tuple[Move, ...]) -> Deny | None:
    """Why the run could not begin once it has its votes; nobody is asked for votes on it then."""
    ahead = await forecast.of(
        run,
        change_class,
        kit.clock.now(),
        estate=kit.estate,
        journal=kit.journal,
        calendars=kit.calendars,
        moves=moves,
    )
    return Deny(reasons=ahead.reasons) if ahead.begins is None else None


def window(kit: Kit, run: Run, change_class: ChangeClass) -> str:
    """When a plan of *change_class* is to run, as votes are bound to it."""
    if run.back is not None:
        return waiting.label(run.wish, "always")
    rule = kit.estate.rule(run.environment, RuleName.of(change_class, run.wish))
    return waiting.label(run.wish, rule.windows if rule else ())


def switching(run: Run) -> Switching:
    """Give what the switch *run* is to do."""
    if run.switch is None:
        msg = f"run {run.id} is no switch"
        raise LookupError(msg)
    return run.switch


def commit(run: Run) -> Commit:
    """Give the commit that the plan step wrote down."""
    if run.commit is None:
        msg = f"run {run.id} has no commit"
        raise LookupError(msg)
    return run.commit
