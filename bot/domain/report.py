"""What is known about a run, gathered so that it can be rendered."""

from datetime import timedelta
from enum import StrEnum

from pydantic import AwareDatetime

from bot.domain.lock import Lock
from bot.domain.plan import Plan, Verb
from bot.domain.ruling import Ask, Reason
from bot.domain.run import Run, StepName
from bot.domain.traffic import Move, Shift
from bot.domain.value import Commit, Value
from bot.domain.vote import Vote


class Verdict(StrEnum):
    """What a check or a bake says; UNKNOWN never counts as PASS."""

    PASS = "PASS"  # noqa: S105 -- a verdict, not a password
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"


class PieceState(StrEnum):
    """How far one object's change got."""

    NOT_STARTED = "not started"
    IN_FLIGHT = "in flight"
    DONE = "done"
    FAILED = "failed"


class Piece(Value):
    """One object in an apply."""

    address: str
    deposed: str | None = None
    verb: Verb
    state: PieceState
    started_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    #: Terraform's own message where it failed, redacted.
    error: str = ""


class Ledger(Value):
    """Done, in flight, failed, not started: what an apply did, as far as its own log tells."""

    pieces: tuple[Piece, ...]
    #: Errors that belong to no object, or to all, redacted and in full.
    errors: tuple[str, ...] = ()
    #: The last lines of output that matter, redacted.
    tail: tuple[str, ...] = ()
    #: Terraform itself reported the end of a complete apply.
    complete: bool = False

    def those(self, state: PieceState) -> tuple[Piece, ...]:
        """The pieces that got exactly so far."""
        return tuple(piece for piece in self.pieces if piece.state is state)


class ApplyReport(Value):
    """An apply: when, how far, and how the process ended."""

    began_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    ledger: Ledger
    #: Exit status of the process; `None` while it runs, and where nobody saw it end.
    exit_code: int | None = None
    #: What a fresh plan said after nobody saw the end; empty otherwise.
    reconciliation: str = ""

    @property
    def whole(self) -> bool:
        """Whether it came to its end, and all is done."""
        return self.exit_code == 0 and self.ledger.complete


class CheckReport(Value):
    """One check after a change, as far as it got."""

    #: The check's place in the estate, from 0.
    index: int
    kind: str
    #: `http https://…/health`, `terraform_outputs url`: short, redacted.
    title: str
    #: `None` while it is still being tried.
    verdict: Verdict | None
    #: What was seen, redacted: `200 in 12 ms`, `503, wanted 200`.
    detail: str
    attempts: int
    #: Seconds from the first attempt to the verdict.
    seconds: float


class Side(StrEnum):
    """Whose evidence it is."""

    #: What was changed, and is on trial.
    CANDIDATE = "candidate"
    #: What it is compared with, seen at the same time: the other colour.
    BASELINE = "baseline"


class Counted(Value):
    """Requests, and those of them that failed."""

    requests: int
    errors: int


class Evidence(Value):
    """What one metric said at one sample."""

    #: `error_rate`, `latency_p99` …; of an alarm `alarm NAME`, with the value 1 where it is on and 0 where it is not.
    metric: str
    side: Side = Side.CANDIDATE
    #: New since the sample before; `None` where the source does not count requests.
    requests: int | None = None
    errors: int | None = None
    #: Running totals of a counting source, from which the next sample takes the difference.
    requests_total: int | None = None
    errors_total: int | None = None
    #: So often in this bake those totals became smaller, as they do where what counts begins again.
    begun: int = 0
    #: Where the running totals begin, of a source that keeps its counts by the minute.
    since: AwareDatetime | None = None
    #: Every minute before this one is in a value already, of such a source.
    upto: AwareDatetime | None = None
    #: The value itself where the metric is not a ratio of counts (milliseconds for a latency).
    value: float | None = None
    #: Why there is no evidence, empty where there is.
    missing: str = ""


class Sample(Value):
    """All that was seen at one moment of a bake."""

    #: From 0, without gaps.
    index: int
    at: AwareDatetime
    evidence: tuple[Evidence, ...]


class Finding(Value):
    """The judgement over all samples so far."""

    verdict: Verdict
    #: Nothing that may still come can change it.
    final: bool
    #: One sentence with the numbers.
    reason: str
    #: Of all samples so far; 0 where nothing was counted.
    requests: int = 0
    errors: int = 0
    #: The planned end is past; what is missing is waited for, as far as the estate allows.
    extended: bool = False
    #: The part of all requests, from 0 to 100, that the candidate got; `None` where nobody can say.
    share: float | None = None


class BakeReport(Value):
    """A bake: its samples and what they say."""

    #: The place of the move that it follows, among all moves of a switch; 0 for a deploy.
    rung: int = 0
    began_at: AwareDatetime
    #: When it ends if nothing bad is seen (aware).
    until: AwareDatetime
    samples: tuple[Sample, ...] = ()
    finding: Finding | None = None
    #: Requests needed before it may pass.
    min_requests: int = 0
    #: In an emergency somebody waits for its evidence no longer.
    skipped: bool = False


class Forecast(Value):
    """When a run would begin, and whether it would end in time, as far as that can be known."""

    #: `None` where it never may.
    begins: AwareDatetime | None
    #: What lets it begin then: names of windows, or `always`.
    window: str
    #: When that is over; `None` where it never is.
    closes: AwareDatetime | None
    #: How long the run would take from there on, bake included.
    needed: timedelta
    #: Why it may not begin at the moment of looking; empty where it may.
    reasons: tuple[Reason, ...] = ()
    #: Names of the freezes that are on when it begins, which only an emergency goes past.
    freezes: tuple[str, ...] = ()
    #: It does not begin at once.
    waits: bool = False

    @property
    def fits(self) -> bool:
        """Whether it would end before its window closes."""
        return self.begins is not None and (self.closes is None or self.begins + self.needed <= self.closes)


class Report(Value):
    """Everything that can be told about a run, at one moment."""

    run: Run
    #: The moment of gathering (aware).
    now: AwareDatetime
    plan: Plan | None = None
    #: What the plan's class needs; `None` before there is a plan.
    ask: Ask | None = None
    votes: tuple[Vote, ...] = ()
    #: What the plan would lose for good, as sentences.
    losses: tuple[str, ...] = ()
    forecast: Forecast | None = None
    apply: ApplyReport | None = None
    checks: tuple[CheckReport, ...] = ()
    #: The one that goes on, or the last.
    bake: BakeReport | None = None
    #: Those before it, of a switch.
    bakes: tuple[BakeReport, ...] = ()
    #: Every move of a switch, as people approved it.
    moves: tuple[Move, ...] = ()
    #: What was moved, and moved back.
    shifts: tuple[Shift, ...] = ()
    #: The commit of the last run there that ended well, before this one.
    deployed: Commit | None = None
    #: The step that the run failed in, `None` where none did.
    failed_at: StepName | None = None
    #: In a queue, its place there, from 1.
    place: int | None = None
    #: In a queue, the run that holds the environment, where one does.
    holder: Run | None = None
    #: The lock that counts there now, while the run is open.
    lock: Lock | None = None
    #: The run that takes this deploy back, or did; of several the last one.
    way_back: Run | None = None
    #: The run whose commit would be brought again where this deploy were taken back; `None` where it cannot be.
    back_to: Run | None = None
    #: The run that took the very commit of this one back there, not long ago.
    taken_back: Run | None = None
    #: Permanent link to the run's thread; empty while it is not known.
    link: str = ""

    @property
    def baked(self) -> tuple[BakeReport, ...]:
        """Every bake so far, in order."""
        return self.bakes if self.bake is None else (*self.bakes, self.bake)
