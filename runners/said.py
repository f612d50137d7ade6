"""What messages of a run are known by, and which ends are bad news."""

from bot.domain.report import Report
from bot.domain.run import BAD, Outcome
from bot.domain.value import RunId


def status_key(run: RunId) -> str:
    """The run's one message in the channel."""
    return f"run:{run}"


def card_key(run: RunId, digest: str) -> str:
    """The card of one plan of the run."""
    return f"run:{run}:plan:{digest[:16]}"


def alarming(report: Report) -> bool:
    """Whether the incident channel must hear of it: something was changed, and it did not end well."""
    if report.run.reverts is not None:
        # What it was to take back is there still.
        return report.run.outcome is not Outcome.DONE
    changed = report.apply is not None or bool(report.shifts)
    # Whoever wants to go back must hear that this does not happen, too.
    return (changed or report.run.back is not None) and report.run.outcome in BAD | {Outcome.CANCELLED}
