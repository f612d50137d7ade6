"""APPLY: ask the law once more, claim the plan, run its very bytes, and tell truthfully what became of it."""

import asyncio
import logging
from contextlib import suppress

from bot.domain.report import Ledger, PieceState
from bot.domain.ruling import Deny
from bot.domain.run import Outcome, Run, StepName
from bot.journal import Binding, Claim
from bot.policy import decide
from bot.ports import Applied, Process
from runners.iac import orphan
from runners.steps import Go, Halt, Step, facts

log = logging.getLogger(__name__)

#: Seconds between two looks at how far the apply got.
PACE = 1.0


class Apply(Step):
    """One plan is executed at most once, ever: the claim is committed before the process starts."""

    name = StepName.APPLY

    async def do(self, run: Run) -> Go | Halt:
        """Apply; or, where somebody was killed after the claim, find out what is known."""
        kit = self.kit
        bound = await kit.journal.binding(run.id)
        assert bound is not None
        if claim := await kit.journal.claimed(bound.plan.digest):
            return await self._after_a_crash(run, bound, claim)
        ruling = decide.before_apply(await facts.before_apply(kit, run, bound))
        if isinstance(ruling, Deny):
            return Halt(outcome=_outcome(ruling), text=" ".join(reason.text for reason in ruling.reasons))
        planned = await kit.planned(run)
        if not await kit.journal.claim(run.id, bound.plan.digest, kit.clock.now()):
            return await self.do(run)
        applied = await self._apply(run, bound)
        now = kit.clock.now()
        await kit.journal.applied(bound.plan.digest, applied.ledger, applied.exit_code, "", now)
        await kit.tell.applying(run.id)
        return await self._judge(run, applied)
