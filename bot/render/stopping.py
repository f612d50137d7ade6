"""The answer to whoever asked a run to stop."""

from bot.domain.message import Message
from bot.domain.run import Run, StepName
from bot.render import blocks, state

_HOW = {
    StepName.APPLY: "Terraform gets one interrupt and ends in good order; what is done stays done.",
    StepName.VERIFY: "It stops before the next check; what was applied stays applied.",
    StepName.BAKE: "The watch ends; what was applied stays applied.",
}


def message(run: Run, *, first: bool) -> Message:
    """Say how *run* will stop; *first* is false where somebody had asked before."""
    if not run.open:
        said = f"Run {run.id} has left the queue. Nothing was applied."
        return blocks.compose(said, [blocks.section(f"✋ {said}\n{state.what(run)}")])
    if (
        run.switch is not None
        and not run.by_plan
        and run.stage in {StepName.SHIFT, StepName.BAKE, StepName.KEEP}
    ):
        return _back(run, first=first)
    how = _HOW.get(run.stage, "Nothing will be applied.") if run.stage else "Nothing will be applied."
    said = f"Run {run.id} is asked to stop." if first else f"Run {run.id} was already asked to stop."
    return blocks.compose(f"{said} {how}", [blocks.section(f"✋ {said} {how}\n{state.what(run)}")])


def _back(run: Run, *, first: bool) -> Message:
    said = f"Run {run.id} is asked to go back." if first else f"Run {run.id} was already asked to go back."
    how = "All traffic that it has moved returns to where it was."
    return blocks.compose(f"{said} {how}", [blocks.section(f"⏪ {said} {how}\n{state.what(run)}")])
