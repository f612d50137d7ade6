"""Bad news for the incident channel: what, where, since when, and what can be done next."""

from bot.domain.message import Message
from bot.domain.report import Report
from bot.domain.run import Outcome
from bot.render import advice, blocks, ledger, reverting, state, text


def message(report: Report) -> Message:
    """Alert people who do not follow the run's thread."""
    run = report.run
    since = run.ended_at or report.now
    lines = [
        f"{'🟢' if run.outcome is Outcome.DONE else '🔴'} *{_title(report)}*",
        f"*Where:* {state.what(run)}  ·  run {run.id} by {text.mention(run.by)}",
        f"*Since:* {text.day(since)}{_apply_began(report)}",
    ]
    if run.text:
        lines.append(f"*What:* {text.inline(run.text, 700)}")
    if report.apply:
        lines.append(f"*Apply:* {ledger.sentence(report.apply.ledger)}")
    if next_step := advice.step(report):
        lines.append(f"*Next:* {next_step}")
    if link := text.link(report.link, "The run's thread"):
        lines.append(link)
    spoken = f"{_title(report)}. {text.inline(run.text, 500)}".strip()
    return blocks.compose(spoken, [blocks.section("\n".join(lines))], last=reverting.button(report))


def _title(report: Report) -> str:
    environment = text.inline(report.run.environment, 63)
    if report.run.reverts is not None:
        return _went_back(report, f"{environment}: run {report.run.id}")
    if report.run.outcome is Outcome.UNKNOWN:
        return f"{environment}: nobody can say from here how run {report.run.id} ended"
    if report.run.outcome is Outcome.RETURNED and report.run.switch:
        return f"{environment}: run {report.run.id} went back to {report.run.switch.colour.other}"
    if report.run.outcome is Outcome.CANCELLED and report.run.switch and report.shifts:
        return f"{environment}: run {report.run.id} was cancelled, and went back to {report.run.switch.colour.other}"
    at = f"{report.failed_at.value} " if report.failed_at else ""
    return f"{environment}: {at}failed{_taken_back(report)}"


def _taken_back(report: Report) -> str:
    way = report.way_back
    if way is None or not (way.open or way.outcome is Outcome.DONE):
        return ""
    return f", and run {way.id} {'takes' if way.open else 'took'} run {report.run.id} back"


def _went_back(report: Report, who: str) -> str:
    outcome, back = report.run.outcome, report.run.reverts
    if outcome is Outcome.DONE:
        return f"{who} took run {back} back"
    if outcome is Outcome.NOTHING:
        return f"{who} found nothing to take back of run {back}"
    at = f" at {report.failed_at.value}" if report.failed_at else ""
    return f"{who} did not take run {back} back: {outcome.value if outcome else 'ended'}{at}"


def _apply_began(report: Report) -> str:
    return f"; applying began {text.clock(report.apply.began_at)}" if report.apply else ""
