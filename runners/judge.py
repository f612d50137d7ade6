"""What a fresh plan means: its class, what that needs, and when it may run."""

from bot import forecast
from bot.domain.estate import RuleName
from bot.domain.plan import ChangeClass
from bot.domain.ruling import Deny
from bot.domain.run import Run, StepName
from bot.domain.value import Commit
from bot.journal import Binding
from bot.policy import decide, risk, waiting
from bot.policy.facts import PlanFacts
from bot.ports import Planned
from runners.kit import Kit


async def judge(kit: Kit, run: Run, planned: Planned) -> Binding | Deny:
    """Bind the plan of *run* to what it needs; or say why the law has no place for it."""
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
            # A plan that is only shown is shown, even where nobody could approve it.
            losses=losses if confirmers or StepName.APPLY in run.recipe else (),
            loss_confirmers=confirmers,
            why=tuple(reason.text for reason in judged.reasons),
        )
    )
    if isinstance(ask, Deny):
        return ask
    if StepName.APPLY in run.recipe and (never := await _never(kit, run, judged.change_class)):
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
    )


async def _never(kit: Kit, run: Run, change_class: ChangeClass) -> Deny | None:
    """Why the run could not begin once it has its votes; nobody is asked for votes on it then."""
    ahead = await forecast.of(
        run,
        change_class,
        kit.clock.now(),
        estate=kit.estate,
        journal=kit.journal,
        calendars=kit.calendars,
    )
    return Deny(reasons=ahead.reasons) if ahead.begins is None else None


def window(kit: Kit, run: Run, change_class: ChangeClass) -> str:
    """When a plan of *change_class* is to run, as votes are bound to it."""
    rule = kit.estate.rule(run.environment, RuleName.of(change_class, run.wish))
    return waiting.label(run.wish, rule.windows if rule else ())


def commit(run: Run) -> Commit:
    """Give the commit that the plan step wrote down."""
    if run.commit is None:
        msg = f"run {run.id} has no commit"
        raise LookupError(msg)
    return run.commit
