"""WINDOW: wait until it may happen."""

from bot.domain.run import Run, StepName
from runners.steps import Go, Halt, Step


class Window(Step):
    """Lets a run go on at its time."""

    name = StepName.WINDOW

    async def do(self, run: Run) -> Go | Halt:  # noqa: ARG002 -- for now
        """Go on."""
        return Go()
