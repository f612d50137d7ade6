"""What a person may do after a run, with the exact words to type."""

from bot.domain.report import Report
from bot.domain.run import Outcome, Run, StepName
from bot.domain.traffic import ShiftState
from bot.render import text


def deploy(run: Run) -> str:
    """`/deploy prod main`, as inline code."""
    return text.code(f"/deploy {run.environment} {text.shorten_middle(text.one_line(run.ref), 80)}", 200)


def step(report: Report) -> str:
    """One or two sentences; empty where nothing is left to do."""
    run = report.run
    if run.switch is not None:
        return _switched(report)
    if run.reverts is not None:
        return _reverted(report, run.reverts)
    again = deploy(run)
    look = text.code(f"/interlock status {run.environment}")
    sentences = {
        Outcome.DONE: "",
        Outcome.NOTHING: "",
        Outcome.PLANNED: f"To do it: {again}.",
        Outcome.REJECTED: f"{_left(report)}With a better change: {again}.",
        Outcome.EXPIRED: f"{_left(report)}{again} makes a fresh plan and asks again.",
        Outcome.CANCELLED: f"{_left(report)}{again} makes a fresh plan.",
        Outcome.SUPERSEDED: "",
        Outcome.REFUSED: f"{_left(report)}Once the reason is gone: {again}.",
        Outcome.RETURNED: "",
        Outcome.FAILED: _failed(report, again),
        Outcome.UNKNOWN: (
            f"{_taken_back(report)}A person decides now. Look at the real objects first; nothing is retried by itself. "
            f"{again} makes a fresh plan from what is really there; {look} shows where things stand."
        ),
    }
    return sentences[run.outcome] if run.outcome is not None else ""


def switch(run: Run) -> str:
    """`/switch prod green`, as inline code."""
    services = "".join(f" --service {one}" for one in run.switch.services) if run.switch else ""
    return text.code(f"/switch {run.environment} {run.ref}{services}", 200)


def _back_by_plan(report: Report) -> str:
    """What to do after a plan that moves traffic was applied, or a part of it: nothing goes back by itself."""
    run = report.run
    back = switch(run.model_copy(update={"ref": run.switch.colour.other})) if run.switch else ""
    whole = report.apply is not None and report.apply.whole
    first = "" if whole else "Look at the real objects first. "
    return f"{first}A plan moved it, so nothing goes back by itself: {back} plans the way back."


def _switched(report: Report) -> str:
    run, again = report.run, switch(report.run)
    if run.by_plan and report.apply is not None and run.outcome not in {None, Outcome.DONE}:
        return _back_by_plan(report)
    if run.outcome is Outcome.PLANNED:
        return f"To do it: {again}."
    if run.outcome in {None, Outcome.DONE, Outcome.NOTHING, Outcome.SUPERSEDED}:
        return ""
    touched = any(shift.state is not ShiftState.FAILED for shift in report.shifts)
    if run.back is not None and not touched:
        return f"Once the reason is gone: {text.code(f'/rollback {run.environment} {run.back}')}."
    if (run.outcome is Outcome.UNKNOWN or run.back is not None) and touched:
        return "A person decides now. Look at the real weights first; nothing is retried by itself."
    return f"Once the reason is gone: {again}."


def _left(report: Report) -> str:
    """What became of the change, where the run has not said it in the same words."""
    stays = report.apply is not None
    said = "What is done stays done; nothing is undone by itself." if stays else "Nothing was applied."
    return "" if said in report.run.text else f"{said} "


def _failed(report: Report, again: str) -> str:
    if report.apply is None:
        return f"Nothing was applied. Mend the cause, then {again}."
    if report.failed_at in {StepName.VERIFY, StepName.BAKE}:
        stays = "" if report.way_back else "The change is applied and stays; nothing is undone by itself. "
        return f"{stays}{_back(report)}To go forward: {again} with the cure."
    return f"{_left(report)}Mend the cause, then {again} plans what is left."


def _back(report: Report) -> str:
    if report.way_back is not None:
        return _taken_back(report)
    good = report.back_to
    if good is None or good.commit is None:
        if "It does not go back by itself" in report.run.text:
            return ""
        return "No other commit ended well here before, so there is none to go back to. "
    back = text.code(rollback(report.run.environment, report.run.id))
    return (
        f"To go back: {back} plans {text.code(good.commit[:12])} of run {good.id} again, the last good commit, "
        "applies it and watches it; people are asked only where that is high-risk or destroys data. "
    )


def _taken_back(report: Report) -> str:
    """Who takes it back, where somebody does."""
    way = report.way_back
    if way is None:
        return ""
    if way.open:
        return f"Run {way.id} takes it back, to {text.code(way.ref[:12])}, by {text.mention(way.by)}. "
    if way.outcome is Outcome.DONE:
        return f"Run {way.id} took it back, to {text.code(way.ref[:12])}. "
    word = way.outcome.value if way.outcome else "ended"
    return f"Run {way.id} was to take it back, and ended: {word}. "


def rollback(environment: str, run: int) -> str:
    """`/rollback prod 42`, as plain words."""
    return f"/rollback {environment} {run}"


def _reverted(report: Report, back: int) -> str:
    """What may be done after a way back, good or bad."""
    run = report.run
    forward = text.code(f"/deploy {run.environment} REF")
    again = text.code(rollback(run.environment, back))
    if run.outcome is None:
        return ""
    if run.outcome is Outcome.DONE:
        return f"What run {back} brought is taken back. To go forward again: {forward} with the cure."
    if run.outcome is Outcome.NOTHING:
        return f"Going back changes nothing, so the trouble with run {back} is somewhere else. A person decides now."
    return (
        f"*What run {back} brought is there still*, in whole or in part, and nobody goes back by itself again. "
        f"A person decides now: {again} tries it again; {forward} goes forward."
    )
