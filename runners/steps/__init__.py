"""A step is one verb: it looks at the rows, does its part, and says how the run goes on.

A step may be asked twice: whoever is killed in the middle is asked again from the start. So each begins by looking at
what is already in the rows, and what must not happen twice is claimed there first.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar, Literal, Protocol

import aiohttp

from bot.domain.errors import Broken, InterlockError
from bot.domain.estate import Environment, Estate
from bot.domain.run import Outcome, Run, StepName
from bot.domain.value import RunId, Value
from bot.journal import Journal
from bot.ports import Clock, Directory, Engine, Iac, Planned, Source, Workplace


class Go(Value):
    """The step is done; the next one may begin."""

    kind: Literal["go"] = "go"


class Halt(Value):
    """The run ends here."""

    kind: Literal["halt"] = "halt"
    outcome: Outcome
    #: One sentence, redacted.
    text: str


class Tell(Protocol):
    """Says in Slack what the rows say."""

    async def status(self, run: RunId) -> None:
        """The run's one message in the channel."""
        ...

    async def card(self, run: RunId) -> None:
        """The plan, the votes on it and the buttons."""
        ...

    async def applying(self, run: RunId) -> None:
        """How far the apply is."""
        ...

    async def verifying(self, run: RunId) -> None:
        """What the checks say."""
        ...

    async def baking(self, run: RunId) -> None:
        """What the live evidence says."""
        ...

    async def error(self, run: RunId, step: StepName, error: InterlockError) -> None:
        """A tool's own message, whole."""
        ...

    async def ended(self, run: RunId) -> None:
        """How it ended; bad news goes to the incident channel too."""
        ...


@dataclass(frozen=True)
class Kit:
    """What every step works with."""

    estate: Estate
    journal: Journal
    clock: Clock
    engine: Engine
    directory: Directory
    source: Source
    iac: Iac
    checks: Mapping[str, type[Check]]
    metrics: Mapping[str, type[Metric]]
    tell: Tell
    web: aiohttp.ClientSession
    #: Private to this process's user: checkouts, plans, logs.
    folder: Path
    #: Plans of open runs as this process read them; after a restart they are read again.
    read: dict[RunId, Planned] = field(default_factory=dict)

    def home(self, run: RunId) -> Path:
        """The run's own folder."""
        return self.folder / "runs" / str(run)

    @property
    def plans(self) -> Path:
        """Where plan files are kept, each under its digest."""
        return self.folder / "plans"

    def workplace(self, run: Run) -> Workplace:
        """Where and with what Terraform works for *run*."""
        environment = self.estate.environments[run.environment]
        settings = Settings.model_validate(environment.iac.settings)
        return Workplace(
            folder=self.home(run.id) / "checkout" / environment.path,
            private=self.home(run.id) / "private",
            variables=settings.variables,
            backend_config=settings.backend_config,
            environment=settings.environment,
        )

    async def planned(self, run: Run) -> Planned:
        """The run's plan; after a restart it is read from its file again."""
        if run.id not in self.read:
            bound = await self.journal.binding(run.id)
            if bound is None:
                msg = f"run {run.id} has no plan"
                raise LookupError(msg)
            self.read[run.id] = await self.iac.read(self.workplace(run), Path(bound.file))
        return self.read[run.id]


class Step(ABC):
    """One verb, for any run."""

    name: ClassVar[StepName]

    def __init__(self, kit: Kit) -> None:
        """Work with *kit*."""
        self.kit = kit

    @abstractmethod
    async def do(self, run: Run) -> Go | Halt:
        """Do it, or find it done; raises `Broken` and `Refused` where a tool or the user must be told."""
