"""What a person may do after a run, with the exact words to type."""

from bot.domain.report import Report
from bot.domain.run import Outcome, Run, StepName
from bot.render import text


def deploy(run: Run) -> str:
    """`/deploy prod main`, as inline code."""
    return text.code(f"/deploy {run.environment} {text.shorten_middle(text.one_line(run.ref), 80)}", 200)


def step(report: Report) -> str:
    """One or two sentences; empty where nothing is left to do."""
    run = report.run
    if run.switch is not None:
        return _switched(report)
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
            "A person decides now. Look at the real objects first; nothing is retried by itself. "
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
    whole = report.apply is not None and report.apply.exit_code == 0 and report.apply.ledger.complete
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
    if run.back is not None and not report.shifts:
        return f"Once the reason is gone: {text.code(f'/rollback {run.environment} {run.back}')}."
    if (run.outcome is Outcome.UNKNOWN or run.back is not None) and report.shifts:
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
        return f"The change is applied and stays; nothing is undone by itself. {_back(report)}To go forward: {again} with the cure."
    return f"{_left(report)}Mend the cause, then {again} plans what is left."


def _back(report: Report) -> str:
    if report.deployed is None:
        return "No earlier run here ended well, so there is no commit to go back to. "
    back = text.code(f"/deploy {report.run.environment} {report.deployed[:12]}")
    return f"To go back to the last good commit: {back}. "
