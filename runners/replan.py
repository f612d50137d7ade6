"""A fresh plan in the place of one whose state has moved on."""

import asyncio
from pathlib import Path

from bot.domain.ruling import Deny, Reason, ReasonCode
from bot.domain.run import Run
from bot.domain.value import Value
from bot.journal import Binding
from bot.policy import carrying
from runners.judge import judge
from runners.kit import Kit

#: Fresh plans that one run gets.
_MOST = 5


class Replanned(Value):
    """The run has another plan."""

    bound: Binding
    #: Votes on the old plan stand for the new one.
    carried: bool


async def replan(kit: Kit, run: Run, old: Binding) -> Replanned | Deny:
    """Plan again at the same commit, keep that plan as the run's, and tell what became of the votes.

    Raises what Terraform complains of; the old plan is the run's still then.
    """
    if old.attempt >= _MOST:
        text = f"The state of {run.environment} moved on {_MOST} times; something else works there too."
        return Deny(reasons=(Reason(code=ReasonCode.STATE_MOVED, text=text),))
    planned = await kit.plan(run)
    new = await judge(kit, run, planned, old.moves)
    if isinstance(new, Deny):
        planned.file.unlink(missing_ok=True)
        return new
    new = new.model_copy(update={"attempt": old.attempt + 1})
    effects = (old.plan.effect, new.plan.effect)
    carried = carrying.survive(old.inputs, new.inputs, effects, (old.ask, new.ask))
    # Whatever is kept, also where the database is lost over it, is read from the file that the row names.
    kit.read.pop(run.id, None)
    await kit.journal.replanned(new, kit.clock.now(), carried=carried)
    kit.learn(run.id, planned)
    await kit.tell.replanned(run.id, old, carried=carried)
    await asyncio.to_thread(Path(old.file).unlink, missing_ok=True)
    return Replanned(bound=new, carried=carried)
