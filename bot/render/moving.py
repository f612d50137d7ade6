"""Where the traffic of a switch is: one message, edited; and what must be said aloud on the way."""

from bot.domain.colour import Colour
from bot.domain.message import Message
from bot.domain.report import Report
from bot.domain.traffic import Shift, ShiftState
from bot.render import blocks, state, text

_DOTS = {ShiftState.BEGUN: "🔵", ShiftState.DONE: "✔", ShiftState.FAILED: "✖", ShiftState.UNKNOWN: "■"}
#: Shifts that are shown, the newest.
_MOST = 20


def message(report: Report) -> Message:
    """Every shift so far, as it went."""
    colour = report.run.switch.colour if report.run.switch else Colour.GREEN
    lines = [_line(shift, colour) for shift in report.shifts[-_MOST:]]
    if (older := len(report.shifts) - _MOST) > 0:
        lines = [f"… {text.plural(older, 'earlier shift')}", *lines]
    first = f"*Traffic*  ·  {state.what(report.run)}"
    spoken = f"Run {report.run.id}, traffic: {at(report) or 'nothing was moved'}."
    return blocks.compose(spoken, blocks.sections([first, *lines]))


def _line(shift: Shift, colour: Colour) -> str:
    """`✔ storefront 5 % green (was 1 %)  14:03`."""
    name = text.inline(shift.service, 63)
    back = "back to " if shift.move is None else ""
    part, was = round(shift.after.part(colour)), round(shift.before.part(colour))
    when = text.clock(shift.ended_at or shift.at)
    why = f": {text.inline(shift.text, 300)}" if shift.text else ""
    return f"{_DOTS[shift.state]} {name} {back}{part} % {colour} (was {was} %)  {when}{why}"


def at(report: Report) -> str:
    """`storefront blue 75, green 25`: where the last shift that was done has brought its service."""
    done = [shift for shift in report.shifts if shift.state is ShiftState.DONE]
    if not done:
        return ""
    last = done[-1]
    return f"{text.inline(last.service, 63)} {last.found or last.after}"


def held(report: Report) -> Message:
    """A switch stays where it is: why, and what can be done."""
    run = report.run
    lines = [
        f"⏸️ *Held*  ·  {state.what(run)}  ·  run {run.id} by {text.mention(run.by)}",
        f"*Why:* {state.held(run, 700)}",
        f"*Where:* {_where(report)}",
    ]
    buttons = blocks.actions(
        "way",
        blocks.button("Go on", "say_resume", str(run.id), "primary"),
        *(
            [blocks.button("Go back", "say_cancel", str(run.id), "danger", _sure(run.id))]
            if run.back is None
            else ()
        ),
    )
    shown = [blocks.section("\n".join(lines)), *([buttons] if run.open and run.held else [])]
    return blocks.compose(f"Run {run.id} is held: {text.inline(run.held, 400)}", shown)


def _where(report: Report) -> str:
    there = at(report)
    if report.run.back is not None:
        stays = (
            f"It is the way back of run {report.run.back}, and stays where it is until somebody says more."
        )
    elif not there:
        return "nothing was moved yet."
    else:
        stays = "What of it can be watched is watched on, and goes back by itself if it is bad."
    return f"{there or 'nothing was moved yet'}. {stays}"


def released(report: Report) -> Message:
    """The same message once somebody has said what to do."""
    run = report.run
    said = f"▶️ Run {run.id} is held no more."
    return blocks.compose(said, [blocks.section(f"{said}  ·  {state.what(run)}")])


def returning(report: Report, why: str, link: str = "") -> Message:
    """A switch goes back."""
    run = report.run
    back = run.switch.colour.other if run.switch else ""
    lines = [
        f"⏪ *{text.inline(run.environment, 63)} goes back to {back}*",
        f"*Where:* {state.what(run)}  ·  run {run.id} by {text.mention(run.by)}  ·  {at(report)}",
        f"*Why:* {text.inline(why, 700)}",
    ]
    if said := text.link(link, "The run's thread"):
        lines.append(said)
    spoken = f"{text.inline(run.environment, 63)} goes back to {back}: {text.inline(why, 400)}"
    return blocks.compose(spoken, [blocks.section("\n".join(lines))])


def stuck(report: Report, left: tuple[str, ...], link: str = "") -> Message:
    """A switch cannot go back."""
    run = report.run
    where = text.inline(run.environment, 63)
    lines = [
        f"🔴 *{where} cannot go back: traffic is not where it should be*",
        f"*Where:* {state.what(run)}  ·  run {run.id} by {text.mention(run.by)}",
        *(f"• {text.inline(one, 500)}" for one in left[:10]),
    ]
    last = [
        f"*Next:* {where} is frozen. What can be done safely is tried again and again; look at the real weights now."
    ]
    if said := text.link(link, "The run's thread"):
        last.append(said)
    spoken = f"{where} cannot go back. {text.inline(' '.join(left), 600)}"
    return blocks.compose(spoken, blocks.sections(lines), last=blocks.sections(last))


def _sure(run: int) -> blocks.Block:
    question = f"All traffic that run {run} has moved goes back to where it was."
    return blocks.confirm("Go back?", question, "Go back", "Stay")
