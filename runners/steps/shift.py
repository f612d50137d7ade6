"""SHIFT: make the next move of a switch, where the law still says so and nobody else moved anything; and take all back."""

from collections.abc import Sequence

from bot.domain.errors import Broken, JournalBroken, Refused, TrafficLate, TrafficMoved, TrafficUnknown
from bot.domain.ruling import Allow, Deny, Reason, ReasonCode
from bot.domain.run import Outcome, Run, StepName
from bot.domain.traffic import Move, Shift, ShiftState, Weights
from bot.journal import Binding
from bot.policy import acting, decide, moving, waiting, words
from bot.policy.facts import ApplyFacts
from runners import emoji, facts, switching
from runners.judge import switching as asked
from runners.steps import Back, Go, Halt, Said, Step, refused, stopped
from runners.wayback import End, go_back

#: Seconds between attempts at a write that was not answered; then people are asked.
_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
#: Seconds until it is looked again whether somebody lets it go on.
_LOOK = 30.0


class ShiftTraffic(Step):
    """One move at a time; a crash in the middle is found out by looking."""

    name = StepName.SHIFT
    undoes = True

    async def do(self, run: Run) -> Said:
        """Make the next move; where something is in its way, stay, and watch on."""
        kit = self.kit
        bound = await kit.bound(run)
        made = await kit.journal.shifts(run.id)
        place = moving.due(bound.moves, made)
        if place is None:
            return Go()
        first = all(shift.state is ShiftState.FAILED for shift in made)
        run = await kit.known(run.id)
        if run.stop_by is not None:
            return _cancelled(first=first)
        if run.held:
            return await self._stay(run, first=first)
        if made and made[-1].state is ShiftState.BEGUN:
            return await self._again(run, bound, made)
        found = await facts.before_shift(kit, run, bound)
        await emoji.take_back(kit, run, found.gone)
        ruling = await self._rule(run, bound, found, first=first)
        if isinstance(ruling, Deny):
            return await self._not_now(run, ruling, found, first=first)
        return await self._begin(run, bound, place, made, first=first)

    async def _begin(
        self, run: Run, bound: Binding, place: int, made: Sequence[Shift], *, first: bool
    ) -> Said:
        kit, move = self.kit, bound.moves[place]
        shift = Shift(
            index=len(made),
            move=place,
            service=move.service,
            before=await self._stands(run, move, moving.stands(move, place, made)),
            after=move.after,
            state=ShiftState.BEGUN,
            at=kit.clock.now(),
        )
        if not await kit.journal.shifting(run.id, shift):
            # Somebody stopped or rejected it between the look and the row; now the law can see it.
            return Back(to=StepName.SHIFT)
        return await self._move(run, shift, first=first)

    async def _stands(self, run: Run, move: Move, shown: Weights) -> Weights:
        """Say what must be there: what people were *shown*, or, where somebody has restored it, what they approved."""
        if shown == move.before:
            return shown
        # Where nobody knows, the write says so, if it lasts.
        there = await switching.weights(self.kit, run, move.service)
        return move.before if there == move.before else shown

    async def _again(self, run: Run, bound: Binding, made: Sequence[Shift]) -> Said:
        """Go on after a kill between the row and the end of the write.

        The law is asked again, for a long time may have gone by; and the switcher looks before it writes.
        """
        found = await facts.before_shift(self.kit, run, bound)
        await emoji.take_back(self.kit, run, found.gone)
        alone = all(shift.state is ShiftState.FAILED for shift in made[:-1]) and asked(run).back is None
        ruling = decide.before_apply(found) if alone else decide.before_shift(found)
        if isinstance(ruling, Allow):
            return await self._move(run, made[-1], first=False, unsure=True)
        await self._failed(run, made[-1], "Interlock was stopped in the middle of it.", None, unsure=True)
        return await self._not_now(run, ruling, found, first=False)

    async def undo(self, run: Run, halt: Halt) -> Halt:
        """Put everything back to where it was before the run; one that goes back itself only where a person says so."""
        if run.back is not None and halt.outcome is not Outcome.CANCELLED:
            return await self._stopped_here(run, halt)
        end = await go_back(self.kit, run, End(halt.outcome, halt.text))
        return Halt(outcome=end.outcome, text=end.text)

    async def _stopped_here(self, run: Run, halt: Halt) -> Halt:
        """Nobody goes back from a way back: traffic to and fro helps nobody, so people decide."""
        made = await self.kit.journal.shifts(run.id)
        touched = dict.fromkeys(shift.service for shift in made if shift.state is not ShiftState.FAILED)
        if not touched:
            return halt
        there = words.listed(tuple(f"{name} at {_last(name, made)}" for name in touched))
        text = (
            f"{halt.text} This run goes back itself, so nothing more is moved: {there}. A person decides now."
        )
        return halt.model_copy(update={"text": text.strip()})

    async def _rule(self, run: Run, bound: Binding, found: ApplyFacts, *, first: bool) -> Allow | Deny:
        kit = self.kit
        back = asked(run).back is not None
        if not first or back:
            return decide.before_shift(found)
        ruling = decide.before_apply(found)
        services = [switching.named(kit, run, name) for name in dict.fromkeys(m.service for m in bound.moves)]
        context = await switching.surroundings(kit, run)
        there = await switching.look(kit, run, context, services)
        seen = {name: one for name, (_, one) in there.items()}
        colour = switching.colours(run)[0]
        reasons = (
            *moving.moved(bound.moves, seen),
            *moving.faults(bound.moves, seen, colour),
            *await switching.alarmed(kit, run, bound),
        )
        if not reasons:
            return ruling
        return Deny(reasons=(*(ruling.reasons if isinstance(ruling, Deny) else ()), *reasons))

    async def _not_now(self, run: Run, ruling: Deny, found: ApplyFacts, *, first: bool) -> Said:
        if not first:
            if any(reason.code is ReasonCode.STOPPED for reason in ruling.reasons):
                return _cancelled(first=False)
            return await self._hold(run, acting.stays(run, ruling), first=False)
        if acting.unheard(found, ruling):
            return Back(to=StepName.APPROVE)
        if waiting.waits(run.wish) and all(_passes(reason) for reason in ruling.reasons):
            return Back(to=StepName.WINDOW)
        return refused(ruling)

    async def _move(self, run: Run, shift: Shift, *, first: bool, unsure: bool = False) -> Said:
        """Write until it is written; what hinders it is told, and ends it only where nothing was moved yet.

        *unsure* says that it may be written already.
        """
        kit = self.kit
        what = f"{shift.service} to {shift.after}"
        trouble = ""
        for pause in (*_PAUSES, None):
            try:
                found = await self._write(run, shift)
            except TrafficMoved as error:
                await self._failed(run, shift, str(error), error.found, unsure=unsure or error.written)
                if first and not unsure and not error.written:
                    text = f"Nothing was moved. {shift.service}: {error}"
                    return Halt(outcome=Outcome.REFUSED, text=text)
                return await self._hold(run, f"{shift.service}: {error}", first=False)
            except JournalBroken:
                raise
            except Refused as error:
                await self._failed(run, shift, str(error), None, unsure=unsure)
                return Halt(outcome=Outcome.FAILED, text=f"{what}: {error}")
            except Broken as error:
                trouble, unsure = str(error), unsure or isinstance(error, TrafficUnknown)
                # What stands there, and does not count yet, would only be found there by another try.
                again = not isinstance(error, TrafficLate)
            else:
                done = shift.model_copy(
                    update={"state": ShiftState.DONE, "found": found, "ended_at": kit.clock.now()}
                )
                await kit.journal.shifted(run.id, done, kit.clock.now())
                await kit.tell.moving(run.id)
                return Go()
            if pause is None or not again or (await kit.known(run.id)).stop_by is not None:
                break
            await kit.engine.rung(run.id, pause)
        await self._failed(run, shift, trouble, None, unsure=unsure)
        if (await kit.known(run.id)).stop_by is not None:
            return Halt(outcome=Outcome.CANCELLED, text=f"{what}: {trouble}")
        return await self._hold(run, f"{what}: {trouble}", first=first and not unsure)

    async def _write(self, run: Run, shift: Shift) -> Weights:
        kit = self.kit
        service = switching.named(kit, run, shift.service)
        context = await switching.surroundings(kit, run)
        return await switching.switcher(kit, run, context, service).shift(shift.before, shift.after)

    async def _failed(
        self, run: Run, shift: Shift, text: str, found: Weights | None, *, unsure: bool
    ) -> None:
        kit = self.kit
        now = kit.clock.now()
        change = {
            "state": ShiftState.UNKNOWN if unsure else ShiftState.FAILED,
            "text": kit.secrets.scrub(text),
            "found": found,
            "ended_at": now,
        }
        await kit.journal.shifted(run.id, shift.model_copy(update=change), now)
        await kit.tell.moving(run.id)

    async def _hold(self, run: Run, why: str, *, first: bool) -> Said:
        kit = self.kit
        await kit.journal.hold(run.id, kit.secrets.scrub(why), None, kit.clock.now())
        return await self._stay(await kit.known(run.id), first=first)

    async def _stay(self, run: Run, *, first: bool) -> Said:
        """Watch on where something was moved; else wait here until somebody says what to do."""
        kit = self.kit
        told = await switching.told(kit, run, "")
        if not first:
            return Back(to=StepName.BAKE)
        while run.held:
            if no := stopped(run):
                return no
            await kit.engine.rung(run.id, _LOOK)
            run = await kit.known(run.id)
            told = await switching.told(kit, run, told)
        return Back(to=StepName.SHIFT)


def _last(service: str, made: Sequence[Shift]) -> str:
    """Say where *service* was brought last."""
    last = next(shift for shift in reversed(made) if shift.service == service)
    if last.state is ShiftState.DONE:
        return str(last.found or last.after)
    return f"{last.before} or {last.after}, which nobody can say"


def _passes(reason: Reason) -> bool:
    """Whether waiting helps against it."""
    return reason.code in {ReasonCode.WINDOW_CLOSED, ReasonCode.FROZEN, ReasonCode.LOCKED}


def _cancelled(*, first: bool) -> Halt:
    return Halt(
        outcome=Outcome.CANCELLED, text="Nothing was moved." if first else "Somebody asked it to stop."
    )
