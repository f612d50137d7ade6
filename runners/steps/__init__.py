"""A step is one verb: it looks at the rows, does its part, and says how the run goes on.

A step may be asked twice: whoever is killed in the middle is asked again from the start. So each begins by looking at
what is already in the rows, and what must not happen twice is claimed there first.
"""

from abc import ABC, abstractmethod
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from bot.domain.report import CheckReport, Verdict
from bot.domain.ruling import Deny, ReasonCode
from bot.domain.run import Outcome, Run, StepName
from bot.domain.value import Value
from runners.kit import Kit


class Go(Value):
    """The step is done; the next one may begin."""

    kind: Literal["go"] = "go"


class Halt(Value):
    """The run ends here."""

    kind: Literal["halt"] = "halt"
    outcome: Outcome
    #: One sentence, redacted.
    text: str
    #: When the step said so (aware); `None` in the memory of earlier versions.
    at: AwareDatetime | None = None


class Back(Value):
    """An earlier step must be done again."""

    kind: Literal["back"] = "back"
    to: StepName


Said = Go | Halt | Back


def refused(ruling: Deny) -> Halt:
    """End the run as the law says."""
    stopped = any(reason.code is ReasonCode.STOPPED for reason in ruling.reasons)
    text = " ".join(reason.text for reason in ruling.reasons)
    return Halt(outcome=Outcome.CANCELLED if stopped else Outcome.REFUSED, text="" if stopped else text)


def stopped(run: Run) -> Halt | None:
    """End a run that somebody asked to stop before it changed anything."""
    return unchanged(run, Outcome.CANCELLED) if run.stop_by is not None else None


def unchanged(run: Run, outcome: Outcome) -> Halt:
    """End a run that changed nothing."""
    return Halt(outcome=outcome, text="Nothing was moved." if run.switch else "Nothing was applied.")


def not_good(report: CheckReport) -> Halt | None:
    """End a run whose check did not pass; one that could not be asked is as little a pass as one that failed."""
    if report.verdict is Verdict.PASS:
        return None
    outcome = Outcome.FAILED if report.verdict is Verdict.FAIL else Outcome.UNKNOWN
    return Halt(outcome=outcome, text=f"{report.title}: {report.detail}")


def outdated(estate: str, now: str) -> Halt | None:
    """End a run that waits with a plan bound to another *estate* than the one that holds *now*.

    Its votes could come to nothing, and whoever waits for it must hear of that before its time comes.
    """
    if estate == now:
        return None
    text = (
        "The estate file changed after the plan was made, so no vote on it counts: "
        f"{estate[:12]} held then, {now[:12]} holds now."
    )
    return Halt(outcome=Outcome.REFUSED, text=text)


class Step(ABC):
    """One verb, for any run."""

    name: ClassVar[StepName]
    #: What it did can be undone, and is, where the run ends badly behind it.
    undoes: ClassVar[bool] = False

    def __init__(self, kit: Kit) -> None:
        """Work with *kit*."""
        self.kit = kit

    @abstractmethod
    async def do(self, run: Run) -> Said:
        """Do it, or find it done; raises `Broken` and `Refused` where a tool or the user must be told."""

    async def undo(self, run: Run, halt: Halt) -> Halt:  # noqa: ARG002 -- for those that undo
        """Take back what the step did, because of *halt*, and say how the run ends then."""
        return halt

    async def unless_dropped(self, run: Run) -> Go | Halt:
        """Go on where there is nothing to do; but what the estate asked for at the vote cannot just fall away."""
        bound = await self.kit.bound(run)
        if bound.estate == self.kit.estate.digest:
            return Go()
        text = (
            f"The estate changed during the run and asks for no {self.name} of {run.environment} any more, "
            "so nobody looked at what was applied."
        )
        return Halt(outcome=Outcome.UNKNOWN, text=text)
