"""Walks a run's recipe, step by step, through crashes, to exactly one end."""

import logging
from collections.abc import Mapping, Sequence

from bot.domain.errors import Broken, InterlockError, JournalBroken, Refused
from bot.domain.run import Outcome, Run, StepName
from bot.domain.value import RunId
from bot.ports import Turns
from runners import aftermath, tidy
from runners.engine import Once, Record
from runners.kit import Kit
from runners.steps import Halt, Said, Step

log = logging.getLogger(__name__)

#: Steps before anything may have been changed.
_HARMLESS = frozenset({StepName.PLAN, StepName.PREVIEW, StepName.IDLE, StepName.APPROVE, StepName.WINDOW})


class Saga:
    """The only one who knows the order of things."""

    def __init__(self, kit: Kit, steps: Mapping[StepName, Step], turns: Turns) -> None:
        """Walk with *steps*, one for each name that a recipe can hold; *turns* hears of every end."""
        self._kit = kit
        self._steps = steps
        self._turns = turns

    async def walk(self, run: RunId, once: Once) -> None:
        """Carry *run* to its end. What was done before a crash is remembered by *once*."""
        written = await once("recipe", lambda: self._recipe(run))
        recipe = [StepName(name) for name in written["steps"]]
        # Walks of earlier versions remember a recipe without the steps behind them.
        place = written.get("begin", 0)
        while place < len(recipe):
            name = recipe[place]
            said = await once(name, lambda name=name: self._step(run, name))  # type: ignore[misc]
            if said["kind"] == "halt":
                said = await self._undone(run, recipe[: place + 1], Halt.model_validate(said), once)
                await once("end", lambda said=said, name=name: self._end(run, said, name))  # type: ignore[misc]
                return
            place = recipe.index(StepName(said["to"])) if said["kind"] == "back" else place + 1
        await once("end", lambda: self._end(run, None, None))

    async def _undone(self, run: RunId, walked: Sequence[StepName], halt: Halt, once: Once) -> Record:
        """Go backwards through what was *walked*, and let each step take back what it did."""
        said = halt.model_dump(mode="json")
        for name in reversed(walked):
            if self._steps[name].undoes:
                ends = Halt.model_validate(said)
                # mypy cannot tell what a lambda with defaults gives; they keep this round's values.
                said = await once(f"undo {name}", lambda ends=ends, name=name: self._undo(run, name, ends))  # type: ignore[misc]
        return said

    async def _undo(self, number: RunId, name: StepName, halt: Halt) -> Record:
        kit = self._kit

        async def back() -> Halt:
            return await self._steps[name].undo(await kit.known(number), halt)

        try:
            said = await kit.insist(back)
        except Exception:
            # As below: it must come to an end, and loudly, because traffic may be anywhere.
            log.exception("undo.crashed", extra={"run": number, "step": name})
            text = f"{halt.text} Going back failed: Interlock itself failed in it; its log says more."
            said = Halt(outcome=Outcome.UNKNOWN, text=text)
        return said.model_copy(update={"text": kit.secrets.scrub(said.text)}).model_dump(mode="json")

    async def _recipe(self, number: RunId) -> Record:
        """List the steps, and where to begin: at the first, or, where an earlier walk broke off for good, at its last."""
        run = await self._kit.insist(lambda: self._kit.known(number))
        begin = run.recipe.index(run.stage) if run.open and run.stage in run.recipe else 0
        return {"steps": list(run.recipe if run.open else ()), "begin": begin}

    async def _step(self, number: RunId, name: StepName) -> Record:
        kit = self._kit

        async def enter() -> Run:
            waited = (await kit.known(number)).stage is StepName.WINDOW
            await kit.journal.stage(number, name, kit.clock.now())
            # While it waits for its time the card can still be rejected by a button.
            await (kit.tell.voted if waited else kit.tell.status)(number)
            return await kit.known(number)

        try:
            run = await kit.insist(enter)
            log.info("step.began", extra={"run": number, "step": name})
            said = await kit.insist(lambda: self._do(run, name))
        except Exception:
            # Nothing may leave a walk half-way: a run that nobody walks would hold its environment for ever.
            log.exception("step.crashed", extra={"run": number, "step": name})
            # Nobody knows what a bug left behind once something may have been changed.
            outcome = Outcome.FAILED if name in _HARMLESS else Outcome.UNKNOWN
            said = Halt(outcome=outcome, text=f"Interlock itself failed in {name}; its log says more.")
        if isinstance(said, Halt):
            # Rows, the record and the engine's own memory outlive what is said, which is redacted elsewhere.
            said = said.model_copy(update={"text": kit.secrets.scrub(said.text), "at": kit.clock.now()})
        log.info("step.ended", extra={"run": number, "step": name, "said": said.kind})
        return said.model_dump(mode="json")

    async def _do(self, run: Run, name: StepName) -> Said:
        """Ask the step; what it could not do is told in full and ends the run."""
        if run.outcome is not None:
            # Others ended it between two steps; nothing more is done for it.
            return Halt(outcome=run.outcome, text=run.text)
        try:
            return await self._steps[name].do(run)
        except JournalBroken:
            # Like a crash: the step is asked again, and looks at its rows first.
            raise
        except (Broken, Refused) as error:
            log.warning("step.broke", extra={"run": run.id, "step": name, "error": type(error).__name__})
            await self._kit.tell.error(run.id, name, error)
            return Halt(outcome=Outcome.FAILED, text=first_line(error))

    async def _end(self, number: RunId, halt: Record | None, at: StepName | None) -> Record:
        return await self._kit.insist(lambda: self._close(number, halt, at))

    async def _close(self, number: RunId, halt: Record | None, at: StepName | None) -> Record:
        kit = self._kit
        said = Halt.model_validate(halt) if halt else Halt(outcome=Outcome.DONE, text="")
        then, why = await aftermath.of(kit, number, said, at)
        text = " ".join(part for part in (said.text, why) if part)
        ended = await kit.journal.end(number, said.outcome, text, at, kit.clock.now(), then)
        await self._turns.moved(ended.environment)
        await kit.tell.ended(number)
        kit.forget(number)
        await tidy.away(kit.home(number), await kit.journal.binding(number))
        log.info("run.ended", extra={"run": number, "outcome": ended.outcome})
        return {}


def first_line(error: InterlockError) -> str:
    """An error's first line: what fits where the rest is shown beside it."""
    return str(error).strip().partition("\n")[0]
