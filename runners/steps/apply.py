"""APPLY: ask the law once more, claim the plan, run its very bytes, and tell truthfully what became of it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.domain.errors import Broken, JournalBroken, Refused, ToolBroken
from bot.domain.quorum import tally
from bot.domain.report import Ledger, PieceState
from bot.domain.ruling import Deny, ReasonCode
from bot.domain.run import Outcome, Run, StepName
from bot.domain.value import PlanDigest
from bot.journal import Binding, Claim
from bot.policy import acting, decide, waiting
from bot.policy.facts import ApplyFacts
from bot.policy.risk import remembering
from bot.ports import Applied, Planned, Process, Workplace
from runners import emoji, entry, facts
from runners.kit import Kit
from runners.replan import replan
from runners.steps import Back, Go, Halt, Said, Step, refused

log = logging.getLogger(__name__)

#: Seconds between two looks at how far the apply got, for the rows and for people.
PACE = 1.0
#: Longest sentence about a failure; the whole of it stands beside, in a message of its own.
_LONGEST = 300

_MOVED = ReasonCode.STATE_MOVED


class Apply(Step):
    """One plan is executed at most once, ever: the claim is committed before the process starts."""

    name = StepName.APPLY

    async def do(self, run: Run) -> Said:
        """Apply; or, where an earlier life of ours was killed after the claim, find out what is known."""
        bound = await self.kit.bound(run)
        claim = await self.kit.journal.claimed(bound.plan.digest)
        if claim is None:
            return await self._answered(run, bound)
        if claim.ended_at is not None and claim.exit_code is not None:
            report = await self.kit.journal.report(run.id, self.kit.clock.now())
            ledger = report.apply.ledger if report.apply else Ledger(pieces=())
            return await self._judged(run, Applied(exit_code=claim.exit_code, ledger=ledger))
        return await self._after_a_crash(run, bound, claim)

    async def _answered(self, run: Run, bound: Binding) -> Said:
        """Ask the law; an answer of Slack's that fails is waited for a little, else one lost call would void all votes."""
        asked = 0
        while True:
            asked += 1
            async with self.kit.busy(run.id):
                said = await self._first(run, bound, last=asked == entry.ATTEMPTS)
            if said is not None:
                return said
            # Not while we are busy: whoever tells us to leave need not wait for that.
            await self.kit.engine.rung(run.id, entry.PAUSE)

    async def _first(self, run: Run, bound: Binding, *, last: bool = True) -> Said | None:
        """Apply, or say why not; nothing where only an answer is missing, unless this is the *last* time of asking."""
        kit, digest = self.kit, bound.plan.digest
        gathered = await facts.before_apply(kit, run, bound)
        ruling = decide.before_apply(gathered.facts)
        if not last and acting.unanswered(ruling):
            return None
        await emoji.take_back(kit, run, gathered.facts.gone)
        if isinstance(ruling, Deny) and acting.unheard(gathered.facts, ruling):
            return Back(to=StepName.APPROVE)
        if isinstance(ruling, Deny):
            return await self._not_now(run, bound, ruling, gathered.facts)
        if run.wish.emergency is not None and (gathered.facts.timetable.freezes or gathered.facts.lock):
            # Announced at the plan, with the freezes and the lock of that time; others may have begun meanwhile.
            await kit.tell.override(run.id, gathered.facts.timetable.freezes)
        planned, state = await kit.planned(run), gathered.state
        then = await kit.journal.history(run.environment)
        # Before the claim: a database that goes away between the two must not look like an apply that broke off.
        there = remembering.before(state.objects, state.lineage, then, planned.plan.changes)
        await kit.journal.snapshot(run, there, kit.clock.now())
        if not await self._taken(run, digest):
            if await kit.journal.claimed(digest) is None:
                # Somebody stopped or rejected it between the look and the claim; now the law can see it.
                return await self._first(await kit.known(run.id), bound, last=last)
            text = "This very plan was executed before, and a plan is executed at most once."
            return Halt(outcome=Outcome.REFUSED, text=text)
        watch = Watch(kit, run, digest)
        async with watch.ing():
            applied = await kit.iac.apply(
                kit.workplace(run), planned, began=watch.began, watch=watch.ledger, stop=watch.stop
            )
        # What is known now must be kept, however long the database is away: asked again, nobody would know it.
        now = kit.clock.now()
        await kit.insist(lambda: kit.journal.applied(digest, applied.ledger, applied.exit_code, "", now))
        if applied.exit_code == 0 and applied.ledger.complete:
            there = remembering.after(there, planned.plan.changes)
            await kit.insist(lambda: kit.journal.snapshot(run, there, now))
        return await self._judged(run, applied)

    async def _taken(self, run: Run, digest: PlanDigest) -> bool:
        """Take the one right to execute this plan; raises `JournalBroken`, and then it is not taken."""
        kit, now = self.kit, self.kit.clock.now()
        try:
            return await kit.journal.claim(run.id, digest, now)
        except JournalBroken:
            # It may be kept all the same, and would look like an apply that broke off.
            await kit.insist(lambda: kit.journal.unclaim(run.id, digest, now))
            raise

    async def _not_now(self, run: Run, bound: Binding, ruling: Deny, found: ApplyFacts) -> Said:
        """Mend what can be mended without an apply: a state that moved on asks for a fresh plan, a window for time."""
        codes = {reason.code for reason in ruling.reasons}
        if codes == {_MOVED}:
            again = await replan(self.kit, run, bound)
            if isinstance(again, Deny):
                return refused(again)
            if again.bound.plan.empty:
                return Halt(outcome=Outcome.NOTHING, text="")
            return Back(to=StepName.APPLY if again.carried else StepName.APPROVE)
        told = tally(found.votes, bound.ask, bound.plan.digest)
        if bound.attempt and not told.refused and not told.reached and not codes & acting.FINAL:
            # A crash came between the fresh plan and the word that people must be asked again. Votes that are there
            # and count no more are another matter: whoever asks for them finds them.
            return Back(to=StepName.APPROVE)
        # A state that moved on is dealt with when it is open again.
        passing = {*found.timetable.reasons} if run.wish.when_open else set()
        passing |= {one for one in ruling.reasons if one.code in {_MOVED, ReasonCode.LOCKED}}
        if waiting.waits(run.wish) and passing.issuperset(ruling.reasons):
            return Back(to=StepName.WINDOW)
        return refused(ruling)

    async def _judged(self, run: Run, applied: Applied) -> Go | Halt:
        await self.kit.tell.applying(run.id)
        said = judge(applied, await self.kit.known(run.id))
        if isinstance(said, Halt) and (whole := _errors(applied.ledger)):
            await self.kit.tell.error(run.id, self.name, ToolBroken(said.text, whole))
        return said

    async def _after_a_crash(self, run: Run, bound: Binding, claim: Claim) -> Halt:
        """Never apply again. Wait for what still runs, read its log, ask for a fresh plan, and say all that."""
        kit, digest = self.kit, bound.plan.digest
        ledger = await self._rejoined(run, bound, claim)
        try:
            fresh = await kit.plan(run)
            fresh.file.unlink(missing_ok=True)
            found = _compared(fresh.plan.empty)
        except JournalBroken:
            raise
        except (Broken, Refused) as error:
            found = f"No fresh plan could be made: {str(error).strip().partition(chr(10))[0]}"
        await kit.journal.applied(digest, ledger, None, found, kit.clock.now())
        await kit.tell.applying(run.id)
        text = (
            "Interlock was stopped in the middle of this apply, so nobody saw how it ended. "
            f"{_log_says(ledger)} {found}"
        )
        return Halt(outcome=Outcome.UNKNOWN, text=text)

    async def _rejoined(self, run: Run, bound: Binding, claim: Claim) -> Ledger:
        """Wait for the end of what an earlier life began: whatever else is missing, two must never work at once."""
        kit = self.kit
        home = kit.home(run.id)
        at = Workplace(folder=home / "checkout", private=home / "private", variables={})
        try:
            planned, shown = await kit.planned(run), _as_it_is
        except JournalBroken:
            raise
        except (Broken, Refused) as error:
            log.warning("apply.plan_lost", extra={"run": run.id, "error": type(error).__name__})
            # Its secrets are not known then, so none of Terraform's own words may be repeated.
            planned = Planned(plan=bound.plan, file=Path(bound.file), diff="", secrets=frozenset())
            shown = _without_words
        watch = Watch(kit, run, bound.plan.digest)
        async with watch.ing():
            ledger = await kit.iac.rejoin(
                at,
                planned,
                claim.process or Process(pid=0, started=0, boot=""),
                watch=lambda known: watch.ledger(shown(known)),
                stop=watch.stop,
            )
        return shown(ledger)


class Watch:
    """Carries what Terraform does into the rows and to people, and a wish to stop back to it."""

    def __init__(self, kit: Kit, run: Run, digest: PlanDigest) -> None:
        """Watch the apply of *digest*."""
        self._kit = kit
        self._run = run
        self._digest = digest
        self._stop = False
        self._process: Process | None = None
        self._ledger: Ledger | None = None
        self._news = asyncio.Event()

    def began(self, process: Process) -> None:
        """The process exists."""
        self._process = process
        self._news.set()

    def ledger(self, ledger: Ledger) -> None:
        """The apply got further."""
        self._ledger = ledger
        self._news.set()

    def stop(self) -> bool:
        """Whether somebody wants it to stop."""
        return self._stop

    @asynccontextmanager
    async def ing(self) -> AsyncIterator[None]:
        """Watch for as long as the block lasts."""
        tasks = [asyncio.create_task(self._tell()), asyncio.create_task(self._listen())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            # Whatever happened to them, what Terraform did is known by now and must not be lost over it.
            for trouble in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(trouble, Exception):
                    log.error("apply.watch_failed", extra={"run": self._run.id}, exc_info=trouble)
            with suppress(JournalBroken):
                await self._keep()

    async def _tell(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            with suppress(JournalBroken):
                await asyncio.shield(self._keep())
                if self._ledger is not None:
                    await self._kit.tell.applying(self._run.id)
            await self._kit.clock.sleep(PACE)

    async def _keep(self) -> None:
        if process := self._process:
            await self._kit.journal.began(self._digest, process, self._kit.clock.now())
            self._process = None
        if self._ledger is not None:
            await self._kit.journal.progress(self._digest, self._ledger)

    async def _listen(self) -> None:
        while not self._stop:
            with suppress(JournalBroken):
                self._stop = (await self._kit.known(self._run.id)).stop_by is not None
            if not self._stop:
                await self._kit.engine.rung(self._run.id, 5.0)


def judge(applied: Applied, run: Run) -> Go | Halt:
    """What the end of the process means for the run."""
    if applied.exit_code == 0 and applied.ledger.complete:
        return Go()
    if applied.exit_code == 0:
        text = "Terraform ended without an error and without saying that it had finished."
        return Halt(outcome=Outcome.UNKNOWN, text=text)
    if run.stop_by is not None:
        text = "Terraform was interrupted; what is listed as done stays done."
        return Halt(outcome=Outcome.CANCELLED, text=text)
    first = applied.ledger.errors[0] if applied.ledger.errors else ""
    failed = [piece for piece in applied.ledger.pieces if piece.state is PieceState.FAILED]
    if failed:
        first = f"{failed[0].address}: {failed[0].error or first}"
    said = " ".join(first.split())[:_LONGEST] or f"Terraform ended with status {applied.exit_code}."
    return Halt(outcome=Outcome.FAILED, text=said)


def _as_it_is(ledger: Ledger) -> Ledger:
    return ledger


def _without_words(ledger: Ledger) -> Ledger:
    """Keep how far each object got, and nothing that Terraform said of it."""
    pieces = tuple(piece.model_copy(update={"error": ""}) for piece in ledger.pieces)
    return ledger.model_copy(update={"pieces": pieces, "errors": (), "tail": ()})


def _errors(ledger: Ledger) -> str:
    """Everything that Terraform complained of, in full."""
    of_pieces = [f"{piece.address}: {piece.error}" for piece in ledger.pieces if piece.error]
    return "\n\n".join(dict.fromkeys((*of_pieces, *ledger.errors)))


def _compared(empty: bool) -> str:
    if empty:
        return "A fresh plan finds nothing left to change."
    return "A fresh plan still finds changes to make."


def _log_says(ledger: Ledger) -> str:
    if ledger.complete:
        return "Terraform's own log says that it finished."
    return "Terraform's own log has no end."
