"""An apply while it runs and when it is over: one message, edited."""

from bot.domain.message import Message
from bot.domain.report import ApplyReport, PieceState, Report
from bot.render import blocks, ledger, text

_MOST_IN_FLIGHT = 8


def message(report: Report) -> Message:
    """The message as it stands now."""
    apply = report.apply
    if apply is None:
        return blocks.compose("The apply has not begun.", [blocks.section("The apply has not begun.")])
    if apply.ended_at is None:
        return _running(report, apply)
    return _over(report, apply)


def _running(report: Report, apply: ApplyReport) -> Message:
    done = len(apply.ledger.those(PieceState.DONE))
    total = len(apply.ledger.pieces)
    age = text.duration(report.now - apply.began_at)
    word = "stopping after what is in flight" if report.run.stop_by else "applying"
    lines = [f"*{word.capitalize()}*  {text.bar(done, total)}  ·  {age}"]
    flying = apply.ledger.those(PieceState.IN_FLIGHT)
    for piece in flying[:_MOST_IN_FLIGHT]:
        since = f"  {text.duration(report.now - piece.started_at)}" if piece.started_at else ""
        address = text.code(text.shorten_middle(text.one_line(piece.address), 100), 140)
        lines.append(f"▸ {address} {piece.verb.value}{since}")
    if len(flying) > _MOST_IN_FLIGHT:
        lines.append(f"… and {text.number(len(flying) - _MOST_IN_FLIGHT)} more in flight")
    for piece in apply.ledger.those(PieceState.FAILED)[:5]:
        address = text.code(text.shorten_middle(text.one_line(piece.address), 100), 140)
        lines.append(f"✖ {address} {text.inline(piece.error, 150)}".rstrip())
    spoken = f"Run {report.run.id}, {word}: {ledger.sentence(apply.ledger)}."
    return blocks.compose(spoken, [blocks.section("\n".join(lines)), *_tail(apply)])


def _over(report: Report, apply: ApplyReport) -> Message:
    ended = apply.ended_at or report.now
    took = text.duration(ended - apply.began_at)
    told = ledger.sentence(apply.ledger)
    if apply.whole:
        spoken = f"Run {report.run.id}: applied in {took}. {told}."
        line = f"✔ *Applied* in {took}  ·  {told}"
        return blocks.compose(spoken, [blocks.section(line)])
    if apply.exit_code is None:
        title = f"🔴 *Nobody saw this apply end* (after {took})"
        spoken = f"Run {report.run.id}: nobody saw the apply end. As far as its log tells: {told}."
    else:
        title = f"🔴 *The apply did not come to its end* (after {took}, exit status {apply.exit_code})"
        spoken = f"Run {report.run.id}: the apply did not come to its end. {told}."
    parts = [blocks.section(f"{title}\nAs far as its own log tells: {told}."), *ledger.sections(apply.ledger)]
    if apply.reconciliation:
        words = text.inline(apply.reconciliation, 600)
        parts.append(blocks.section(f"*A fresh plan says:* {words}"))
    return blocks.compose(spoken, [*parts, *_tail(apply)])


def _tail(apply: ApplyReport) -> list[blocks.Block]:
    """The last lines of output that matter."""
    lines = [text.shorten(text.one_line(line), 200) for line in apply.ledger.tail[-8:]]
    return [blocks.section(text.fence("\n".join(lines), 1_700))] if lines else []
