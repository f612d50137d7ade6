"""PLAN: resolve the ref once, check out that commit, plan, and judge what would change."""

import asyncio
import shutil
from pathlib import Path

from bot.domain.ruling import Deny
from bot.domain.run import Outcome, Run, StepName
from bot.journal import Binding
from bot.policy import promotion
from runners import entry
from runners.judge import commit, judge
from runners.steps import Go, Halt, Step, refused, stopped


class Plan(Step):
    """Ends with a saved plan, or with the news that there is nothing to do."""

    name = StepName.PLAN

    async def do(self, run: Run) -> Go | Halt:
        """Plan, unless a plan that can still be read was kept before a crash."""
        if run.commit is None and (may_not := await entry.refusal(self.kit, run)):
            return refused(may_not)
        if no := stopped(await self.kit.known(run.id)):
            return no
        if run.wish.emergency is not None:
            await entry.announce(self.kit, run)
        run = await self._resolve(run)
        no = await self._promoted(run) or stopped(run)
        if no:
            return no
        bound = await self.kit.journal.binding(run.id)
        if bound is None or not await asyncio.to_thread(Path(bound.file).exists):
            judged = await self._plan(run)
            if isinstance(judged, Halt):
                return judged
            bound = judged
        return stopped(await self.kit.known(run.id)) or await self._show(run, bound)

    async def _resolve(self, run: Run) -> Run:
        if run.commit is None:
            since = await self.kit.journal.deployed(run.environment)
            found = await self.kit.source.resolve(run.ref, since=since)
            await self.kit.journal.resolved(run.id, found, self.kit.clock.now())
            await self.kit.tell.status(run.id)
        return await self.kit.known(run.id)

    async def _promoted(self, run: Run) -> Halt | None:
        before = self.kit.environment(run).promotes_from
        proved = before is not None and await self.kit.journal.proved(before, commit(run))
        ruling = promotion.rule(run.environment, before, commit(run), proved=proved)
        return refused(ruling) if isinstance(ruling, Deny) else None

    async def _plan(self, run: Run) -> Binding | Halt:
        kit = self.kit
        home = kit.home(run.id)
        await asyncio.to_thread(shutil.rmtree, home, ignore_errors=True)
        await asyncio.to_thread(home.mkdir, parents=True, mode=0o700)
        await kit.source.checkout(commit(run), home / "checkout")
        planned = await kit.iac.plan(kit.workplace(run), keep=kit.plans)
        kit.learn(run.id, planned)
        bound = await judge(kit, run, planned)
        if isinstance(bound, Deny):
            # No row knows of it, so nobody else would ever take it away; and it is a secret.
            planned.file.unlink(missing_ok=True)
            return refused(bound)
        await kit.journal.planned(bound, kit.clock.now())
        return bound

    async def _show(self, run: Run, bound: Binding) -> Go | Halt:
        if StepName.APPLY not in run.recipe:
            await self.kit.tell.card(run.id)
            return Halt(outcome=Outcome.PLANNED, text="")
        if bound.plan.empty:
            return Halt(outcome=Outcome.NOTHING, text="")
        return Go()
