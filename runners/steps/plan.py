"""PLAN: resolve the ref once, check out that commit, plan, and judge what would change."""

import asyncio
import shutil
from pathlib import Path

from bot.domain.ruling import Allow, Deny
from bot.domain.run import Outcome, Run, StepName
from bot.domain.value import Commit
from bot.journal import Binding
from bot.policy import decide, promotion, risk
from bot.policy.facts import PlanFacts
from bot.ports import Planned
from runners.steps import Go, Halt, Step


class Plan(Step):
    """Ends with a saved plan, or with the news that there is nothing to do."""

    name = StepName.PLAN

    async def do(self, run: Run) -> Go | Halt:
        """Plan, unless a plan that can still be read was kept before a crash."""
        run = await self._resolve(run)
        refused = await self._promoted(run) or _stopped(run)
        if refused:
            return refused
        bound = await self.kit.journal.binding(run.id)
        if bound is None or not await asyncio.to_thread(Path(bound.file).exists):
            judged = await self._plan(run)
            if isinstance(judged, Halt):
                return judged
            bound = judged
        return _stopped(await self.kit.known(run.id)) or await self._show(run, bound)

    async def _resolve(self, run: Run) -> Run:
        if run.commit is None:
            since = await self.kit.journal.deployed(run.environment)
            found = await self.kit.source.resolve(run.ref, since=since)
            await self.kit.journal.resolved(run.id, found, self.kit.clock.now())
            await self.kit.tell.status(run.id)
        return await self.kit.known(run.id)

    async def _promoted(self, run: Run) -> Halt | None:
        before = self.kit.environment(run).promotes_from
        proved = before is not None and await self.kit.journal.proved(before, _commit(run))
        return _halt(promotion.rule(run.environment, before, _commit(run), proved=proved))

    async def _plan(self, run: Run) -> Binding | Halt:
        kit = self.kit
        home = kit.home(run.id)
        await asyncio.to_thread(shutil.rmtree, home, ignore_errors=True)
        await asyncio.to_thread(home.mkdir, parents=True, mode=0o700)
        await kit.source.checkout(_commit(run), home / "checkout")
        planned = await kit.iac.plan(kit.workplace(run), keep=kit.plans)
        kit.learn(run.id, planned)
        bound = self._judge(run, planned)
        if isinstance(bound, Binding):
            await kit.journal.planned(bound, kit.clock.now())
        else:
            # No row knows of it, so nobody else would ever take it away; and it is a secret.
            planned.file.unlink(missing_ok=True)
        return bound

    def _judge(self, run: Run, planned: Planned) -> Binding | Halt:
        judged = risk.judge(planned.plan, self.kit.estate.risk)
        rule = self.kit.estate.rule(run.environment, judged.change_class)
        ask = decide.on_plan(
            PlanFacts(
                environment=run.environment,
                change_class=judged.change_class,
                votes=rule.votes if rule else None,
                of=rule.of if rule else (),
                why=tuple(reason.text for reason in judged.reasons),
            )
        )
        if isinstance(ask, Deny):
            return Halt(outcome=Outcome.REFUSED, text=" ".join(reason.text for reason in ask.reasons))
        return Binding(
            run=run.id,
            plan=planned.plan,
            file=str(planned.file),
            diff=planned.diff,
            commit=_commit(run),
            estate=self.kit.estate.digest,
            change_class=judged.change_class,
            ask=ask,
        )

    async def _show(self, run: Run, bound: Binding) -> Go | Halt:
        if StepName.APPLY not in run.recipe:
            await self.kit.tell.card(run.id)
            return Halt(outcome=Outcome.PLANNED, text="")
        if bound.plan.empty:
            return Halt(outcome=Outcome.NOTHING, text="")
        return Go()


def _commit(run: Run) -> Commit:
    """Give the commit that `_resolve` wrote down."""
    if run.commit is None:
        msg = f"run {run.id} has no commit"
        raise LookupError(msg)
    return run.commit


def _stopped(run: Run) -> Halt | None:
    return Halt(outcome=Outcome.CANCELLED, text="Nothing was applied.") if run.stop_by else None


def _halt(ruling: Allow | Deny) -> Halt | None:
    if isinstance(ruling, Deny):
        return Halt(outcome=Outcome.REFUSED, text=" ".join(reason.text for reason in ruling.reasons))
    return None
