"""The end of a run, as a new message in its thread: what happened, how long it took, what to do next."""

from bot.domain.message import Message
from bot.domain.report import Report
from bot.domain.run import Outcome
from bot.render import advice, blocks, ledger, reverting, state, tally, text

#: Ends after which it must be said what an apply did and did not do.
_UNEVEN = frozenset({Outcome.FAILED, Outcome.UNKNOWN, Outcome.CANCELLED, Outcome.REFUSED})


def message(report: Report) -> Message:
    """Tell how the run ended; empty of news while it is open."""
    now = state.of(report.run)
    run = report.run
    ended = run.ended_at or report.now
    headline = (
        f"{now.dot} *{_title(report)}*  ·  {state.what(run)}  ·  run {run.id} by {text.mention(run.by)}"
        f"  ·  {text.duration(ended - run.began_at)}"
    )
    parts = [
        blocks.section("\n".join(line for line in (headline, _what(report), advice.step(report)) if line))
    ]
    if run.outcome in _UNEVEN and report.apply and not report.apply.whole:
        parts += ledger.sections(report.apply.ledger)
        if report.apply.reconciliation not in run.text:
            words = text.inline(report.apply.reconciliation, 600)
            parts.append(blocks.section(f"*A fresh plan says:* {words}"))
    return blocks.compose(_spoken(report), parts, last=reverting.button(report))


def _title(report: Report) -> str:
    outcome = report.run.outcome
    if outcome is None:
        return state.of(report.run).word
    titles = {
        Outcome.DONE: "Done",
        Outcome.NOTHING: "Nothing to do",
        Outcome.PLANNED: "Planned, as a dry run",
        Outcome.REJECTED: "Rejected",
        Outcome.EXPIRED: "Expired",
        Outcome.CANCELLED: "Cancelled",
        Outcome.REFUSED: "Refused",
        Outcome.SUPERSEDED: "Superseded",
        Outcome.RETURNED: f"Went back to {run.switch.colour.other}"
        if (run := report.run).switch
        else "Went back",
        Outcome.FAILED: f"Failed at {report.failed_at.value}" if report.failed_at else "Failed",
        Outcome.UNKNOWN: "Unknown: nobody can say from here how it ended",
    }
    return titles[outcome]


def _what(report: Report) -> str:
    run = report.run
    sentences = []
    if run.outcome is Outcome.REJECTED or run.outcome is Outcome.EXPIRED:
        told = tally.line(report, waiting=False)
        sentences.append(f"{told[0].upper()}{told[1:]}." if told else "")
    if run.outcome is Outcome.EXPIRED and (wanted := tally.wanted(report)):
        sentences.append(f"{wanted[0].upper()}{wanted[1:]} would have been needed.")
    if run.outcome is Outcome.CANCELLED and run.stop_by is not None:
        own = run.stop_by == run.by
        sentences.append(f"Stopped by {'the same person' if own else text.mention(run.stop_by)}.")
    if run.text:
        sentences.append(text.sentence(text.inline(run.text, 600)))
    if report.apply and run.outcome in _UNEVEN and not report.apply.whole:
        sentences.append(f"Of the apply: {ledger.sentence(report.apply.ledger)}.")
    return " ".join(sentence for sentence in sentences if sentence)


def _spoken(report: Report) -> str:
    run = report.run
    said = f" {text.sentence(text.inline(run.text, 400))}" if run.text else ""
    where = text.inline(run.environment, 63)
    back = f", a rollback of run {run.back}" if run.back is not None else ""
    return f"{where}: {_title(report).lower()}. Run {run.id} of {state.spoken_release(run)}{back}.{said}"
