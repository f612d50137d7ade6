"""An error in full: a tool's own message in a code block, and its whole output as a file."""

from bot.domain.message import Attachment, Message
from bot.domain.run import Run, StepName
from bot.render import blocks, text


def message(run: Run, step: StepName, said: str, output: str = "") -> Message:
    """Show what a tool *said* in its own words; the complete *output* goes into the thread as a file."""
    where = f"{step.value} of run {run.id}"
    name = f"error-{run.id}-{step.value}.txt"
    whole = text.clean(output).strip() or text.clean(said).strip()
    shown = text.fence(said, 2_800)
    parts = [blocks.section(f"✖ *Error in {where}*"), blocks.section(shown)]
    cut = len(text.clean(said)) > 2_500
    if not output.strip() and not cut:
        return blocks.compose(_spoken(run, where, said), parts)
    parts.append(blocks.context(f"The complete output is {text.code(name)}."))
    file = Attachment(name=name, title=f"Output of {where}", content=whole)
    return blocks.compose(_spoken(run, where, said), parts, attachments=(file,))


def _spoken(run: Run, where: str, said: str) -> str:
    return f"{text.inline(run.environment, 63)}: error in {where}. {text.inline(said, 500)}"
