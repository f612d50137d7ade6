"""PLAN: resolve the ref once, check out that commit, plan, and judge what would change."""

import asyncio
import shutil
from pathlib import Path

from bot.domain.ruling import Deny
from bot.domain.run import Outcome, Run, StepName
from bot.journal import Binding
from bot.policy import promotion
from bot.policy import steering as law
from bot.ports import CommitInfo
from runners import entry, steering
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
        if no := await self._undeployed(run):
            return no
        if run.reverts is not None:
            await self.kit.tell.reverting(run.id, run.reverts)
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

    async def _undeployed(self, run: Run) -> Halt | None:
        """A switch takes the code that was good last, and never a newer one."""
        if not run.by_plan or run.commit is not None:
            return None
        good = await self.kit.journal.good_before(run)
        reasons = law.undeployed(run.environment, good.commit if good else None)
        return refused(Deny(reasons=reasons)) if reasons else None

    async def _resolve(self, run: Run) -> Run:
        if run.commit is None:
            found = await self._known_as_good(run) or await self._found(run)
            await self.kit.journal.resolved(run.id, found, self.kit.clock.now())
            await self.kit.tell.status(run.id)
        return await self.kit.known(run.id)

    async def _found(self, run: Run) -> CommitInfo:
        since = await self.kit.journal.deployed(run.environment)
        return await self.kit.source.resolve(run.ref, since=since)

    async def _known_as_good(self, run: Run) -> CommitInfo | None:
        """What the rows say of the commit that is planned once more: no branch may lead to it any more."""
        if run.by_plan and (last := await self.kit.journal.good_before(run)) and last.commit:
            # It brings no commit, so nobody's own is among what is voted on.
            return CommitInfo(commit=last.commit, subject=last.subject, committers=())
        if run.reverts is None:
            return None
        good = await self.kit.journal.good_before(await self.kit.known(run.reverts))
        if good is None or good.commit != run.ref:
            return None
        return CommitInfo(commit=good.commit, subject=good.subject, committers=good.committers)

    async def _promoted(self, run: Run) -> Halt | None:
        if run.by_plan or run.back is not None:
            # It proved itself here, or before it came here.
            return None
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
        move = await steering.move(kit, run) if run.by_plan else None
        if isinstance(move, Deny):
            return refused(move)
        planned = await kit.plan(run)
        kit.learn(run.id, planned)
        bound = await judge(kit, run, planned, (move,) if move else ())
        if isinstance(bound, Deny):
            # No row knows of it, so nobody else would ever take it away; and it is a secret.
            planned.file.unlink(missing_ok=True)
            return refused(bound)
        await kit.journal.planned(bound, kit.clock.now())
        return bound

    async def _show(self, run: Run, bound: Binding) -> Go | Halt:
        if run.by_plan and bound.plan.empty:
            text = f"A plan for {run.ref} would change nothing: the code that is deployed does not use the variable."
            return Halt(outcome=Outcome.REFUSED, text=text)
        if run.recipe[-1] is self.name:
            await self.kit.tell.card(run.id)
            return Halt(outcome=Outcome.PLANNED, text="")
        if bound.plan.empty:
            return Halt(outcome=Outcome.NOTHING, text="")
        return Go()
