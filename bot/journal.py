"""What the house asks of its database: every state change and its record entry in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.colour import Colour
from bot.domain.heard import Heard
from bot.domain.lock import Lock
from bot.domain.message import Saying
from bot.domain.person import Person
from bot.domain.plan import ChangeClass, Plan
from bot.domain.report import BakeReport, CheckReport, Finding, Ledger, Report, Sample
from bot.domain.request import Emergency, Wish
from bot.domain.review import Review
from bot.domain.risk import History
from bot.domain.ruling import Ask
from bot.domain.run import Outcome, Run, StepName, Switching
from bot.domain.traffic import Move
from bot.domain.value import ChannelId, Commit, EnvironmentName, MessageTs, PlanDigest, RunId, Value
from bot.domain.vote import Choice, Vote
from bot.domain.window import Freeze
from bot.keeping import Keeping
from bot.policy.facts import Bound
from bot.ports import CommitInfo, Process
from bot.ways import Ways


class NewRun(Value):
    """What is known of a run before it has a number."""

    environment: EnvironmentName
    by: Person
    channel: ChannelId
    ref: str
    recipe: tuple[StepName, ...]
    wish: Wish = Wish()
    #: What is switched; `None` for a deploy.
    switch: Switching | None = None
    #: The deploy that is taken back; such a run never queues.
    reverts: RunId | None = None
    #: Open a review beside the run: somebody must look at this emergency, or at this way back, afterwards.
    review: bool = False
    #: The key of what was heard: the same words, dealt with twice, start one run.
    asked: str


class Binding(Value):
    """A plan and everything that votes on it are bound to."""

    run: RunId
    plan: Plan
    #: Where the plan's bytes lie, 0600.
    file: str
    #: The whole human-readable diff, redacted.
    diff: str
    commit: Commit
    #: SHA-256 of the estate file the plan was judged under.
    estate: str
    change_class: ChangeClass
    ask: Ask
    #: When it was to run: names of windows, or `always`.
    window: str = "always"
    #: What the plan would lose for good, as sentences.
    losses: tuple[str, ...] = ()
    #: Every move of a switch, in order; its plan has no changes.
    moves: tuple[Move, ...] = ()
    #: Root outputs that a switch works with, sensitive ones left out: its way back must need nothing but the network.
    outputs: Mapping[str, Any] = {}
    #: Digests of what steered each service when its moves were listed; empty for a plan, and of earlier versions.
    steered: Mapping[str, str] = {}
    #: Plans of this run that gave way because the state moved on.
    attempt: int = 0

    @property
    def inputs(self) -> Bound:
        """What votes on it are bound to."""
        return Bound(
            digest=self.plan.digest,
            commit=self.commit,
            estate=self.estate,
            lineage=self.plan.lineage,
            serial=self.plan.serial,
            change_class=self.change_class,
            window=self.window,
        )


class Claim(Value):
    """The one right to execute a plan, taken before the process starts and never given back."""

    digest: PlanDigest
    run: RunId
    at: datetime
    process: Process | None = None
    ended_at: datetime | None = None
    exit_code: int | None = None


class Entry(Value):
    """One entry of the record."""

    seq: int
    run: RunId | None
    at: datetime
    #: `T0HOME/U0ANA`, or `interlock` for what nobody asked for.
    actor: str
    #: `run.began`, `vote.cast`, `apply.claimed` …
    event: str
    data: dict[str, Any]
    #: Hash of the entry before; 64 zeros for the first.
    previous: str
    #: SHA-256 over `previous` and everything above.
    hash: str


class Journal(Keeping, Ways, Protocol):
    """Rows are the truth; Slack is a view of them. Times are aware and given by the caller."""

    # What was heard
    async def hear(self, heard: Heard) -> bool:
        """Keep it; `False` where the same key is already kept."""
        ...

    async def unheeded(self) -> Sequence[Heard]:
        """What was heard and not dealt with, oldest first."""
        ...

    async def emoji(self, channel: ChannelId, ts: MessageTs) -> Sequence[Heard]:
        """What was heard of emoji on that message, dealt with or not, in the order in which it was heard."""
        ...

    async def heeded(self, key: str, at: datetime) -> None:
        """It has been dealt with."""
        ...

    # Runs
    async def begin(self, new: NewRun, at: datetime) -> Run:
        """Make the run: it takes the environment, or queues. The same words again give the same run; raises `QueueFull`.

        One that takes a deploy back never queues: for it a held environment is a full queue.
        """
        ...

    async def begun(self, asked: str) -> Run | None:
        """The run that these words, known by their key, have begun before."""
        ...

    async def supersede(self, new: NewRun, old: RunId, at: datetime) -> Run | None:
        """Make the run in the place of *old*, which ends; `None`, and nothing is done, once *old* may not be superseded."""
        ...

    async def take_up(self, environment: EnvironmentName, at: datetime) -> RunId | None:
        """Let in whose turn it is, where nobody holds the environment; `None` where nobody is let in."""
        ...

    async def queue(self, environment: EnvironmentName) -> Sequence[Run]:
        """The runs that wait for the environment, in order."""
        ...

    async def untold(self) -> Sequence[Run]:
        """Runs that others ended, and whose own walks have still to tell of it."""
        ...

    async def run(self, run: RunId) -> Run | None:
        """The run, as its row says now."""
        ...

    async def holder(self, environment: EnvironmentName) -> Run | None:
        """The run that holds the environment."""
        ...

    async def open_runs(self) -> Sequence[Run]:
        """Runs that have not ended, those in queues too, oldest first."""
        ...

    async def latest(self, environment: EnvironmentName) -> Run | None:
        """The run that ended last there."""
        ...

    async def deployed(self, environment: EnvironmentName) -> Commit | None:
        """The commit of the last run there that ended well."""
        ...

    async def brought(self, environment: EnvironmentName, service: str) -> Colour | None:
        """The colour that the last good switch of *service* by a plan brought there; `None` where there was none."""
        ...

    async def proved(self, environment: EnvironmentName, commit: Commit) -> bool:
        """Whether a run of this commit there ended well."""
        ...

    async def stage(self, run: RunId, step: StepName, at: datetime) -> None:
        """The run has entered a step; whoever comes back to ask for votes gives people their whole time again."""
        ...

    async def resolved(self, run: RunId, commit: CommitInfo, at: datetime) -> None:
        """The ref means this commit, for the rest of the run."""
        ...

    async def planned(self, binding: Binding, at: datetime) -> None:
        """The run has a plan, and its class what it needs."""
        ...

    async def replanned(self, binding: Binding, at: datetime, *, carried: bool) -> None:
        """Put a fresh plan in the place of the run's plan; votes on the old one are *carried* over to it, or void."""
        ...

    async def awaits(self, run: RunId, begins: datetime, at: datetime) -> None:
        """The run has its votes and goes on at that moment."""
        ...

    async def lasted(self, environment: EnvironmentName) -> timedelta | None:
        """How long the last good run there took from the begin of its apply to its end; `None` where there is none."""
        ...

    async def binding(self, run: RunId) -> Binding | None:
        """The run's plan and what votes on it are bound to."""
        ...

    async def await_votes(self, run: RunId, until: datetime, at: datetime) -> Run:
        """Set the time for votes, once; a second call changes nothing."""
        ...

    async def request_stop(self, run: RunId, by: Person, at: datetime) -> bool:
        """Somebody wants the run to stop; one that waits in a queue ends at once. `False` where it has ended or was told."""
        ...

    async def end(
        self,
        run: RunId,
        outcome: Outcome,
        text: str,
        failed_at: StepName | None,
        at: datetime,
        then: NewRun | None = None,
    ) -> Run:
        """Close the run and hand its environment on, once, to *then* before anybody who waits; a second call changes nothing."""
        ...

    async def report(self, run: RunId, now: datetime) -> Report:
        """Everything that can be told about the run."""
        ...

    # Reviews
    async def reviews(self) -> Sequence[Review]:
        """Reviews that are open, oldest first."""
        ...

    async def review(self, run: RunId) -> Review | None:
        """The review of *run*, open or closed."""
        ...

    async def close_review(self, run: RunId, by: Person, note: str, at: datetime) -> bool:
        """Close it with what was found; `False` where it is closed already, or there is none."""
        ...

    # Locks
    async def lock(self, environment: EnvironmentName, now: datetime) -> Lock | None:
        """The lock that counts there at *now*."""
        ...

    async def take_lock(
        self, environment: EnvironmentName, by: Person, reason: str, until: datetime, at: datetime
    ) -> Lock:
        """Keep others out until *until*: a new lock, one's own renewed, or somebody else's taken over."""
        ...

    async def release_lock(self, environment: EnvironmentName, by: Person, at: datetime) -> Lock | None:
        """End the lock that counts there, whoever holds it; `None` where none does."""
        ...

    async def unsettled_locks(self) -> Sequence[Lock]:
        """Locks of which something may still have to be said, oldest first."""
        ...

    async def settle_lock(self, lock: Lock) -> None:
        """Its end is told, and nothing more is to be said of it."""
        ...

    # Votes
    async def vote(self, vote: Vote) -> bool:
        """Keep a vote that the law let count; `False` where it already stands, or was taken back since it was cast."""
        ...

    async def withdraw(
        self, run: RunId, digest: PlanDigest, voter: Person, via: str, choice: Choice, at: datetime
    ) -> bool:
        """Take a vote away, also where it was carried over from *digest*, of which the beginning is enough.

        `False` where none stands. One that was cast before, and comes later, counts no more.
        """
        ...

    async def votes(self, run: RunId) -> Sequence[Vote]:
        """Votes that stand, oldest first."""
        ...

    # What is there
    async def snapshot(self, run: Run, history: History, at: datetime) -> None:
        """Keep what is there in the run's environment; the newest word stands."""
        ...

    async def history(self, environment: EnvironmentName) -> History:
        """What was there after the last apply, as far as anybody knows."""
        ...

    # Apply
    async def claim(self, run: RunId, digest: PlanDigest, at: datetime) -> bool:
        """Take the one right to execute this plan; `False` where it was ever taken, or somebody stopped or rejected it."""
        ...

    async def unclaim(self, run: RunId, digest: PlanDigest, at: datetime) -> None:
        """Give back the right that was taken at exactly this moment, if it was; only where nothing was begun with it."""
        ...

    async def claimed(self, digest: PlanDigest) -> Claim | None:
        """Who took the right to execute this plan, if anybody did."""
        ...

    async def began(self, digest: PlanDigest, process: Process, at: datetime) -> None:
        """The process of the apply exists."""
        ...

    async def progress(self, digest: PlanDigest, ledger: Ledger) -> None:
        """How far the apply got."""
        ...

    async def applied(
        self, digest: PlanDigest, ledger: Ledger, exit_code: int | None, reconciliation: str, at: datetime
    ) -> None:
        """The apply is over, as far as anybody can tell."""
        ...

    # Freezes from Slack
    async def freeze(self, freeze: Freeze, at: datetime) -> bool:
        """Keep a freeze that the law let be; `False` where another of its name is on or to come."""
        ...

    async def freezes(self, since: datetime) -> Sequence[Freeze]:
        """Those that were not lifted and end after *since*, the first to begin first."""
        ...

    async def lift(self, name: str, by: Person, at: datetime) -> bool:
        """End the freeze of that name before its time; `False` where none is on or to come."""
        ...

    # Evidence
    async def checked(self, run: RunId, check: CheckReport, at: datetime) -> None:
        """How far a check got; the newest word on it stands."""
        ...

    async def bake(self, run: RunId, bake: BakeReport) -> BakeReport:
        """Set the bake's begin and end, once; the bake as it stands comes back."""
        ...

    async def longer(self, run: RunId, rung: int, until: datetime, at: datetime) -> None:
        """Let a bake take until then."""
        ...

    async def skip(self, run: RunId, rung: int, by: Person, emergency: Emergency, at: datetime) -> None:
        """Wait for the evidence of a bake no longer."""
        ...

    async def good_bake(self, environment: EnvironmentName) -> BakeReport | None:
        """The bake of the last deploy there that ended well; `None` where there is none."""
        ...

    async def sampled(self, run: RunId, rung: int, sample: Sample, finding: Finding) -> None:
        """One more sample, and what all of them say."""
        ...

    # What must be said
    async def say(self, saying: Saying, at: datetime, heeds: str | None = None) -> None:
        """Say it, or edit it where the key was said before; the same words again change nothing.

        What was heard under the key *heeds* has been dealt with by that.
        """
        ...

    async def said(self, channel: ChannelId, ts: MessageTs) -> str | None:
        """The key of the message that stands there."""
        ...

    async def whereabouts(self, key: str) -> tuple[ChannelId, MessageTs] | None:
        """Where the message with this key stands, once it has been posted."""
        ...

    # The record
    async def record(self, run: RunId | None = None) -> Sequence[Entry]:
        """The record, or one run's part of it, in order."""
        ...
