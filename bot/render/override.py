"""An emergency is said aloud: who goes past the rules of the day, why, and past which."""

from bot.domain.message import Message
from bot.domain.report import Report
from bot.render import blocks, state, text


def message(report: Report, freezes: tuple[str, ...] = ()) -> Message:
    """Announce the emergency of *report*'s run; *freezes* are the names of those that it overrides."""
    run = report.run
    emergency = run.wish.emergency
    ticket, reason = (emergency.ticket, emergency.reason) if emergency else ("", "")
    past = " and ".join(["its windows", *(f"the freeze *{text.inline(name, 80)}*" for name in freezes[:5])])
    if len(freezes) > 5:
        past = f"{past} and {text.plural(len(freezes) - 5, 'further freeze')}"
    if report.lock is not None and report.lock.by != run.by:
        # By name, so that whoever works there by hand hears of it.
        kept = f"{text.mention(report.lock.by)} ({text.inline(report.lock.reason, 200)})"
        past = f"{past} and the lock of {kept}"
    lines = [
        f"🚨 *Emergency in {text.inline(run.environment, 63)}*: {text.mention(run.by)} goes past {past}.",
        f"*Ticket:* {text.code(ticket, 70)}  ·  *Why:* {text.inline(reason, 600)}",
        f"*What:* {state.what(run)}  ·  run {run.id}",
    ]
    spoken = f"Emergency in {text.inline(run.environment, 63)}, run {run.id}, ticket {text.inline(ticket, 64)}: {text.inline(reason, 400)}"
    return blocks.compose(spoken, [blocks.section("\n".join(lines))])
