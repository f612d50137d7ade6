"""PLAN: resolve the ref once, check out that commit, plan, and show what would change."""

import asyncio
import shutil
from pathlib import Path

from bot.domain.ruling import Ask, Reason, ReasonCode
from bot.domain.run import Outcome, Run, StepName
from bot.journal import Binding
from bot.policy import risk
from bot.ports import Planned
from runners.steps import Go, Halt, Step


class Plan(Step):
    """Ends with a saved plan and a card, or with the news that there is nothing to do."""

    name = StepName.PLAN

    async def do(self, run: Run) -> Go | Halt:
        """Plan, unless a plan that can still be read was kept before a crash."""
        bound = await self.kit.journal.binding(run.id)
        if bound is None or not Path(bound.file).exists():
            run = await self._resolve(run)
            bound = await self._plan(run)
        return await self._show(run, bound)

    async def _resolve(self, run: Run) -> Run:
        if run.commit is None:
            since = await self.kit.journal.deployed(run.environment)
            found = await self.kit.source.resolve(run.ref, since=since)
            await self.kit.journal.resolved(run.id, found, self.kit.clock.now())
            await self.kit.tell.status(run.id)
        known = await self.kit.journal.run(run.id)
        return known or run

    async def _plan(self, run: Run) -> Binding:
        kit = self.kit
        assert run.commit is not None
        home = kit.home(run.id)
        await asyncio.to_thread(shutil.rmtree, home, ignore_errors=True)
        await asyncio.to_thread(home.mkdir, parents=True, mode=0o700)
        await kit.source.checkout(run.commit, home / "checkout")
        planned = await kit.iac.plan(kit.workplace(run), keep=kit.plans)
        kit.read[run.id] = planned
        bound = self._judge(run, planned)
        await kit.journal.planned(bound, kit.clock.now())
        return bound

    def _judge(self, run: Run, planned: Planned) -> Binding:
        assert run.commit is not None
        raise NotImplementedError

    async def _show(self, run: Run, bound: Binding) -> Go | Halt:
        if StepName.APPLY not in run.recipe:
            await self.kit.tell.card(run.id)
            return Halt(outcome=Outcome.PLANNED, text="")
        if bound.plan.empty:
            return Halt(outcome=Outcome.NOTHING, text="")
        await self.kit.tell.card(run.id)
        return Go()
