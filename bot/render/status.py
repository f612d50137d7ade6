"""The one message of a run in the channel: where it stands, in a few lines, edited as it moves."""

from bot.domain.lease import Lease
from bot.domain.message import Message
from bot.domain.report import ApplyReport, BakeReport, PieceState, Report
from bot.domain.run import Outcome, StepName
from bot.render import blocks, counts, lease, moving, queue, state, tally, text


def message(report: Report, kept: Lease | None = None) -> Message:
    """The message as it stands now; *kept* is the old colour that a switch left behind."""
    now = state.of(report.run)
    lines = (
        _headline(report),
        _emergency(report),
        _steps(report),
        queue.waits_for(report),
        _counts(report),
        _live(report),
        _end(report),
        lease.line(kept) if kept else "",
    )
    return blocks.compose(
        _spoken(report, now.word),
        [
            blocks.section("\n".join(line for line in lines if line)),
            *(lease.ways(kept, "Roll back") if kept else ()),
        ],
    )


def _headline(report: Report) -> str:
    run, now = report.run, state.of(report.run)
    return f"{now.dot} *{now.word}{queue.place(report)}*  ·  {state.what(run)}  ·  run {run.id} by {text.mention(run.by)}"


def _emergency(report: Report) -> str:
    emergency = report.run.wish.emergency
    if emergency is None:
        return ""
    return f"🚨 emergency {text.code(emergency.ticket, 70)}: {text.inline(emergency.reason, 150)}"


def _spoken(report: Report, word: str) -> str:
    run = report.run
    parts = [
        f"{text.inline(run.environment, 63)}: {word}{queue.place(report)}. Run {run.id} of {state.spoken_release(run)}."
    ]
    if run.open and run.stage is StepName.APPROVE and report.ask:
        parts.append(f"{tally.counted(report).replace('/', ' of ')} votes.")
    if report.plan and (report.run.by_plan or not report.moves):
        parts.append(f"{counts.spoken(report.plan.counts)}.")
    if not run.open and run.text:
        parts.append(text.sentence(text.inline(run.text, 300)))
    return " ".join(parts)


def _steps(report: Report) -> str:
    return "    ".join(_step(report, step, mark) for step, mark in state.steps(report))


def _step(report: Report, step: StepName, mark: state.Mark) -> str:
    doubled = step is StepName.BAKE and report.ask is not None and report.ask.double_bake
    name = f"{step.value} twice as long" if doubled else step.value
    if mark is not state.Mark.CURRENT:
        return f"{name} {mark.value}".strip()
    detail = ""
    if step is StepName.APPROVE:
        detail = tally.counted(report)
    elif step is StepName.WINDOW and report.run.begins_at:
        detail = text.day(report.run.begins_at)
    elif step is StepName.BAKE and report.bake:
        detail = text.minutes_left(report.bake.until - report.now)
    return f"*{f'{name} {detail}'.strip()}*"


def _counts(report: Report) -> str:
    judged = counts.judged(report)
    if report.plan is None:
        return ""
    if report.moves and not report.run.by_plan:
        return "  ·  ".join(one for one in (moving.at(report), judged) if one)
    return f"{counts.line(report.plan.counts)}{f'  ·  {judged}' if judged else ''}"


def _live(report: Report) -> str:
    """What is going on right now, in the steps that take long."""
    if not report.run.open:
        return ""
    if report.run.stage is StepName.APPLY and report.apply:
        return _applying(report.apply, report)
    held = f"⏸️ {state.held(report.run, 300)}" if report.run.held else ""
    if report.run.stage is StepName.BAKE and report.bake:
        return "\n".join(one for one in (_baking(report.bake), held) if one)
    return held


def _applying(apply: ApplyReport, report: Report) -> str:
    ledger = apply.ledger
    if not ledger.pieces:
        # Terraform has not said yet what there is to do.
        return ""
    line = text.bar(len(ledger.those(PieceState.DONE)), len(ledger.pieces))
    if failed := len(ledger.those(PieceState.FAILED)):
        line += f"  ·  {text.number(failed)} failed"
    ages = [
        (piece.started_at, piece)
        for piece in ledger.those(PieceState.IN_FLIGHT)
        if piece.started_at is not None
    ]
    if ages:
        since, slowest = min(ages, key=lambda pair: pair[0])
        address = text.code(text.shorten_middle(slowest.address, 100), 150)
        line += f"  ·  slowest: {address} {text.duration(report.now - since)}"
    return line


def _baking(bake: BakeReport) -> str:
    finding = bake.finding
    if finding is None:
        return "no evidence yet"
    rate = f" ({finding.errors / finding.requests:.2%})" if finding.requests else ""
    needed = f" of {text.number(bake.min_requests)}" if finding.requests < bake.min_requests else ""
    requests = f"{text.number(finding.requests)}{needed} requests"
    return f"{requests}, {text.plural(finding.errors, 'error')}{rate}"


def _end(report: Report) -> str:
    run = report.run
    if run.ended_at is None:
        return ""
    took = run.ended_at - run.began_at
    said = f": {text.inline(run.text, 400)}" if run.text else ""
    at = f" at {report.failed_at.value}" if report.failed_at and run.outcome is not Outcome.PLANNED else ""
    outcome = run.outcome.value if run.outcome else "ended"
    return f"*{outcome}*{at} after {text.duration(took)}{said}"
