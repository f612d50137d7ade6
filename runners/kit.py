"""What every step works with: the ports, the estate, and a place on the disk."""

import asyncio
import logging
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from bot.domain import variable
from bot.domain.errors import InterlockError, JournalBroken, Refused
from bot.domain.estate import Environment, Estate
from bot.domain.heard import Heard
from bot.domain.run import Run, StepName
from bot.domain.value import RunId
from bot.domain.vote import Vote
from bot.journal import Binding, Journal
from bot.policy import steering
from bot.ports import Calendars, Clock, Directory, Engine, Iac, Planned, Secrets, Source, Workplace
from runners.aws import Aws
from runners.checks import Check
from runners.context import Context
from runners.metrics import Metric
from runners.traffic import Switcher

T = TypeVar("T")

log = logging.getLogger(__name__)

#: Seconds between two tries to reach the database: first, and at most.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0


class EnvironmentGone(Refused):
    """The estate was changed under an open run: its environment is not in it any more."""


class Tell(Protocol):
    """Says in Slack what the rows say."""

    async def status(self, run: RunId) -> None:
        """The run's one message in the channel."""
        ...

    async def card(self, run: RunId) -> None:
        """The plan, the votes on it and the buttons."""
        ...

    async def voted(self, run: RunId) -> None:
        """The card with the votes on it, and the status."""
        ...

    async def taken_back(self, run: RunId, vote: Vote) -> None:
        """The emoji of a vote is gone, and nobody heard it go."""
        ...

    async def override(self, run: RunId, freezes: tuple[str, ...] = ()) -> None:
        """Somebody goes past windows, and past the *freezes* of these names."""
        ...

    async def reverting(self, run: RunId, back: RunId) -> None:
        """A run takes *back* another one: whoever follows that one, and the incident channel, hear of it."""
        ...

    async def replanned(self, run: RunId, old: Binding, *, carried: bool) -> None:
        """Another plan is in the place of *old*: what differs, and what became of the votes."""
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

    async def moving(self, run: RunId) -> None:
        """Where the traffic of a switch is."""
        ...

    async def held(self, run: RunId) -> None:
        """A switch stays where it is, and why; somebody must say what to do."""
        ...

    async def released(self, run: RunId) -> None:
        """It stays there no more."""
        ...

    async def returning(self, run: RunId, why: str) -> None:
        """A switch goes back by itself; the incident channel hears of it at once."""
        ...

    async def stuck(self, run: RunId, left: tuple[str, ...]) -> None:
        """A switch cannot go back: loudly, with what is left."""
        ...

    async def chart(self, run: RunId) -> None:
        """A picture of each bake that is over; nobody waits for it."""
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
    calendars: Calendars
    source: Source
    iac: Iac
    checks: Mapping[str, type[Check]]
    metrics: Mapping[str, type[Metric]]
    switchers: Mapping[str, type[Switcher]]
    aws: Aws
    tell: Tell
    secrets: Secrets
    #: Says at the door what was done and not heard then; it is dealt with a little later.
    hear: Callable[[Heard], Awaitable[None]]
    #: Private to this process's user: checkouts, plans, logs.
    folder: Path
    #: Plans of open runs as this process read them, packed: thousands may wait for votes.
    read: dict[RunId, bytes] = field(default_factory=dict)
    #: Runs on whose cards emoji may have come or gone unheard, and since when all of them are heard again.
    unheard: dict[RunId, datetime] = field(default_factory=dict)
    #: Runs whose apply this process follows.
    applying: set[RunId] = field(default_factory=set)
    #: Set once this process has been told to leave: no apply begins any more.
    leaving: asyncio.Event = field(default_factory=asyncio.Event)

    async def idle(self) -> None:
        """Let no further apply begin, and come back when none is under way: the worst moment to leave."""
        self.leaving.set()
        while self.applying:
            await self.clock.sleep(0.1)

    @asynccontextmanager
    async def busy(self, run: RunId) -> AsyncIterator[None]:
        """Follow the apply of *run*; once we are told to leave, this is left to the next process."""
        if self.leaving.is_set():
            await asyncio.Event().wait()
        self.applying.add(run)
        try:
            yield
        finally:
            self.applying.discard(run)

    def home(self, run: RunId) -> Path:
        """The run's own folder."""
        return self.folder / "runs" / str(run)

    @property
    def plans(self) -> Path:
        """Where plan files are kept, each under its digest."""
        return self.folder / "plans"

    def environment(self, run: Run) -> Environment:
        """What the estate says of the run's environment; raises `EnvironmentGone`."""
        found = self.estate.environments.get(run.environment)
        if found is None:
            msg = f"The estate has no environment {run.environment} any more."
            raise EnvironmentGone(msg)
        return found

    def workplace(self, run: Run) -> Workplace:
        """Where and with what Terraform works for *run*."""
        environment = self.environment(run)
        settings = environment.iac.settings
        return Workplace(
            folder=self.home(run.id) / "checkout" / environment.path,
            private=self.home(run.id) / "private",
            variables=settings.get("variables", {}),
            backend_config=settings.get("backend_config", ()),
            environment=settings.get("environment", ()),
        )

    async def plan(self, run: Run) -> Planned:
        """Plan the code that is laid out for *run*; the one way to a plan, as none may move traffic by accident.

        Raises `ToolMissing`, `ToolBroken`, `PlanUnreadable`.
        """
        at, steered = self.workplace(run), variable.each(self.environment(run))
        if steered:
            brought = {name: await self.journal.brought(run.environment, name) for name in steered}
            switch = run.switch if run.by_plan else None
            colours = steering.variables(steered, await self.iac.outputs(at), brought, switch)
            at = at.model_copy(update={"variables": {**at.variables, **colours}})
        return await self.iac.plan(at, keep=self.plans)

    async def planned(self, run: Run) -> Planned:
        """The run's plan; after a restart it is read from its file again."""
        if run.id not in self.read:
            bound = await self.bound(run)
            self.learn(run.id, await self.iac.read(self.workplace(run), Path(bound.file)))
        return Planned.model_validate_json(zlib.decompress(self.read[run.id]))

    def learn(self, run: RunId, planned: Planned) -> None:
        """Keep the plan at hand, and its secrets out of everything that is said."""
        self.read[run] = zlib.compress(planned.model_dump_json().encode(), level=1)
        self.secrets.learn(run, planned.secrets)

    def forget(self, run: RunId) -> None:
        """The run has ended."""
        self.read.pop(run, None)
        self.secrets.forget(run)
        self.engine.forget(run)

    async def bound(self, run: Run) -> Binding:
        """The run's plan and what votes on it are bound to; there is one once PLAN is done."""
        bound = await self.journal.binding(run.id)
        if bound is None:
            msg = f"run {run.id} has no plan"
            raise LookupError(msg)
        return bound

    async def known(self, run: RunId) -> Run:
        """The run, as its row says now."""
        found = await self.journal.run(run)
        if found is None:
            msg = f"run {run} has no row"
            raise LookupError(msg)
        return found

    async def insist(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do *work*, again and again while the database is away: a run waits for it, and never fails of it."""
        pause = _FIRST_PAUSE
        while True:
            try:
                return await work()
            except JournalBroken as error:
                log.warning("journal.broken", extra={"error": str(error), "pause": pause})
            await self.clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def context(self, run: Run) -> Context:
        """What checks and metrics may use after the apply; raises `ToolBroken`."""
        await self.planned(run)
        return self.around(run, await self.iac.outputs(self.workplace(run)))

    def around(self, run: Run, outputs: Mapping[str, object]) -> Context:
        """What whoever looks at the world for *run* may use, with these *outputs*."""
        return Context(
            outputs=outputs,
            checkout=self.home(run.id) / "checkout",
            redact=self.secrets.scrub,
            aws=self.aws,
            clock=self.clock,
        )
