"""The old colour that a switch left behind: its one message, edited; what must be said aloud; and the line wherever it matters."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.lease import Lease, LeaseEnd
from bot.domain.message import Message
from bot.domain.report import Verdict
from bot.render import blocks, text


def line(lease: Lease) -> str:
    """`blue is kept until 14:03`, or how that ended, as markup."""
    if lease.ended_at is not None:
        return f"♻️ {_end(lease)}"
    bad = "" if lease.sound else f"  ·  ⚠️ {_doubt(lease, lease.verdict)}"
    return f"♻️ {lease.colour} of {_services(lease)} is kept until {text.day(lease.until)}{bad}"


def message(lease: Lease, now: datetime) -> Message:
    """The one message, as it stands at *now*."""
    where = text.inline(lease.environment, 63)
    if lease.ended_at is not None:
        said = f"{where}: {lease.colour} of run {lease.run} is kept no more."
        return blocks.compose(said, [blocks.section(f"♻️ *{where}*  ·  {_end(lease)}")])
    left = _left(lease.until - now)
    lines = [
        f"♻️ *{where}*: {lease.colour} is kept until {text.day(lease.until)}, {left} left  ·  {_services(lease)}",
        _state(lease),
    ]
    small = "Until then run {} can be taken back in one move for each service. Interlock destroys nothing."
    return blocks.compose(
        f"{where}: {lease.colour} is kept, {left} left.",
        [blocks.section("\n".join(lines)), blocks.context(small.format(lease.run))],
        last=ways(lease, "Go back", extend=True),
    )


def ways(lease: Lease, back: str, *, extend: bool = False) -> tuple[blocks.Block, ...]:
    """What can be done about it, as buttons; *back* is what going back is called. None once it has ended."""
    if lease.ended_at is not None:
        return ()
    colour, run = lease.colour, str(lease.run)
    go = f"All traffic of {_briefly(lease)} goes back to {colour}, most exposed first, once {colour} passes its checks."
    give_up = (
        f"{colour} of {_briefly(lease)} is watched no more, and run {run} can not be taken back in one move."
    )
    buttons = [
        blocks.button(
            f"Retire {colour}",
            "say_retire",
            run,
            confirm=blocks.confirm(f"Retire {colour}?", give_up, "Retire", "Keep it"),
        ),
        blocks.button(
            back,
            "say_rollback",
            f"{lease.environment} {run}",
            "danger",
            blocks.confirm(f"Go back to {colour}?", go, "Go back", "Stay"),
        ),
    ]
    if extend:
        buttons.insert(0, blocks.button("Extend", "say_keep", run))
    return (blocks.actions("lease", *buttons),)


def turned(lease: Lease) -> Message:
    """The checks of the old colour turned bad, or good again."""
    where = text.inline(lease.environment, 63)
    if lease.turned is Verdict.PASS:
        said = f"{where}: going back to {lease.colour} would work again."
        return blocks.compose(said, [blocks.section(f"♻️ {said}  ·  run {lease.run}")])
    said = f"{where}: {_doubt(lease, lease.turned)}"
    lines = [
        f"⚠️ *{said}*",
        f"*Why:* {text.inline(lease.why, 700)}",
        f"*What:* {lease.colour} of {_services(lease)}, which run {lease.run} left behind, is kept until {text.day(lease.until)}.",
        f"*Next:* mend {lease.colour} while it is of use, or give it up: {text.code(f'/interlock retire {lease.run}')}.",
    ]
    return blocks.compose(f"{said} {text.inline(lease.why, 400)}", [blocks.section("\n".join(lines))])


def ended(lease: Lease) -> Message:
    """It is kept no more: who wanted that, and what may be done now."""
    where, colour = text.inline(lease.environment, 63), lease.colour
    lines = [f"♻️ *{where}*  ·  {_end(lease)}"]
    if lease.end in {LeaseEnd.OVER, LeaseEnd.RETIRED}:
        plan = text.code(f"/deploy {lease.environment}", 200)
        lines.append(
            f"Nothing was destroyed. To take {colour} of {_services(lease)} down, take it out of the Terraform of {where}: "
            f"{plan} shows what would be destroyed, and asks for votes first."
        )
        lines.append(
            f"To go there after all: {text.code(f'/switch {lease.environment} {colour}', 200)}."
            if lease.end is LeaseEnd.RETIRED
            else f"As long as it stands, {text.code(f'/rollback {lease.environment} {lease.run}', 200)} still tries to go back; nobody looks after it any more."
        )
    return blocks.compose(
        f"{where}: {colour} of run {lease.run} is kept no more.", [blocks.section("\n".join(lines))]
    )


def kept(lease: Lease) -> Message:
    """The private answer to whoever kept it longer."""
    said = f"♻️ {lease.colour} of {_services(lease)} is kept until {text.day(lease.until)}."
    return blocks.compose(f"{lease.colour} of run {lease.run} is kept longer.", [blocks.section(said)])


def retired(lease: Lease) -> Message:
    """The private answer to whoever retired it."""
    said = f"{lease.colour} of run {lease.run} is kept no more; nothing was destroyed."
    return blocks.compose(said, [blocks.section(f"♻️ {said}")])


def _end(lease: Lease) -> str:
    """How it ended, as a sentence of markup."""
    colour, who = lease.colour, text.mention(lease.ended_by) if lease.ended_by else "somebody"
    match lease.end:
        case LeaseEnd.RETIRED:
            return f"{who} retired {colour} of run {lease.run}."
        case LeaseEnd.BACK:
            return f"Run {lease.after} by {who} went back to {colour}."
        case LeaseEnd.REPLACED:
            return f"Run {lease.after} by {who} moved {_services(lease)} on; what run {lease.run} left behind is kept no more."
        case _:
            return f"{colour} of run {lease.run} is kept no more: its time was over {text.day(lease.until)}."


def _state(lease: Lease) -> str:
    if lease.looked_at is None:
        return f"{lease.colour} was not looked at yet."
    when = text.clock(lease.looked_at)
    if not lease.checks:
        return "The estate has no checks for it, so nobody knows whether going back would work."
    if lease.sound:
        return f"✔ going back would work: {text.plural(len(lease.checks), 'check')} passed, last look {when}"
    bad = _listed(
        f"{text.inline(check.title, 150)}: {text.inline(check.detail, 200)}"
        for check in lease.checks
        if check.verdict is not Verdict.PASS
    )
    return f"⚠️ {_doubt(lease, lease.verdict)} Last look {when}.\n{bad}"


def _doubt(lease: Lease, verdict: Verdict) -> str:
    if verdict is Verdict.UNKNOWN:
        return f"nobody can say whether going back to {lease.colour} would work."
    return f"going back to {lease.colour} would not work any more."


def _listed(lines: Iterable[str]) -> str:
    found = list(lines)
    more = [f"… and {text.number(len(found) - 5)} more"] if len(found) > 5 else []
    return "\n".join((*(f"✖ {one}" for one in found[:5]), *more))


def _services(lease: Lease) -> str:
    return text.listed(tuple(text.inline(name, 63) for name in lease.services))


def _briefly(lease: Lease) -> str:
    """The same for the question that a button asks, which has 300 characters."""
    named = _services(lease)
    return named if len(named) <= 120 else text.plural(len(lease.services), "service")


def _left(length: timedelta) -> str:
    """So much, in steps so coarse that the message is not edited all the time."""
    minutes = max(0, -int(-length.total_seconds() // 60))
    if minutes >= 48 * 60:
        return f"{minutes // 1440} d"
    if minutes >= 120:
        return f"{minutes // 60} h"
    return f"{-(-minutes // 10) * 10 if minutes > 10 else minutes} min"
